/**
 * A program's first turn begins with its module compiled and nothing of it run. What compiling leaves in the base's heap
 * is the same for all programs of that code, so the heaps of the codes used last are kept: the next program of such a
 * code begins where compiling would have led it.
 */
import { limits } from "@elsewhere/protocol";
import type { Code } from "../contract.ts";
import { Heaps } from "./heaps.ts";
import type { Content, Slot } from "./slot.ts";
import type { KnownBase } from "./templates.ts";

export interface Prepared extends Content {
  /** The compiled module, as the engine's value in this heap. */
  readonly module: bigint;
  readonly pollsUsed: number;
}

const preparedBytesMax = 16 * 1024 * 1024;

export class PreparedCodes {
  readonly #known = new Heaps<string, Prepared>(preparedBytesMax);

  /** Null if the code has to be compiled. */
  find(of: KnownBase, code: Code): Prepared | null {
    return this.#known.get(keyOf(of, code));
  }

  /** Compiles in a slot that holds the base; throws what the engine throws. */
  make(of: KnownBase, code: Code, slot: Slot): Prepared {
    const { engine } = slot;
    engine.pollsLeft = limits.startPollsMax;
    const module = engine.compile(code.text, "program.js");
    const prepared = { heap: Buffer.from(slot.heap), module, pollsUsed: limits.startPollsMax - engine.pollsLeft };
    this.#known.put(keyOf(of, code), prepared);
    return prepared;
  }
}

const keyOf = (of: KnownBase, code: Code): string => `${of.base.hash} ${code.hash}`;
