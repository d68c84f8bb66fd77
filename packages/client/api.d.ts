// What this package offers, as emitted. `npm run api` writes it anew; a review sees what changed.

// packages/client/src/index
export { enter, type EnterOptions } from "./enter.ts";
export type { Backoff } from "./backoff.ts";
export type { MyBody } from "./me.ts";
export type { ClosedReason, ConnectionState } from "./state.ts";
export type { World, WorldEvents } from "./world.ts";

// packages/client/src/enter
import type { Backoff } from "./backoff.ts";
import type { ConnectionState } from "./state.ts";
import type { World } from "./world.ts";
export interface EnterOptions {
    /** Address of the host: `http(s)://HOST` or `ws(s)://HOST/ws`. */
    readonly url: string;
    /** Token of a person or the operator, or the one a guest was given; without it one comes as a guest. */
    readonly token?: string | undefined;
    /** Name of a guest. */
    readonly name?: string | undefined;
    /** `map/entry` to come in by, the first time. */
    readonly entry?: string | undefined;
    /** Operators only: perceive as this program does, without a body of one's own. */
    readonly observe?: string | undefined;
    /** Gives up, also after having entered. */
    readonly signal?: AbortSignal | undefined;
    readonly backoff?: Backoff | undefined;
    /** Called from the first attempt on, before there is a world to listen to. */
    readonly onState?: ((state: ConnectionState) => void) | undefined;
    /** What a listener threw; without this it surfaces as an uncaught error. */
    readonly onFault?: ((error: unknown) => void) | undefined;
    readonly WebSocket?: typeof globalThis.WebSocket | undefined;
    /** From 0 up to 1. */
    readonly random?: (() => number) | undefined;
    /** Timers other than the usual ones: calls `wake` after `ms`, returns how to cancel it. */
    readonly after?: ((ms: number, wake: () => void) => () => void) | undefined;
}
/**
 * Enters a world and resolves with what one perceives of it. While the host cannot be reached it goes on trying, as it
 * does whenever the connection is lost later; `onState` shows it, `signal` ends it.
 * Rejects with the host's reason if it refuses, `malformed` for a wrong address, `away` when given up.
 */
export declare function enter(options: EnterOptions): Promise<World>;

// packages/client/src/backoff
export interface Backoff {
    /** Longest wait before the second attempt, ms; it doubles with every attempt after that. */
    readonly firstMs: number;
    /** Longest wait at all, ms. */
    readonly mostMs: number;
}
export declare const usualBackoff: Backoff;
/** How long to wait after the `attempt`th failure in a row (from 1): exponential, the upper half of it by chance. */
export declare function retryMs(attempt: number, { firstMs, mostMs }: Backoff, random: () => number): number;

// packages/client/src/state
import type { ElsewhereError } from "@elsewhere/protocol";
/** How it stands with the connection. Only `closed` is final. */
export type ConnectionState = 
/** Attempt 1 is the first since the connection last stood. */
{
    readonly kind: "connecting";
    readonly attempt: number;
} | {
    readonly kind: "open";
}
/** Connected, but the world holds its breath; it goes on by itself. */
 | {
    readonly kind: "paused";
    readonly reason: string;
}
/** The connection was lost; the next attempt comes in `retryMs`. `error` is what the host said, if it said why. */
 | {
    readonly kind: "waiting";
    readonly attempt: number;
    readonly retryMs: number;
    readonly error: ElsewhereError | null;
} | {
    readonly kind: "closed";
    readonly reason: ClosedReason;
    readonly error: ElsewhereError | null;
};
/** `closed`: by this client itself. The others are what the host said: see `bye` in docs/PROTOCOL.md. */
export type ClosedReason = "left" | "fenced" | "refused" | "withdrawn" | "closed";

// packages/client/src/world
import type { DoorSeen, ElsewhereError, Percept, Seen } from "@elsewhere/protocol";
import type { MyBody } from "./me.ts";
import type { ConnectionState } from "./state.ts";
/** What `World.on` tells of. */
export interface WorldEvents {
    /** All that is perceived was replaced: on entering, on a new map, after a reconnection. */
    readonly view: World;
    /** A tick was applied; `moved` are the bodies that moved in it. */
    readonly tick: {
        readonly tick: number;
        readonly now: number;
        readonly moved: readonly number[];
    };
    /** Every percept, in order, after the world's properties show it. */
    readonly percept: Percept;
    readonly state: ConnectionState;
    /** The host complained of something that was no intent. */
    readonly error: ElsewhereError;
}
/** A world one has entered, as one perceives it now. It reconnects by itself until `state` is `closed`. */
export interface World {
    /** One's own body. Intents made while the connection is down are sent when it stands again. */
    readonly me: MyBody;
    readonly state: ConnectionState;
    /** Name of the world. */
    readonly name: string;
    /** Name of the map one is on. */
    readonly map: string;
    /** Bodies perceived now, by id. */
    readonly bodies: ReadonlyMap<number, Seen>;
    /** Doors perceived now, by name. */
    readonly doors: ReadonlyMap<string, DoorSeen>;
    readonly tick: number;
    /** World time of the last tick, milliseconds since 1970. */
    readonly now: number;
    /** Real milliseconds a tick takes. */
    readonly tickMs: number;
    /** World milliseconds that pass in a real one. */
    readonly speed: number;
    /** Whether one only looks through a program's eyes. */
    readonly observing: boolean;
    /** The token to come back with: a guest's is given by the host. */
    readonly token: string | null;
    /** Calls `listener` from now on; returns how to stop it. */
    on<K extends keyof WorldEvents>(kind: K, listener: (event: WorldEvents[K]) => unknown): () => void;
    /** Leaves through the exit one stands at. Rejects, and stays, if there is none. */
    leave(): Promise<void>;
    /** Ends the connection and stays in the world, unplugged. */
    close(): void;
}

// packages/client/src/me
import { type After, type ElsewhereError, type Inhabitant, InhabitantPort, type Intent, type Json } from "@elsewhere/protocol";
/** Oneself: what every inhabitant can do and perceive, and who one is. */
export type MyBody = Inhabitant & {
    readonly id: number;
    readonly name: string;
};
/** Acts over the connection. What the world would not read is refused here, before it is sent. */
export declare class Me extends InhabitantPort implements MyBody {
    #private;
    id: number;
    name: string;
    /** `refusal`: why nothing can be done now, null if it can. */
    constructor(send: (ticket: number, intent: Intent) => void, onFault: (error: unknown) => void, after: After, refusal: () => ElsewhereError | null);
    act(intent: Intent): Promise<Json>;
}
