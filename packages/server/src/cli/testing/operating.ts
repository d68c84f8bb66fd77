import type { CrossingInfo } from "@elsewhere/protocol";
import { Command } from "commander";
import { Pairings } from "../../crossings/pairings.ts";
import { bakerDetail } from "../../gateways/testing/fakes.ts";
import { serve } from "../../gateways/testing/serve.ts";
import { openMemory } from "../../storage/memory/memory.ts";
import { addCross } from "../cross.ts";
import { addCrossings } from "../crossings.ts";
import { addPair } from "../pair.ts";

export const self = "S".repeat(43);
export const haven = "H".repeat(43);
export const havenLine = `elsewhere://localhost:7071#${haven}`;

export const crossing = (more: Partial<CrossingInfo>): CrossingInfo => ({
  attempt: "Attempt-one-of-two-abc",
  direction: "out",
  program: "baker",
  name: "Baker",
  host: "haven",
  state: "offered",
  waitsFor: "Baker to accept",
  secondsLeft: 59.2,
  epoch: 0,
  payloadBytes: null,
  error: null,
  ...more,
});

export interface Ran {
  readonly printed: string[];
  readonly said: string[];
  readonly failed: string[];
  readonly questions: string[];
  /** What was thrown, in words; null if the command came to its end. */
  readonly error: string | null;
}

interface Operated {
  readonly pairings: Pairings;
  /** What the host was asked to do with crossings. */
  readonly told: unknown[][];
  /** Runs a command line; `typed` is what is typed when it asks. */
  run(args: readonly string[], typed?: string): Promise<Ran>;
}

/**
 * A host with real pairings behind its real HTTP gateway, and the commands that talk to it. Its crossings stand at each look as the
 * next of `looks` has it, unless it is away or starting then, and at the last one for good; once they are used up and `isGone` is
 * set it answers no more.
 */
export async function operated(
  looks: readonly (readonly CrossingInfo[] | "away" | "starting")[] = [[]],
  isGone = false,
): Promise<Operated> {
  const pairings = await Pairings.load({ storage: openMemory(), self, address: "elsewhere://localhost:7070" });
  const told: unknown[][] = [];
  const left = [...looks];
  const programs = ["baker", "Baker's boy", "cook-1", "cook-2"].map((program) => {
    const name = program.startsWith("cook") ? "Cook" : program === "baker" ? "Baker" : "Jo";
    return { ...bakerDetail.info, program, name };
  });
  const crossings = {
    list: () => (left.length > 1 || isGone ? left.shift() : left[0]) as readonly CrossingInfo[],
    offer: async (...asked: unknown[]) => (told.push(asked), crossing({})),
    decide: async (...asked: unknown[]) => (told.push(asked), crossing({ state: "stayed", waitsFor: null })),
    needs: () => null,
  };
  const { app } = serve(
    { programs: async ({ offset }) => ({ total: programs.length, offset, programs }), program: async () => null },
    { desk: { pairings, crossings } },
  );
  const run = async (args: readonly string[], typed?: string): Promise<Ran> => {
    const ran = { printed: [] as string[], said: [] as string[], failed: [] as string[], questions: [] as string[] };
    const authority = {
      print: (line: string) => void ran.printed.push(line),
      say: (line: string) => void ran.said.push(line),
      fail: (line: string) => void ran.failed.push(line),
      ask: async (question: string) => (ran.questions.push(question), typed ?? null),
      time: {
        monotonicMs: () => 0,
        after: (_ms: number, wake: () => void) => (setImmediate(wake), () => {}),
        soon: (wake: () => void) => void setImmediate(wake),
      },
      fetch: async (url: string, headers: Readonly<Record<string, string>>, body?: string, method?: "DELETE") => {
        const standing = typeof left[0] === "string" ? left.shift() : null;
        if (standing === "away" || (left.length === 0 && standing === null)) throw new TypeError("fetch failed");
        if (standing === "starting") return new Response("The world is starting.", { status: 503 });
        if (body === undefined) return app.request(url, { method: method ?? "GET", headers });
        return app.request(url, { method: "POST", body, headers: { ...headers, "content-length": String(Buffer.byteLength(body)) } });
      },
    };
    const program = new Command("elsewhere").enablePositionalOptions().exitOverride().configureOutput({ writeErr: authority.say });
    addPair(program, authority);
    addCross(program, authority);
    addCrossings(program, authority);
    for (const command of program.commands) command.exitOverride();
    const asking = args.includes("--token") ? args : [...args, "--token", "operator"];
    const error = await program.parseAsync(asking, { from: "user" }).then(
      () => null,
      (thrown: Error) => thrown.message,
    );
    return { ...ran, error };
  };
  return { pairings, told, run };
}
