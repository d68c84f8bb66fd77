// What this package offers, as emitted. `npm run api` writes it anew; a review sees what changed.

// packages/program/src/index
/** What a program imports. Outside a world the same module gives an editor its types. */
import type { Duration } from "@elsewhere/protocol";
import type { Chance } from "./chance.ts";
import type { Child, Spawned } from "./child.ts";
import type { Me } from "./me.ts";
import type { Moment } from "./moment.ts";
export { ElsewhereError } from "@elsewhere/protocol";
export type { Crossing, CrossingTerms, Destination, Direction, DoorSeen, Duration, ErrorCode, Json, JsonObject, Look, Percept, PerceptKind, PerceptOf, Seen, UntilOptions, Who, } from "@elsewhere/protocol";
export type { Chance } from "./chance.ts";
export type { Child, Spawned } from "./child.ts";
export type { Arrival, Offer } from "./crossing.ts";
export type { Me } from "./me.ts";
export type { Moment } from "./moment.ts";
/** The inhabitant this program is: what it can do, and how it listens. */
export declare const me: Me;
/**
 * Waits for an amount of the world's time, e.g. `sleep({ hours: 6 })`. The wait costs nothing and outlives restarts; at another
 * host it goes on with what is left of it.
 * Rejects with `malformed` if the amount is not a number from 0 on, with `limit` beyond 256 waits for a time at once:
 * those of `sleep`, of `at` and of `until` with a timeout together.
 */
export declare const sleep: (duration: Duration) => Promise<void>;
/**
 * Waits until a point of the world's time: `at({ hour: 7, minute: 30 })` is the next half past seven, which at half past
 * seven is tomorrow's; a `Date` or milliseconds since 1970 is that very moment, and is over at the next turn if it has
 * passed. Who crosses to another host meanwhile waits there for what was left, whatever that world's clock shows. Rejects as
 * `sleep` does.
 */
export declare const at: (moment: Moment) => Promise<void>;
/**
 * Chance: `random()` from 0 to 1, `random.int(1, 6)`, `random.pick(list)`, `random.chance(0.3)`. It follows from the
 * program's seed alone, so that a replay chooses the same; `Math.random` draws from the same source.
 */
export declare const random: Chance;
/** Writes a line to the program's own log, as `console.log` does: values of any kind, at most 50 lines a turn. */
export declare const log: (...values: readonly unknown[]) => void;
/**
 * Starts another program, whose body appears beside one's own. Only modules that world.json lists in the `spawns` of this
 * program may be started; a part of one's own quota becomes the child's (`share`) and comes back when the child ends.
 * Rejects with `forbidden` for any other module, with `limit` when nothing is left to share.
 */
export declare const spawn: (child: Child) => Promise<Spawned>;
/**
 * A plain object that is kept when the program's own code is replaced and everything else in it starts anew. It crosses with it.
 * Holds whatever JSON can, at most 64 KB of it.
 */
export declare const memory: Record<string, unknown>;

// packages/program/src/chance
/** Chance that follows from the program's seed alone, as `Math.random` does here. */
export interface Chance {
    /** A number from 0 (included) to 1 (excluded). */
    (): number;
    /** A whole number from `min` to `max`, both included. `malformed` if there is none. */
    int(min: number, max: number): number;
    /** One of the list. `malformed` if it is empty. */
    pick<T>(list: readonly T[]): T;
    /** True with the probability `p`, from 0 to 1. */
    chance(p: number): boolean;
}
export declare function chanceFrom(next: () => number): Chance;

// packages/program/src/child
import type { JsonObject } from "@elsewhere/protocol";
/** A program to be started. */
export interface Child {
    /** Its module, relative to the world's folder; must stand among the `spawns` of one's own entry in world.json. */
    readonly code: string;
    /** What others see. */
    readonly name: string;
    /** What its `memory` holds at its start: at most 4 KB of JSON. */
    readonly memory?: JsonObject;
    /** The part of what is left of one's own quota that becomes the child's: above 0 up to 0.9; 0.5 if it is left out. */
    readonly share?: number;
}
/** A program that was started: its id, and the id of its body. */
export interface Spawned {
    readonly program: string;
    readonly body: number;
}

// packages/program/src/me
import { type Inhabitant, InhabitantPort, type Intent, type Json, type PerceptOf } from "@elsewhere/protocol";
import { CallSites } from "./call-site.ts";
import { type Arrival, type Offer } from "./crossing.ts";
/** The inhabitant a program is. */
export interface Me extends Inhabitant {
    /** Of the body one has now: another one at every host. */
    readonly id: number;
    readonly name: string;
    /**
     * Consents to an offer to leave for another host, and resolves there: in another body, by another world's clock, with the
     * whole heap. Nothing of this program runs in between. Rejects if it stays: with `unknown` if the offer is over,
     * `unreachable` if the other host did not take it in time, `forbidden` or `away` if it may not leave from here or come in there,
     * `limit` if there is no room for it, `taken` if it lives there already, `unsupported` if that host does not know its engine,
     * `fault` if it did not run there, `corrupt` or `malformed` if what came there was damaged, and with `interrupted` if it was
     * called off, its host was restored, or its heap was taken back to an earlier state.
     */
    accept(offer: PerceptOf<"offered">): Promise<Arrival>;
    /** Lets somebody in who knocked, if this program decides that here. Resolves at once; rejects with `unknown` if that is over. */
    accept(knock: PerceptOf<"knocked">): Promise<undefined>;
    /** Either of the two, by its name. */
    accept(name: string): Promise<Arrival | undefined>;
    /** Refuses an offer, or somebody who knocked; `why` (at most 500 characters) is told. Rejects with `unknown` if that is over. */
    decline(offer: Offer, why?: string): Promise<void>;
    /**
     * Asks to leave for another host, and consents to it: `ask({ cross: "elsewhere://haven.example/garden" })`, or by what this
     * host calls that one. Resolves there, and rejects as `accept` does; with `unknown` if this host is not paired with it.
     */
    ask(wish: {
        readonly cross: string;
    }): Promise<Arrival>;
}
/** Acts through the outcome of a turn. What is rejected carries, as its stack, where in the program it was asked for. */
export declare class MePort extends InhabitantPort implements Me {
    id: number;
    name: string;
    readonly sites: CallSites;
    act(intent: Intent): Promise<Json>;
    accept(offer: PerceptOf<"offered">): Promise<Arrival>;
    accept(knock: PerceptOf<"knocked">): Promise<undefined>;
    accept(name: string): Promise<Arrival | undefined>;
    decline(offer: Offer, why?: string): Promise<void>;
    ask({ cross }: {
        readonly cross: string;
    }): Promise<Arrival>;
}

// packages/program/src/call-site
export declare class CallSites {
    #private;
    /** Begins anew: something went wrong. */
    rearm(): void;
    /** The frames of whoever called `callee`, null if they are not asked for any more. */
    take(callee: (...args: never[]) => unknown): string | null;
}
/** Only what lies in the program itself: the library's own frames tell an author nothing. */
export declare const ownFrames: (stack: string) => string;

// packages/program/src/crossing
import type { PerceptOf } from "@elsewhere/protocol";
/** Where a program goes on after it has crossed. */
export interface Arrival {
    /** What the host it came to calls the one it came from: `ask({ cross: from })` asks to go back there. */
    readonly from: string;
    /** The world it is now in. */
    readonly to: string;
    /** Its id there. */
    readonly program: string;
    /** The id of its body there, as `me.id`. */
    readonly body: number;
}
/** What is accepted or declined, or its name. */
export type Offer = PerceptOf<"offered"> | PerceptOf<"knocked"> | string;
export declare const nameOf: (offer: Offer) => string;

// packages/program/src/moment
/** A point of world time: a date, milliseconds since 1970, or the next time the world's clock (UTC) shows an hour. */
export type Moment = Date | number | {
    readonly hour: number;
    readonly minute?: number;
};
/** The moment in milliseconds. An hour of the clock always lies ahead: at seven, the next `{ hour: 7 }` is tomorrow's. */
export declare function momentMs(moment: Moment, now: number): number;
