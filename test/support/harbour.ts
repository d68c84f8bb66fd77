/** What tests of the worlds that ship need: one as the host loads it, a day of it, and one program alone with a person. */
import { randomBytes } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Intent, type JsonObject, limits, type Look, type Percept, type Seen } from "@elsewhere/protocol";
import { startHost } from "../../packages/server/src/host.ts";
import { filesBelow } from "../../packages/server/src/maps/disk.ts";
import { loadMaps } from "../../packages/server/src/maps/load.ts";
import { type Bundle, bundlePrograms } from "../../packages/server/src/programs/author/bundle.ts";
import type { ProgramPool, TurnInput } from "../../packages/server/src/programs/contract.ts";
import { openMemory } from "../../packages/server/src/storage/memory/memory.ts";
import { type LoadedProgram, type LoadedWorld, loadWorld } from "../../packages/server/src/worlds/load.ts";
import { openTestPool } from "./pool.ts";
import { realTime } from "./time.ts";

const shipped = (world: string): string => fileURLToPath(new URL(`../../worlds/${world}`, import.meta.url));
export const readText = (path: string): Promise<string> => readFile(`${shipped("harbour")}/${path}`, "utf8");

export const loadHarbour = (): Promise<LoadedWorld> => loadShipped(shipped("harbour"));
export const loadHaven = (): Promise<LoadedWorld> => loadShipped(shipped("haven"));

function loadShipped(root: string): Promise<LoadedWorld> {
  const readText = (path: string): Promise<string> => readFile(`${root}/${path}`, "utf8");
  const files = filesBelow(root, { realpath, stat, readFile });
  return loadWorld(root, {
    readText,
    loadMaps: (paths) => loadMaps(files, paths),
    bundle: (paths) => bundlePrograms(paths, readText),
  });
}

/** One thing a program did, and when. */
export interface Deed {
  readonly program: string;
  readonly atMs: number;
  readonly intent: Intent;
}

export interface Day {
  readonly deeds: readonly Deed[];
  readonly turns: number;
  /** Faults, log lines and unknown places, for a test to find none of. */
  readonly complaints: readonly string[];
}

/** Lives in a world, in lockstep and as fast as the machine can, for some hours of its own time. */
export async function live(loaded: LoadedWorld, hours: number): Promise<Day> {
  const deeds: Deed[] = [];
  const complaints: string[] = [];
  // Harbour alone has no other host to go to, and says so.
  const crossings = new Set<string>();
  let turns = 0;
  let nowMs = 0;
  const pool = await openTestPool();
  const watched: ProgramPool = {
    base: pool.base,
    add: (program, code, keeper) => pool.add(program, code, keeper),
    remove: (program) => pool.remove(program),
    image: (program) => pool.image(program),
    portable: (program) => pool.portable(program),
    knows: (stands) => pool.knows(stands),
    prepareTrial: () => pool.prepareTrial(),
    tryOut: (code, portable, text) => pool.tryOut(code, portable, text),
    adopt: (code, portable) => pool.adopt(code, portable),
    ground: (hash) => pool.ground(hash),
    residence: (program) => pool.residence(program),
    get figures() {
      return pool.figures;
    },
    close: () => pool.close(),
    run: async (program, text, withImage) => {
      const input = JSON.parse(text) as TurnInput;
      const result = await pool.run(program, text, withImage);
      turns++;
      nowMs = Math.max(nowMs, input.now);
      for (const percept of input.percepts)
        if (percept.kind === "reply" && !percept.ok && percept.error.code === "unknown" && !crossings.has(`${program} ${percept.n}`))
          complaints.push(`${program}: ${percept.error.message}`);
      if (!result.ok) complaints.push(`${program}: ${result.fault.message}`);
      else {
        for (const { n, intent } of result.outcome.intents) {
          deeds.push({ program, atMs: input.now, intent });
          if (intent.kind === "cross") crossings.add(`${program} ${n}`);
        }
        for (const { text } of result.outcome.log) complaints.push(`${program}: ${text}`);
      }
      return result;
    },
  };
  const nobody = (): Promise<never> => Promise.reject(new Error("nobody comes here"));
  const host = await startHost({
    loaded,
    storage: openMemory(),
    pool: watched,
    time: realTime,
    identity: { verify: nobody, newGuest: nobody },
    guestAllowed: null,
    tickMs: 100,
    lockstep: true,
    pace: Infinity,
    seed: null,
    usage: () => ({ rssBytes: 0, cpuSeconds: 0 }),
    placeKeys: [],
    randomBytes,
    readImage: () => Promise.resolve(null),
    say: (line) => complaints.push(line),
    failed: (error) => complaints.push(String(error)),
  });
  const endMs = loaded.clockStartMs + hours * 3_600_000;
  await new Promise<void>((resolve) => {
    const look = (): void => void (nowMs >= endMs || complaints.length >= 20 ? resolve() : setTimeout(look, 20));
    look();
  });
  await host.close();
  return { deeds, turns, complaints };
}

const visitor: Seen = {
  id: 900,
  name: "Ada",
  kind: "person",
  x: 9,
  y: 8,
  facing: "west",
  posture: "awake",
  traits: {},
  marks: {},
  carries: [],
};
const stranger: Seen = { ...visitor, id: 901, name: "Somebody", kind: "program", x: 10 };

/** Puts one program alone into a room with a person and another program, and lets one of them act on it, or several things befall it. */
export async function meet(
  pool: ProgramPool,
  program: LoadedProgram,
  { code: text, codeHash: hash }: Bundle,
  act: Percept | readonly Percept[],
): Promise<readonly Intent[]> {
  const befalls = "kind" in act ? [act] : act;
  const key = `${program.id} ${befalls[0]!.kind} ${Math.random()}`;
  pool.add(key, { text, hash }, { heap: () => Promise.resolve({ image: null, turns: [] }), letGo: () => {} });
  const done: Intent[] = [];
  let now = Date.UTC(2030, 2, 21, 9);
  let percepts: Percept[] = [];
  try {
    for (let turn = 1; turn <= 14; turn++) {
      const start = turn === 1 ? { id: 1, name: program.name, seed: 1, memory: program.memory as JsonObject, lastN: 0 } : null;
      if (turn === 4) percepts.push(...befalls);
      const input: TurnInput = { turn, now, start, rewound: null, heapBytesMax: limits.programHeapBytesMax, percepts };
      const result = await pool.run(key, JSON.stringify(input), false);
      if (!result.ok) throw new Error(`${program.id}: ${result.fault.message}`);
      if (turn >= 4) done.push(...result.outcome.intents.map(({ intent }) => intent));
      percepts = result.outcome.intents
        .filter(({ intent }) => turn < 4 || intent.kind !== "walk")
        .map(({ n, intent }): Percept => ({ kind: "reply", n, ok: true, data: intent.kind === "look" ? { ...room } : null }));
      now += 60_000;
    }
  } finally {
    pool.remove(key);
  }
  return done;
}

const room: Look & JsonObject = {
  map: "room",
  x: 8,
  y: 8,
  place: "room",
  description: "",
  bodies: [visitor, stranger] as never,
  doors: [],
  places: [],
  carried: [],
};

export const greeting = (text: string, from: Seen = visitor): Percept => ({
  kind: "heard",
  from: { id: from.id, name: from.name },
  how: "say",
  text,
});
export const touch: Percept = { kind: "used", from: { id: visitor.id, name: visitor.name } };
/** The person gives it a thing. */
export const gift = (name: string): Percept => ({
  kind: "moved_thing",
  how: "give",
  from: { id: visitor.id, name: visitor.name },
  thing: { id: 902, name },
  to: { id: 1, name: "" },
});
export { stranger };
