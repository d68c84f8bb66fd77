/** Reads what comes out of a sandbox. Nothing in it is believed before it has passed here. */
import { checkIntent, ElsewhereError, type ErrorJson, type Intent, type JsonObject, limits, type PerceptKind } from "@elsewhere/protocol";
import { z } from "zod";
import type { Outcome } from "../contract.ts";

const perceptKinds = [
  "appeared",
  "vanished",
  "changed",
  "heard",
  "emoted",
  "used",
  "did",
  "moved_thing",
  "door",
  "arrived",
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

/** An outcome, or why the program's own module failed. Throws `ElsewhereError` if it is not an outcome at all. */
export function readOutcome(json: string): { outcome: Outcome; failed: string | null } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ElsewhereError("malformed", "the outcome is not JSON", { field: "outcome" }, { cause: error });
  }
  const result = outcomeSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new ElsewhereError("malformed", `outcome.${issue.path.join(".")}: ${issue.message}`, { field: "outcome" });
  }
  const { intents, failed, memory, ...rest } = result.data;
  requireMemoryBytes(memory);
  return { outcome: { ...rest, memory, ...sortIntents(intents) }, failed };
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
