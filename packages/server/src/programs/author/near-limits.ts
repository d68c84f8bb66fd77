/** Which limits a program comes near while it is tried: what it does there it may do more of in a world. */
import { limits } from "@elsewhere/protocol";
import type { TurnResult } from "../contract.ts";

/** From this share of a limit on. */
const nearShare = 0.5;

interface Use {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
}

export class NearLimits {
  /** The most that has been used of each, as long as that is much. */
  readonly #most = new Map<string, Use & { readonly turn: number }>();

  /** One line for each limit it came near, the nearest first. */
  get warnings(): readonly string[] {
    return [...this.#most.values()]
      .toSorted((a, b) => b.value / b.limit - a.value / a.limit)
      .map(({ what, value, limit, unit, turn }) => `turn ${turn} ${what} ${Math.round(value)} of the ${limit} ${unit} it may`);
  }

  turn(turn: number, result: Extract<TurnResult, { ok: true }>): void {
    for (const use of usesOf(result, turn === 1)) this.#used(turn, use);
  }

  heap(turn: number, value: number): void {
    this.#used(turn, { what: "left a heap of", value, limit: limits.programHeapBytesMax, unit: "bytes" });
  }

  #used(turn: number, use: Use): void {
    const most = this.#most.get(use.what);
    if (use.value >= use.limit * nearShare && use.value > (most?.value ?? 0)) this.#most.set(use.what, { ...use, turn });
  }
}

function usesOf({ outcome, json, turnMs, polls }: Extract<TurnResult, { ok: true }>, first: boolean): readonly Use[] {
  const { intents, refused, log, memory } = outcome;
  return [
    { what: "computed for", value: polls, limit: first ? limits.startPollsMax : limits.turnPollsMax, unit: "units of fuel" },
    { what: "took", value: turnMs, limit: first ? limits.startMsMax : limits.turnMsMax, unit: "ms" },
    { what: "asked for", value: intents.length + refused.length, limit: limits.intentsPerTurnMax, unit: "intents" },
    { what: "logged", value: log.length, limit: limits.logLinesPerTurnMax, unit: "lines" },
    { what: "gave back", value: Buffer.byteLength(json), limit: limits.outcomeBytesMax, unit: "bytes" },
    {
      what: "kept a memory of",
      value: memory === null ? 0 : Buffer.byteLength(JSON.stringify(memory)),
      limit: limits.memoryBytesMax,
      unit: "bytes",
    },
  ];
}
