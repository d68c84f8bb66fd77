/** What a turn asked for, sorted: what the world is to do, what the host itself does, and what is refused with a reply. */
import { ElsewhereError, type ErrorJson, type Intent } from "@elsewhere/protocol";
import type { Outcome } from "./contract.ts";

export type SpawnIntent = Extract<Intent, { kind: "spawn" }>;
/** Its consent to a crossing, or its word about somebody else's. */
export type CrossingIntent = Extract<Intent, { kind: "cross" | "accept" | "decline" }>;

export interface Asked {
  readonly intents: readonly { readonly n: number; readonly intent: Exclude<Intent, SpawnIntent | CrossingIntent> }[];
  readonly spawns: readonly { readonly n: number; readonly intent: SpawnIntent }[];
  readonly crossings: readonly { readonly n: number; readonly intent: CrossingIntent }[];
  readonly refused: Outcome["refused"];
}

export interface Allowed {
  /** The last number used: an intent that bears it or a lower one could have been answered before. */
  readonly lastN: number;
  readonly intentsPerTurn: number;
  /** Counts one utterance; false if that is one too many. */
  speaks(): boolean;
}

const speech: ReadonlySet<Intent["kind"]> = new Set<Intent["kind"]>(["say", "whisper", "shout", "emote"]);

export function sortAsked(outcome: Outcome, allowed: Allowed): Asked {
  const intents: Asked["intents"][number][] = [];
  const spawns: Asked["spawns"][number][] = [];
  const crossings: Asked["crossings"][number][] = [];
  const refused = [...outcome.refused];
  for (const { n, intent } of outcome.intents) {
    const error = refusal(n, intent, intents.length + spawns.length + crossings.length, allowed);
    if (error !== null) refused.push({ n, error });
    else if (intent.kind === "spawn") spawns.push({ n, intent });
    else if (intent.kind === "cross" || intent.kind === "accept" || intent.kind === "decline") crossings.push({ n, intent });
    else intents.push({ n, intent });
  }
  return { intents, spawns, crossings, refused };
}

function refusal(n: number, { kind }: Intent, before: number, { lastN, intentsPerTurn, speaks }: Allowed): ErrorJson | null {
  if (n <= lastN) return limited("malformed", `an intent's number must be above ${lastN}`, "intent.n", lastN);
  if (before >= intentsPerTurn)
    return limited("limit", `more than ${intentsPerTurn} intents in one turn`, "quota.intentsPerTurn", intentsPerTurn);
  if (speech.has(kind) && !speaks()) return limited("limit", "said more within a minute than its quota allows", "quota.speechPerMinute");
  return null;
}

function limited(code: "malformed" | "limit", message: string, field: string, limit?: number): ErrorJson {
  return new ElsewhereError(code, message, limit === undefined ? { field } : { field, limit }).toJSON();
}
