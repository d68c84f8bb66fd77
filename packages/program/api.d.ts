// What this package offers, as emitted. `npm run api` writes it anew; a review sees what changed.

// packages/program/src/index
import type { Me } from "./runtime.ts";
import type { Duration } from "./timers.ts";
export { ElsewhereError } from "@elsewhere/protocol";
export type { Destination, Direction, DoorSeen, ErrorCode, Json, JsonObject, Look, Percept, PerceptKind, PerceptOf, Seen, Who, } from "@elsewhere/protocol";
export type { Me } from "./runtime.ts";
export type { Duration } from "./timers.ts";
/** The inhabitant this program is: what it can do, and how it listens. */
export declare const me: Me;
/**
 * Waits for an amount of the world's time, e.g. `sleep({ hours: 6 })`. The wait costs nothing and outlives restarts.
 * Rejects with `malformed` if the amount is not a number from 0 on, with `limit` beyond 256 sleeps at once.
 */
export declare const sleep: (duration: Duration) => Promise<void>;
/**
 * A plain object that is kept when the program's own code is replaced and everything else in it starts anew.
 * Holds whatever JSON can, at most 64 KB of it.
 */
export declare const memory: Record<string, unknown>;

// packages/program/src/runtime
/**
 * The inside of a program: everything here lives in its heap and is part of its image.
 *
 * The host speaks to it in text only. A turn is `begin(input)`, then `next()` until it says false, each followed by all
 * promise jobs, then `finish()`. Each timer and each percept is a step of its own, so that what a program begins to
 * listen to while it handles one percept already hears the next.
 */
import { type Inhabitant } from "@elsewhere/protocol";
import { Log } from "./log.ts";
import { type Duration } from "./timers.ts";
/** The inhabitant a program is. */
export interface Me extends Inhabitant {
    readonly id: number;
    readonly name: string;
}
export declare class Runtime {
    #private;
    readonly memory: Record<string, unknown>;
    readonly log: Log;
    constructor();
    get me(): Me;
    random(): number;
    sleep(duration: Duration): Promise<void>;
    begin(json: string): void;
    /** Takes one step; false if there was none left. */
    next(): boolean;
    /** The module's own promise: that it never settles is normal, that it rejects ends the turn as a fault. */
    watch(module: Promise<unknown>): void;
    finish(): string;
}
/** The one program this module is evaluated for. */
export declare const inside: Runtime;

// packages/program/src/log
export interface LogLine {
    readonly level: "log" | "error";
    readonly text: string;
}
/** The lines a program wrote in this turn: at most `logLinesPerTurnMax`, the last of them saying that there were more. */
export declare class Log {
    #private;
    write(level: LogLine["level"], values: readonly unknown[]): void;
    take(): readonly LogLine[];
}
/** Any value as text; an error with its stack. Never throws, whatever the value does when it is looked at. */
export declare function describe(value: unknown): string;

// packages/program/src/timers
/** An amount of world time; the parts are added up. */
export interface Duration {
    readonly days?: number;
    readonly hours?: number;
    readonly minutes?: number;
    readonly seconds?: number;
    readonly ms?: number;
}
interface Timer {
    readonly at: number;
    readonly fire: () => void;
}
/** What sleeps, earliest first; of two that end at once, the one begun first. */
export declare class Timers {
    #private;
    /** World time of the earliest, null if nothing sleeps. */
    get next(): number | null;
    add(at: number, fire: () => void): void;
    /** Takes out what is due at `now`. What is added later waits for another turn, so that no sleep of 0 spins within one. */
    takeDue(now: number): Timer[];
}
export declare function durationMs({ days, hours, minutes, seconds, ms }: Duration): number;
export {};
