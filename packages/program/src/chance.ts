import { ElsewhereError } from "@elsewhere/protocol";

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

export function chanceFrom(next: () => number): Chance {
  return Object.assign(() => next(), {
    int(min: number, max: number): number {
      if (Number.isSafeInteger(min) && Number.isSafeInteger(max) && min <= max) return min + Math.floor(next() * (max - min + 1));
      throw new ElsewhereError("malformed", "random.int: write two whole numbers, the smaller first", { field: "random" });
    },
    pick<T>(list: readonly T[]): T {
      if (list.length > 0) return list[Math.floor(next() * list.length)]!;
      throw new ElsewhereError("malformed", "random.pick: the list is empty", { field: "random" });
    },
    chance: (p: number): boolean => next() < p,
  });
}
