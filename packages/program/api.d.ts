// What this package offers, as emitted. `npm run api` writes it anew; a review sees what changed.

// packages/program/src/index
/** What a program imports. Outside a world the same module gives an editor its types. */
import type { Duration } from "@elsewhere/protocol";
import type { Chance } from "./chance.ts";
import type { Child, Spawned } from "./child.ts";
import type { Me } from "./me.ts";
import type { Moment } from "./moment.ts";
export { ElsewhereError } from "@elsewhere/protocol";
export type { Destination, Direction, DoorSeen, Duration, ErrorCode, Json, JsonObject, Look, Percept, PerceptKind, PerceptOf, Seen, UntilOptions, Who, } from "@elsewhere/protocol";
export type { Chance } from "./chance.ts";
export type { Child, Spawned } from "./child.ts";
export type { Me } from "./me.ts";
export type { Moment } from "./moment.ts";
/** The inhabitant this program is: what it can do, and how it listens. */
export declare const me: Me;
/**
 * Waits for an amount of the world's time, e.g. `sleep({ hours: 6 })`. The wait costs nothing and outlives restarts.
 * Rejects with `malformed` if the amount is not a number from 0 on, with `limit` beyond 256 waits for a time at once:
 * those of `sleep`, of `at` and of `until` with a timeout together.
 */
export declare const sleep: (duration: Duration) => Promise<void>;
/**
 * Waits until a point of the world's time: `at({ hour: 7, minute: 30 })` is the next half past seven, which at half past
 * seven is tomorrow's; a `Date` or milliseconds since 1970 is that very moment, and is over at the next turn if it has
 * passed. Rejects as `sleep` does.
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
 * A plain object that is kept when the program's own code is replaced and everything else in it starts anew.
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
import { type Inhabitant, InhabitantPort, type Intent, type Json } from "@elsewhere/protocol";
import { CallSites } from "./call-site.ts";
/** The inhabitant a program is. */
export interface Me extends Inhabitant {
    readonly id: number;
    readonly name: string;
}
/** Acts through the outcome of a turn. What is rejected carries, as its stack, where in the program it was asked for. */
export declare class MePort extends InhabitantPort implements Me {
    id: number;
    name: string;
    readonly sites: CallSites;
    act(intent: Intent): Promise<Json>;
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

// packages/program/src/moment
/** A point of world time: a date, milliseconds since 1970, or the next time the world's clock (UTC) shows an hour. */
export type Moment = Date | number | {
    readonly hour: number;
    readonly minute?: number;
};
/** The moment in milliseconds. An hour of the clock always lies ahead: at seven, the next `{ hour: 7 }` is tomorrow's. */
export declare function momentMs(moment: Moment, now: number): number;
