import type { Intent } from "@elsewhere/protocol";
import type { ProgramPool, TurnInput } from "../../packages/server/src/programs/contract.ts";
import type { LoadedProgram } from "../../packages/server/src/worlds/load.ts";

/** What a program asks for in a turn: intents with their numbers. */
export type Script = (input: TurnInput) => readonly { readonly n: number; readonly intent: Intent }[];

/** Programs without a sandbox: every turn of each asks for what its script says. */
export function scriptedPool(scripts: Readonly<Record<string, Script>>): ProgramPool {
  return {
    base: "scripted",
    add: () => {},
    remove: () => {},
    run: async (program, input) => ({
      ok: true,
      outcome: { intents: scripts[program]!(input), refused: [], wakeAt: null, wants: ["heard"], log: [], memory: null },
      heapBytes: 0,
      heapHash: "0".repeat(64),
      turnMs: 0,
    }),
    image: () => Promise.reject(new Error("a script has no image")),
    close: async () => {},
  };
}

export function scriptedProgram(id: string, name: string, at: string): LoadedProgram {
  return { id, name, at, code: "", source: "", codeHash: "0", walks: true, description: "", traits: {}, memory: {} };
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
