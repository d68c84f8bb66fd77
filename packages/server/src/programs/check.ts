/** Tries a program without a world: bundles it, runs ten turns in a bare room where all it asks for succeeds, and tells. */
import { ElsewhereError, type ErrorJson, type Intent, type Json, type Look, type Percept, type PerceptKind } from "@elsewhere/protocol";
import { bundleProgram } from "./bundle.ts";
import type { Outcome, ProgramPool } from "./contract.ts";
import { faultToError } from "./faults.ts";

const turnsTried = 10;
const startMs = Date.UTC(2030, 2, 21, 9);
const stepMs = 60_000;

export interface ProgramCheck {
  readonly ok: boolean;
  readonly file: string;
  readonly codeBytes: number;
  /** How much its heap differs from the base image. */
  readonly heapBytes: number;
  /** The longest turn but the first. */
  readonly turnMs: number;
  readonly turns: number;
  readonly wants: readonly PerceptKind[];
  readonly log: Outcome["log"];
  readonly error: ErrorJson | null;
}

/** `read` and `file` are as in `bundleProgram`. What is wrong with the program is told in `error`, never thrown. */
export async function checkProgram(file: string, read: (path: string) => Promise<string>, pool: ProgramPool): Promise<ProgramCheck> {
  let report: ProgramCheck = { ok: false, file, codeBytes: 0, heapBytes: 0, turnMs: 0, turns: 0, wants: [], log: [], error: null };
  try {
    const { code, codeBytes } = await bundleProgram(file, read);
    report = { ...report, codeBytes };
    pool.add(file, code, () => Promise.resolve({ image: null, turns: [] }));
    return await runTurns(report, pool);
  } catch (error) {
    if (!(error instanceof ElsewhereError)) throw error;
    return { ...report, error: error.toJSON() };
  } finally {
    pool.remove(file);
  }
}

async function runTurns(report: ProgramCheck, pool: ProgramPool): Promise<ProgramCheck> {
  const { file } = report;
  let now = startMs;
  let percepts: readonly Percept[] = [];
  for (let turn = 1; turn <= turnsTried; turn++) {
    const start = turn === 1 ? { id: 1, name: "Somebody", seed: 1, memory: {}, lastN: 0 } : null;
    const result = await pool.run(file, { turn, now, start, percepts });
    if (!result.ok) return { ...report, error: faultToError(file, result.fault).toJSON() };
    const { outcome, heapBytes, turnMs } = result;
    report = {
      ...report,
      turns: turn,
      heapBytes,
      turnMs: turn === 1 ? 0 : Math.max(report.turnMs, turnMs),
      wants: outcome.wants,
      log: [...report.log, ...outcome.log],
    };
    percepts = [
      ...outcome.refused.map(({ n, error }): Percept => ({ kind: "reply", n, ok: false, error })),
      ...outcome.intents.map(({ n, intent }): Percept => ({ kind: "reply", n, ok: true, data: answer(intent) })),
    ];
    now = percepts.length > 0 || outcome.wakeAt === null ? now + stepMs : Math.max(now, outcome.wakeAt);
  }
  return { ...report, ok: true };
}

const bareRoom = {
  map: "room",
  x: 8,
  y: 8,
  place: "room",
  description: "A bare room.",
  bodies: [],
  doors: [],
  places: ["room"],
  carried: [],
};

function answer(intent: Intent): Json {
  if (intent.kind !== "look") return null;
  if (intent.at === undefined) return bareRoom satisfies Look;
  const somebody = { id: intent.at, name: "Somebody else", kind: "person", posture: "awake" };
  return { ...somebody, x: 9, y: 8, facing: "west", traits: {}, marks: {}, carries: [] };
}
