/**
 * What twenty hostile programs do to the ticks of a world: a yard with twenty neighbours, real time, with and without them,
 * in turns. For a person to read, on a machine with nothing else to do.
 *
 *     node --conditions=source test/hostile/tick.ts [TICKS] [ROUNDS]
 */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Stats } from "@elsewhere/protocol";
import type { Bundle } from "../../packages/server/src/programs/author/bundle.ts";
import { defaultQuota } from "../../packages/server/src/programs/quotas.ts";
import { openSqlite } from "../../packages/server/src/storage/sqlite/sqlite.ts";
import type { LoadedProgram, LoadedWorld } from "../../packages/server/src/worlds/load.ts";
import { TestHost } from "../support/host.ts";
import { realTime } from "../support/time.ts";
import { loadYard } from "../support/yard.ts";
import type { Hostile } from "./corpus/hostile.ts";
import { memoryCatchers, memoryHogs } from "./corpus/memory.ts";
import { stallsInBuiltIns, stallsInPatterns } from "./corpus/stalls-in-built-ins.ts";
import { stallsInCode } from "./corpus/stalls-in-code.ts";
import { stallsInJobs, stallsOverTurns } from "./corpus/stalls-in-jobs.ts";
import { openPool } from "./support/pool.ts";

const neighbours = 20;
const counter = await readFile(fileURLToPath(new URL("../worlds/yard/programs/counter.ts", import.meta.url)), "utf8");
const [ticks = 600, rounds = 2] = process.argv.slice(2).map(Number);

/** Of every kind some; each attacks in every tick in which it may have a turn. */
const kinds = [stallsInCode, stallsInBuiltIns, stallsInPatterns, stallsInJobs, stallsOverTurns, memoryHogs, memoryCatchers];
const hostile: readonly Hostile[] = Array.from({ length: 3 }, (_, i) =>
  kinds.flatMap((kind) => kind.filter(({ whole }) => !whole)[i * 2] ?? []),
)
  .flat()
  .slice(0, 20);

const bundleOf = async (text: string): Promise<Bundle> => {
  const { stripTypeScriptTypes } = await import("node:module");
  const code = stripTypeScriptTypes(text);
  const map = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });
  return { code, codeHash: createHash("sha256").update(code).digest("hex"), codeBytes: code.length, map, files: [] };
};

const attacking = ({ source }: Hostile): string =>
  `import { ElsewhereError, me, memory, sleep } from "@elsewhere/program";
   const attack = async () => {${source}\n};
   for (;;) { await sleep({ ms: 100 }); await Promise.race([attack().catch(() => {}), sleep({ ms: 100 })]); }`;

async function yardWith(enemies: readonly Hostile[]): Promise<LoadedWorld> {
  const yard = await loadYard();
  const plain = { walks: true, description: "", traits: {}, memory: {}, owner: "world", quota: defaultQuota(false), spawns: [] };
  const bundles = new Map([["counter.ts", await bundleOf(counter)]]);
  const programs: LoadedProgram[] = [];
  const add = (id: string, code: string): number =>
    programs.push({ ...plain, id, name: id, code, at: `yard/${["west", "east", "north"][programs.length % 3]}` });
  for (let i = 0; i < neighbours; i++) add(`counter-${i}`, "counter.ts");
  for (const [i, enemy] of enemies.entries()) {
    bundles.set(`enemy-${i}.ts`, await bundleOf(attacking(enemy)));
    add(`enemy-${i}`, `enemy-${i}.ts`);
  }
  return { ...yard, programs, bundles };
}

async function run(enemies: readonly Hostile[]): Promise<Stats> {
  const directory = await mkdtemp(join(tmpdir(), "elsewhere-hostile-"));
  const host = await TestHost.open(await openSqlite(directory), { loaded: await yardWith(enemies), pool: openPool({}), time: realTime });
  try {
    while (host.host.view.health().tick < ticks && host.failures.length === 0) await new Promise((next) => setTimeout(next, 100));
    if (host.failures.length > 0) throw new Error("the host has stopped", { cause: host.failures[0] });
    return host.host.view.stats();
  } finally {
    await host.host.close();
    await rm(directory, { recursive: true });
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const p99s: Record<string, number[]> = { without: [], with: [] };
for (let round = 1; round <= rounds; round++) {
  for (const [which, enemies] of [
    ["without", []],
    ["with", hostile],
  ] as const) {
    const { tickMsP50, tickMsP99, tickLagMs, commitMsP99, workersLost, faults, turns } = await run(enemies);
    p99s[which]!.push(tickMsP99);
    say(
      `${which.padEnd(8)} tick p50 ${tickMsP50.toFixed(2)} ms, p99 ${tickMsP99.toFixed(2)} ms, lag ${tickLagMs.toFixed(0)} ms, commit p99 ${commitMsP99.toFixed(2)} ms;` +
        ` ${turns} turns, ${faults} faults, ${workersLost} workers lost`,
    );
  }
}
const [before, after] = [median(p99s["without"]!), median(p99s["with"]!)];
say(
  `${hostile.length} hostile programs: tick p99 ${before.toFixed(2)} ms without, ${after.toFixed(2)} ms with: ${((after / before - 1) * 100).toFixed(1)} % more`,
);
