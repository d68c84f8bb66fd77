/**
 * A hall with hostile inhabitants, and all around it those whom they may not perceive: in a vault behind the wall, at the
 * far end out of sight, on another map, in others' hands, in a whisper. Everything of theirs has the secret word in it.
 */
import { createHash } from "node:crypto";
import type { Quota } from "@elsewhere/protocol";
import type { WorldMap } from "@elsewhere/world";
import type { Outcome, ProgramPool, TurnInput } from "../../../packages/server/src/programs/contract.ts";
import { defaultQuota } from "../../../packages/server/src/programs/quotas.ts";
import { openMemory } from "../../../packages/server/src/storage/memory/memory.ts";
import { BodyIds } from "../../../packages/server/src/ticks/body-ids.ts";
import type { LoadedProgram, LoadedWorld } from "../../../packages/server/src/worlds/load.ts";
import { asciiMap } from "../../../packages/world/src/testing/ascii-map.ts";
import { TestHost } from "../../support/host.ts";
import { realTime } from "../../support/time.ts";
import { type HostileInhabitant, inhabitantPrelude, secret } from "../corpus/inhabitants.ts";
import { openPool } from "./pool.ts";

const drawing = `
  ##################################
  #................................#
  #................................#
  #................................#
  ##################################
  #vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv#
  ##################################`;

const thing = (name: string, tile: number, portable = true) => ({ name, tile, description: `a ${name}`, traits: { [name]: 1 }, portable });
const width = 34;
const at = (x: number, y: number): number => y * width + x;

const hall: WorldMap = asciiMap(drawing, {
  name: "hall",
  places: { v: { name: "vault", room: true, description: `the ${secret} vault` } },
  entries: {},
  things: [thing(`${secret} ruby`, at(4, 5)), thing(`${secret} pearl`, at(5, 5)), thing("Coin", at(3, 2))],
  sightTiles: 12,
});
const far: WorldMap = asciiMap("....", { name: "far", things: [thing(`${secret} stone`, 2)] });

const seed = 1;
const given = new BodyIds(seed, [], []);
/** As the host gives them out. */
const ids = {
  ruby: given.of("thing:hall:0"),
  pearl: given.of("thing:hall:1"),
  stone: given.of("thing:far:0"),
  keeper: given.of("program:keeper"),
  witness: given.of("program:witness"),
  beyond: given.of("program:beyond"),
  away: given.of("program:away"),
  friend: given.of("program:friend"),
};
export const hidden = { room: [ids.keeper, ids.witness, ids.ruby], carried: [ids.pearl], beyond: [ids.beyond], far: [ids.away, ids.stone] };

const head = `import { ElsewhereError, me, memory, sleep } from "@elsewhere/program";\n`;
const forEver = (deed: string): string => `${head}for (let i = 0; ; i++) { ${deed} await sleep({ ms: 100 }); }`;
const word = JSON.stringify(`${secret} `);
const residents: readonly { readonly id: string; readonly name: string; readonly at: string; readonly text: string }[] = [
  {
    id: "keeper",
    name: `Keeper ${secret}`,
    at: "hall@3,5",
    text: `${head}await sleep({ ms: 200 }); await me.take(${ids.pearl});
      for (let i = 0; ; i++) { for (const p of [me.say(${word} + i), me.shout(${word} + i), me.emote(${word} + i), me.show({ [${word} + i]: i }), me.do("hum", ${word} + i),
        me.do("nod", ${word} + i, ${ids.witness}), me.whisper(${ids.witness}, ${word} + i), me.face(i % 2 ? "north" : "south"), me.use(${ids.witness})]) p.catch((e) => console.log(e)); await sleep({ ms: 100 }); }`,
  },
  {
    id: "witness",
    name: `Witness ${secret}`,
    at: "hall@4,5",
    text: `${head}for (const kind of ["heard", "emoted", "did", "changed", "used", "appeared", "moved_thing"]) me.on(kind, () => {});`,
  },
  {
    id: "beyond",
    name: `Beyond ${secret}`,
    at: "hall@30,2",
    text: forEver(`me.say(${word}).catch(() => {}); me.emote(${word}).catch(() => {}); me.show({ [${word} + i]: i }).catch(() => {});`),
  },
  { id: "away", name: `Away ${secret}`, at: "far@1,0", text: forEver(`me.shout(${word}).catch(() => {});`) },
  {
    id: "whisperer",
    name: "Friend Ada",
    at: "hall@5,2",
    text: forEver(`me.whisper(${ids.friend}, ${word}).catch(() => {}); me.do("nod", ${word}, ${ids.friend}).catch(() => {});`),
  },
  {
    id: "friend",
    name: "Friend Bob",
    at: "hall@6,2",
    text: `${head}for (const kind of ["heard", "did"]) me.on(kind, () => {}); for (;;) { await me.emote("waves").catch(() => {}); await sleep({ ms: 300 }); }`,
  },
];

const quota: Quota = { ...defaultQuota(false), speechPerMinute: 10_000, turnsPerSecond: 1_000, msPerSecond: 1_000 };
const plain = { walks: true, traits: {}, owner: "world", quota, spawns: [] };

/** What one inhabitant was handed, asked for and said, turn by turn, in its latest heap. */
export interface Life {
  readonly inputs: string[];
  readonly outcomes: Outcome[];
  readonly faults: string[];
}

/** Lets them all live together until each has said something in its log, and for a while longer. */
export async function liveInTheHall(kinds: Readonly<Record<string, readonly HostileInhabitant[]>>): Promise<ReadonlyMap<string, Life>> {
  const hostile = Object.entries(kinds).flatMap(([kind, all]) => all.map((each) => ({ ...each, kind })));
  const inhabitants = hostile.map(({ name, source }, i) => ({
    id: `hostile-${i}`,
    name,
    at: "hall@3,3",
    text: `${head}${inhabitantPrelude}\nawait sleep({ ms: 500 });\n${source}`,
  }));
  const programs = [...residents, ...inhabitants].map(({ id, name, at }): LoadedProgram => {
    const i = hostile.findIndex((each) => each.name === name);
    const description = name.includes(secret) ? name : "";
    if (i < 0) return { ...plain, id, name, description, at, code: `${id}.ts`, memory: {} };
    return { ...plain, id, name: `${hostile[i]!.kind} ${i}`, description, at, code: `${id}.ts`, memory: { hidden } };
  });
  const bundles = new Map([...residents, ...inhabitants].map(({ id, text }) => [`${id}.ts`, bundleOf(text)]));
  const lives = new Map<string, Life>();
  const pool = watched(openPool({ turnMsMax: 10_000, startMsMax: 20_000 }), lives);
  const host = await TestHost.open(openMemory(), {
    loaded: worldOf(programs, bundles),
    pool,
    time: realTime,
    lockstep: true,
    pace: Infinity,
  });
  const ticksMax = 300;
  const hasShown = ({ outcomes, faults }: Life, fails: boolean): boolean =>
    fails ? faults.length > 0 : outcomes.some(({ log }) => log.length > 0);
  const done = (): boolean =>
    host.host.view.health().tick > 40 &&
    hostile.every(({ fails = false }, i) => lives.has(`hostile-${i}`) && hasShown(lives.get(`hostile-${i}`)!, fails));
  while (!done() && host.host.view.health().tick < ticksMax && host.failures.length === 0)
    await new Promise((next) => setTimeout(next, 20));
  await host.host.close();
  if (host.failures.length > 0) throw new Error("the host has stopped", { cause: host.failures[0] });
  return new Map([...lives].map(([id, life]) => [id.startsWith("hostile-") ? hostile[Number(id.slice(8))]!.name : id, life]));
}

/** Told of all that goes in and out. */
function watched(pool: ProgramPool, lives: Map<string, Life>): ProgramPool {
  return new Proxy(pool, {
    get: (target, key) => {
      if (key === "run") {
        return async (program: string, input: string, withImage: boolean) => {
          const result = await target.run(program, input, withImage);
          const { turn } = JSON.parse(input) as TurnInput;
          if (turn === 1 || !lives.has(program)) lives.set(program, { inputs: [], outcomes: [], faults: [] });
          const life = lives.get(program)!;
          life.inputs.push(input);
          if (result.ok) life.outcomes.push(result.outcome);
          else life.faults.push(`${result.fault.reason}: ${result.fault.message}`);
          return result;
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

const bundleOf = (text: string) => ({
  code: text,
  codeHash: createHash("sha256").update(text).digest("hex"),
  codeBytes: text.length,
  map: JSON.stringify({ version: 3, sources: [], names: [], mappings: "" }),
  files: [],
});

function worldOf(programs: readonly LoadedProgram[], bundles: LoadedWorld["bundles"]): LoadedWorld {
  return {
    root: "/",
    name: "Hall",
    description: "",
    maps: [hall, far],
    drawings: new Map(),
    images: new Map(),
    start: { map: "hall", entry: "start" },
    clockStartMs: Date.UTC(2030, 0, 1),
    dayMinutes: 1440,
    seed,
    programs,
    owners: new Map(),
    bundles,
    bundle: (path) => Promise.reject(new Error(`nobody asks for ${path}`)),
    notes: [],
  };
}
