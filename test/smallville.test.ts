/** Smallville's own map, unedited, with 25 programs that walk the recorded day of its three inhabitants. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startHost } from "../packages/server/src/host.ts";
import { filesBelow } from "../packages/server/src/maps/disk.ts";
import { loadMaps } from "../packages/server/src/maps/load.ts";
import { readProfile } from "../packages/server/src/maps/profile.ts";
import { bundleProgram } from "../packages/server/src/programs/author/bundle.ts";
import { openSqlite } from "../packages/server/src/storage/sqlite/sqlite.ts";
import { type LoadedProgram, type LoadedWorld, worldOfMap } from "../packages/server/src/worlds/load.ts";
import { replayMap } from "./support/film.ts";
import { defaultQuota } from "../packages/server/src/programs/quotas.ts";
import { openTestPool } from "./support/pool.ts";
import { realTime } from "./support/time.ts";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const data = path("../../shared/data/smallville");
const skip = existsSync(data) ? false : "the recording is not here";
const walkers = 25;
/** At 16/16 tile a tick a walker takes one step of the recording in one tick. */
const tickMs = 267;
const recordingStepMs = 10_000;
const dayMinutes = (tickMs * 1440) / recordingStepMs;

type Step = readonly [step: number, x: number, y: number];

test("25 programs walk the recorded day of Smallville: every position agrees, none on a wall", { skip, timeout: 600_000 }, async (t) => {
  const recording = await readRecording();
  const loaded = await loadVille(recording);
  const directory = await mkdtemp(join(tmpdir(), "elsewhere-ville-"));
  const last = Math.max(...[...recording.values()].map((steps) => steps.at(-1)![0])) + 5;
  await runTo(loaded, directory, last);
  const map = loaded.maps[0]!;
  let checked = 0;
  let tick = 0;
  const at = new Map(loaded.programs.map(({ id }, i) => [id, { steps: stepsOf(recording, i), next: 0, x: -1, y: -1 }]));
  for (const moment of replayMap(directory, map)) {
    for (const [program, expected] of at) {
      for (let step = expected.steps[expected.next]; step !== undefined && step[0] <= moment.tick; step = expected.steps[++expected.next]) {
        [, expected.x, expected.y] = step;
      }
      const body = moment.state.body(moment.state.bodyOf(`program:${program}`)!)!;
      const stands = [Math.floor(body.x / 16), Math.floor(body.y / 16)];
      assert.deepEqual(stands, [expected.x, expected.y], `${program} at step ${moment.tick}`);
      assert.equal(map.blocked[body.tile], 0, `${program} stands on a wall at step ${moment.tick}`);
      checked++;
    }
    tick = moment.tick;
  }
  for (const [program, { steps, next }] of at) assert.equal(next, steps.length, `${program} has not walked its whole route`);
  t.diagnostic(`${checked} positions of ${walkers} programs over ${tick} steps agree with the recording`);
  await rm(directory, { recursive: true });
});

/** Positions by agent: where it stands from each step on. */
async function readRecording(): Promise<Map<string, Step[]>> {
  type Moment = Record<string, { movement: [number, number] }>;
  const moments = JSON.parse(await readFile(`${data}/sim-3agents-day/master_movement.json`, "utf8")) as Record<string, Moment>;
  const routes = new Map<string, Step[]>();
  for (const step of Object.keys(moments)
    .map(Number)
    .sort((a, b) => a - b)) {
    for (const [agent, { movement }] of Object.entries(moments[step]!)) {
      const route = routes.get(agent) ?? [];
      routes.set(agent, route);
      const before = route.at(-1);
      if (before === undefined || before[1] !== movement[0] || before[2] !== movement[1]) route.push([step, ...movement]);
    }
  }
  return routes;
}

function stepsOf(recording: ReadonlyMap<string, Step[]>, walker: number): readonly Step[] {
  return [...recording.values()][walker % recording.size]!;
}

async function loadVille(recording: ReadonlyMap<string, Step[]>): Promise<LoadedWorld> {
  const root = `${data}/map`;
  const profile = await readProfile(filesBelow(path("../worlds/smallville"), { realpath, stat, readFile }), "profile.json");
  const ville = worldOfMap(root, await loadMaps(filesBelow(root, { realpath, stat, readFile }), "the_ville_jan7.json", profile));
  const clockStartMs = Date.UTC(2023, 1, 13);
  const bundle = await bundleProgram("walker.ts", () => readFile(path("worlds/route/walker.ts"), "utf8"));
  const programs = Array.from({ length: walkers }, (_, i): LoadedProgram => {
    const [first, ...route] = stepsOf(recording, i);
    const where = `${ville.maps[0]!.name}@${first![1]},${first![2]}`;
    const memory = { startMs: clockStartMs, route: route.map((step) => [...step]) };
    return {
      id: `walker-${i}`,
      name: `Walker ${i}`,
      code: "walker.ts",
      at: where,
      walks: true,
      description: "",
      traits: {},
      memory,
      owner: "world",
      quota: defaultQuota(false),
      spawns: [],
    };
  });
  return { ...ville, clockStartMs, dayMinutes, programs, bundles: new Map([["walker.ts", bundle]]) };
}

/** Runs the world in lockstep, as fast as the machine can, until a tick is durable. */
async function runTo(loaded: LoadedWorld, directory: string, tick: number): Promise<void> {
  const failures: unknown[] = [];
  const host = await startHost({
    loaded,
    storage: await openSqlite(directory),
    pool: await openTestPool(),
    time: realTime,
    identity: {
      verify: () => Promise.reject(new Error("nobody comes here")),
      newGuest: () => Promise.reject(new Error("nobody comes here")),
    },
    guestAllowed: null,
    tickMs,
    lockstep: true,
    pace: Infinity,
    seed: null,
    usage: () => ({ rssBytes: 0, cpuSeconds: 0 }),
    placeKeys: [],
    randomBytes,
    readImage: async () => null,
    say: () => {},
    failed: (error) => failures.push(error),
  });
  while (host.view.health().tick < tick && failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await host.close();
  assert.deepEqual(failures, []);
}
