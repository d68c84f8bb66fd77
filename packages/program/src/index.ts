/** What a program imports. Outside a world the same module gives an editor its types. */
import type { Duration } from "@elsewhere/protocol";
import type { Chance } from "./chance.ts";
import type { Child, Spawned } from "./child.ts";
import type { Me } from "./me.ts";
import type { Moment } from "./moment.ts";
import { inside } from "./runtime.ts";

export { ElsewhereError } from "@elsewhere/protocol";
export type {
  Crossing,
  CrossingTerms,
  Destination,
  Direction,
  DoorSeen,
  Duration,
  ErrorCode,
  Json,
  JsonObject,
  Look,
  Percept,
  PerceptKind,
  PerceptOf,
  Seen,
  UntilOptions,
  Who,
} from "@elsewhere/protocol";
export type { Chance } from "./chance.ts";
export type { Child, Spawned } from "./child.ts";
export type { Arrival, Offer } from "./crossing.ts";
export type { Me } from "./me.ts";
export type { Moment } from "./moment.ts";

/** The inhabitant this program is: what it can do, and how it listens. */
export const me: Me = inside.me;

/**
 * Waits for an amount of the world's time, e.g. `sleep({ hours: 6 })`. The wait costs nothing and outlives restarts; at another
 * host it goes on with what is left of it.
 * Rejects with `malformed` if the amount is not a number from 0 on, with `limit` beyond 256 waits for a time at once:
 * those of `sleep`, of `at` and of `until` with a timeout together.
 */
export const sleep = (duration: Duration): Promise<void> => inside.sleep(duration);

/**
 * Waits until a point of the world's time: `at({ hour: 7, minute: 30 })` is the next half past seven, which at half past
 * seven is tomorrow's; a `Date` or milliseconds since 1970 is that very moment, and is over at the next turn if it has
 * passed. Who crosses to another host meanwhile waits there for what was left, whatever that world's clock shows. Rejects as
 * `sleep` does.
 */
export const at = (moment: Moment): Promise<void> => inside.at(moment);

/**
 * Chance: `random()` from 0 to 1, `random.int(1, 6)`, `random.pick(list)`, `random.chance(0.3)`. It follows from the
 * program's seed alone, so that a replay chooses the same; `Math.random` draws from the same source.
 */
export const random: Chance = inside.random;

/** Writes a line to the program's own log, as `console.log` does: values of any kind, at most 50 lines a turn. */
export const log = (...values: readonly unknown[]): void => inside.log.write("log", values);

/**
 * Starts another program, whose body appears beside one's own. Only modules that world.json lists in the `spawns` of this
 * program may be started; a part of one's own quota becomes the child's (`share`) and comes back when the child ends.
 * Rejects with `forbidden` for any other module, with `limit` when nothing is left to share.
 */
export const spawn = (child: Child): Promise<Spawned> => inside.spawn(child);

/**
 * A plain object that is kept when the program's own code is replaced and everything else in it starts anew. It crosses with it.
 * Holds whatever JSON can, at most 64 KB of it.
 */
export const memory: Record<string, unknown> = inside.memory.view;
