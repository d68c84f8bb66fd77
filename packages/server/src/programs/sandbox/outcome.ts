/** Reads what comes out of a sandbox. Nothing in it is believed before it has passed here. */
import { isDeepStrictEqual } from "node:util";
import {
  checkIntent,
  ElsewhereError,
  type ErrorJson,
  type Intent,
  type JsonObject,
  limits,
  type PerceptKind,
  requireShallow,
} from "@elsewhere/protocol";
import { z } from "zod";
import type { Outcome } from "../contract.ts";

export const perceptKinds = [
  "appeared",
  "vanished",
  "changed",
  "heard",
  "emoted",
  "used",
  "did",
  "moved_thing",
  "found",
  "door",
  "arrived",
  "offered",
  "knocked",
  "reply",
] as const satisfies readonly PerceptKind[];

const outcomeSchema = z.strictObject({
  intents: z.array(z.strictObject({ n: z.int().min(1), intent: z.unknown() })).max(limits.intentsPerTurnMax),
  wakeAt: z.number().nullable(),
  wants: z.array(z.enum(perceptKinds)).max(perceptKinds.length),
  memory: z.record(z.string(), z.json()).nullable(),
  log: z
    .array(z.strictObject({ level: z.enum(["log", "error"]), text: z.string().max(limits.logLineCharsMax) }))
    .max(limits.logLinesPerTurnMax),
  failed: z.string().max(limits.logLineCharsMax).nullable(),
});

export interface Checked {
  readonly outcome: Outcome;
  /** The outcome as it is recorded. */
  readonly json: string;
  /** Why the program's own module failed, if it has. */
  readonly failed: string | null;
}

/** Throws `ElsewhereError` if it is not an outcome at all. */
export function readOutcome(json: string): Checked {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ElsewhereError("malformed", "the outcome is not JSON", { field: "outcome" }, { cause: error });
  }
  // Its intents are looked into one by one, and none of them may fail the others.
  requireShallow((value as { readonly memory?: unknown } | null)?.memory, "outcome.memory");
  const result = outcomeSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new ElsewhereError("malformed", `outcome.${issue.path.join(".")}: ${issue.message}`, { field: "outcome" });
  }
  const { intents, wakeAt, wants, log, memory, failed } = result.data;
  requireMemoryBytes(memory);
  const outcome = { ...sortIntents(intents), wakeAt, wants, log, memory };
  return { outcome, json: JSON.stringify(outcome), failed };
}

/** A bad intent fails alone, by an answer, and not the turn that asked for it. */
function sortIntents(asked: readonly { n: number; intent?: unknown }[]): Pick<Outcome, "intents" | "refused"> {
  const intents: { n: number; intent: Intent }[] = [];
  const refused: { n: number; error: ErrorJson }[] = [];
  let lastN = 0;
  for (const { n, intent } of asked) {
    if (n <= lastN) throw new ElsewhereError("malformed", `outcome.intents: ${n} does not follow ${lastN}`, { field: "outcome" });
    lastN = n;
    try {
      intents.push({ n, intent: checkIntent(intent) });
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      refused.push({ n, error: error.toJSON() });
    }
  }
  return { intents, refused };
}

function requireMemoryBytes(memory: JsonObject | null): void {
  const limit = limits.memoryBytesMax;
  if (memory === null || Buffer.byteLength(JSON.stringify(memory)) <= limit) return;
  throw new ElsewhereError("limit", `outcome.memory is larger than ${limit} bytes`, { field: "outcome", limit });
}

/**
 * Whether two recorded outcomes come from the same asking. What the program asked for is the same whenever its heap is;
 * which of its intents pass the check may have changed with the host that checks them.
 */
export function sameAsked(recorded: string, again: string): boolean {
  if (recorded === again) return true;
  const [a, b] = [JSON.parse(recorded) as Outcome, JSON.parse(again) as Outcome];
  const numbers = ({ intents, refused }: Outcome): number[] => [...intents, ...refused].map(({ n }) => n).toSorted((x, y) => x - y);
  const passed = new Map(b.intents.map(({ n, intent }) => [n, intent]));
  const inBoth = a.intents.filter(({ n }) => passed.has(n));
  const rest = ({ wakeAt, wants, log, memory }: Outcome): object => ({ wakeAt, wants, log, memory });
  return (
    isDeepStrictEqual(numbers(a), numbers(b)) &&
    isDeepStrictEqual(rest(a), rest(b)) &&
    inBoth.every(({ n, intent }) => isDeepStrictEqual(intent, passed.get(n)))
  );
}
