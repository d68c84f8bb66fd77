/** Tries a program without a world: bundles it, runs ten turns in a bare room where all it asks for succeeds, and tells. */
import { ElsewhereError, type ErrorJson, limits, type Percept, type PerceptKind } from "@elsewhere/protocol";
import { AuthorTexts } from "./texts.ts";
import { BareRoom } from "./bare-room.ts";
import { type Bundle, bundleProgram } from "./bundle.ts";
import type { Outcome, ProgramPool, TurnInput, TurnResult } from "../contract.ts";
import { faultToError } from "../faults.ts";
import { NearLimits } from "./near-limits.ts";

const turnsTried = 10;
const startMs = Date.UTC(2030, 2, 21, 9);
const stepMs = 60_000;

export interface ProgramCheck {
  readonly ok: boolean;
  /** Relative to the folder it may import from. */
  readonly file: string;
  readonly codeBytes: number;
  /** How much its heap differs from the base image after its last turn. */
  readonly heapBytes: number;
  /** Its first turn, which runs the module, and the longest of the others. */
  readonly startMs: number;
  readonly turnMs: number;
  readonly turns: number;
  readonly wants: readonly PerceptKind[];
  /** What its entry in `world.json` has to allow it. */
  readonly grants: { readonly spawns: readonly string[] };
  /** Limits it came near. */
  readonly warnings: readonly string[];
  readonly log: Outcome["log"];
  readonly error: ErrorJson | null;
}

const nothingYet = {
  ok: false,
  codeBytes: 0,
  heapBytes: 0,
  startMs: 0,
  turnMs: 0,
  turns: 0,
  wants: [],
  grants: { spawns: [] },
  warnings: [],
  log: [],
  error: null,
};

/** `read` and `file` are as in `bundleProgram`. What is wrong with the program is told in `error`, never thrown. */
export async function checkProgram(file: string, read: (path: string) => Promise<string>, pool: ProgramPool): Promise<ProgramCheck> {
  let bundle: Bundle;
  try {
    bundle = await bundleProgram(file, read);
  } catch (error) {
    if (!(error instanceof ElsewhereError)) throw error;
    return { ...nothingYet, file, error: error.toJSON() };
  }
  const { code: text, codeHash: hash } = bundle;
  pool.add(file, { hash, text }, { heap: () => Promise.resolve({ image: null, turns: [] }), letGo: () => {} });
  try {
    return await runTurns({ ...nothingYet, file, codeBytes: bundle.codeBytes }, bundle, pool);
  } finally {
    pool.remove(file);
  }
}

async function runTurns(begun: ProgramCheck, { codeHash, map }: Bundle, pool: ProgramPool): Promise<ProgramCheck> {
  const { file } = begun;
  const room = new BareRoom();
  const near = new NearLimits();
  const texts = new AuthorTexts();
  texts.add(codeHash, map);
  let report = begun;
  let now = startMs;
  let percepts: readonly Percept[] = [];
  for (let turn = 1; turn <= turnsTried; turn++) {
    const result = await pool.run(file, JSON.stringify(inputOf(turn, now, percepts)), false);
    if (!result.ok) {
      const { reason, message } = result.fault;
      return { ...report, error: faultToError(file, { reason, message: texts.of(codeHash, message) }).toJSON() };
    }
    percepts = room.answer(result.outcome);
    near.turn(turn, result);
    report = { ...after(report, turn, result, texts.of.bind(texts, codeHash)), grants: { spawns: room.spawns }, warnings: near.warnings };
    const { wakeAt } = result.outcome;
    now = percepts.length > 0 || wakeAt === null ? now + stepMs : Math.max(now, wakeAt);
  }
  // Only now: taking an image takes time, which would be told as that of a turn.
  const heapBytes = (await pool.image(file))?.heapBytes ?? 0;
  near.heap(turnsTried, heapBytes);
  return { ...report, ok: true, heapBytes, warnings: near.warnings };
}

function inputOf(turn: number, now: number, percepts: readonly Percept[]): TurnInput {
  const start = turn === 1 ? { id: 1, name: "Somebody", seed: 1, memory: {}, lastN: 0 } : null;
  return { turn, now, start, rewound: null, heapBytesMax: limits.programHeapBytesMax, percepts };
}

function after(
  report: ProgramCheck,
  turn: number,
  { outcome, turnMs }: Extract<TurnResult, { ok: true }>,
  authorText: (text: string) => string,
): ProgramCheck {
  return {
    ...report,
    turns: turn,
    startMs: turn === 1 ? turnMs : report.startMs,
    turnMs: turn === 1 ? 0 : Math.max(report.turnMs, turnMs),
    wants: outcome.wants,
    log: [...report.log, ...outcome.log.map(({ level, text }) => ({ level, text: authorText(text) }))],
  };
}
