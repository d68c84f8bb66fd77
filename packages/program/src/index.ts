/** What a program imports. Outside a world the same module gives an editor its types. */
import { inside } from "./runtime.ts";
import type { Me } from "./runtime.ts";
import type { Duration } from "./timers.ts";

export { ElsewhereError } from "@elsewhere/protocol";
export type {
  Destination,
  Direction,
  DoorSeen,
  ErrorCode,
  Json,
  JsonObject,
  Look,
  Percept,
  PerceptKind,
  PerceptOf,
  Seen,
  Who,
} from "@elsewhere/protocol";
export type { Me } from "./runtime.ts";
export type { Duration } from "./timers.ts";

/** The inhabitant this program is: what it can do, and how it listens. */
export const me: Me = inside.me;

/**
 * Waits for an amount of the world's time, e.g. `sleep({ hours: 6 })`. The wait costs nothing and outlives restarts.
 * Rejects with `malformed` if the amount is not a number from 0 on, with `limit` beyond 256 sleeps at once.
 */
export const sleep = (duration: Duration): Promise<void> => inside.sleep(duration);

/**
 * A plain object that is kept when the program's own code is replaced and everything else in it starts anew.
 * Holds whatever JSON can, at most 64 KB of it.
 */
export const memory: Record<string, unknown> = inside.memory;
