import { createHash } from "node:crypto";
import type { Intent } from "@elsewhere/protocol";
import type { Fault, Ground, Image, Outcome, ProgramPool, TurnInput, TurnResult } from "../../packages/server/src/programs/contract.ts";
import { defaultQuota } from "../../packages/server/src/programs/quotas.ts";
import type { LoadedProgram } from "../../packages/server/src/worlds/load.ts";

type Asked = readonly { readonly n: number; readonly intent: Intent }[];
/** What a scripted turn comes to: its intents alone, any parts of an outcome, or a fault. */
export type Scripted = Asked | Partial<Outcome> | { readonly fault: Fault };
/** What a program does in a turn. */
export type Script = (input: TurnInput) => Scripted;

const groundOf = (kind: Ground["kind"], needs: readonly string[]): Ground => {
  const bytes = Buffer.from(`a scripted ${kind}`);
  return { hash: createHash("sha256").update(bytes).digest("hex"), kind, bytes, needs };
};
const engine = groundOf("engine", []);
const base = groundOf("base", [engine.hash]);
const template = groundOf("template", [base.hash]);
const grounds = new Map([engine, base, template].map((ground) => [ground.hash, ground]));

/** Programs without a sandbox: every turn of each does what its script says. An image holds the number of its turn and nothing else. */
export function scriptedPool(scripts: Readonly<Record<string, Script>>): ProgramPool {
  const lastTurns = new Map<string, number>();
  return {
    base: base.hash,
    add: (program) => void lastTurns.delete(program),
    remove: (program) => void lastTurns.delete(program),
    run: async (program, json, withImage) => {
      const input = JSON.parse(json) as TurnInput;
      const result = resultOf(scripts[program]!(input), withImage ? imageOf(program, input.turn) : null);
      if (result.ok) lastTurns.set(program, input.turn);
      return result;
    },
    image: async (program) => {
      const turn = lastTurns.get(program);
      return turn === undefined ? null : imageOf(program, turn);
    },
    portable: async (program) => {
      const turn = lastTurns.get(program);
      if (turn === undefined) return null;
      const { bytes, heapBytes } = imageOf(program, turn);
      return { bytes, heapBytes, engine: engine.hash, base: base.hash };
    },
    knows: (stands) => stands.engine === engine.hash && stands.base === base.hash,
    prepareTrial: () => {},
    tryOut: async (_code, portable, json) => resultOf(scripts[readImage(portable).program]!(JSON.parse(json) as TurnInput), null),
    adopt: (_code, portable) => {
      const { program, turn } = readImage(portable);
      return { image: imageOf(program, turn), grounds: [...grounds.values()] };
    },
    ground: (hash) => grounds.get(hash) ?? null,
    residence: (program) => (lastTurns.has(program) ? "live" : "stored"),
    get figures() {
      return { live: lastTurns.size, parked: 0, parkedBytes: 0, workersLost: 0 };
    },
    close: async () => {},
  };
}

function resultOf(scripted: Scripted, image: Image | null): TurnResult {
  if ("fault" in scripted) return { ok: false, fault: scripted.fault };
  const parts = Array.isArray(scripted) ? { intents: scripted as Asked } : (scripted as Partial<Outcome>);
  const outcome: Outcome = { intents: [], refused: [], wakeAt: null, wants: ["heard"], log: [], memory: null, ...parts };
  return { ok: true, outcome, json: JSON.stringify(outcome), turnMs: 0, polls: 1, memoryBytes: 65_536, image };
}

const readImage = (bytes: Uint8Array): { program: string; turn: number } =>
  JSON.parse(Buffer.from(bytes).toString()) as { program: string; turn: number };

function imageOf(program: string, turn: number): Image {
  const bytes = Buffer.from(JSON.stringify({ program, turn }));
  return { turn, hash: createHash("sha256").update(bytes).digest("hex"), bytes, template: template.hash, heapBytes: bytes.length };
}

export function scriptedProgram(id: string, name: string, at: string): LoadedProgram {
  const unused = { code: "scripted.ts", description: "", traits: {}, memory: {}, owner: "world", quota: defaultQuota(false), spawns: [] };
  return { ...unused, id, name, at, walks: true };
}

/** Asks for these one after another, each when the one before is answered. */
export function oneByOne(...intents: readonly Intent[]): Script {
  return ({ start, percepts }) => {
    const answered = percepts.flatMap((percept) => (percept.kind === "reply" ? [percept.n] : []));
    const n = start !== null ? 1 : answered.length > 0 ? Math.max(...answered) + 1 : null;
    const intent = n === null ? undefined : intents[n - 1];
    return n === null || intent === undefined ? [] : [{ n, intent }];
  };
}
