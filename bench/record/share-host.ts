/**
 * A host with a crowd that walks and people who look on, all in this process but the network; prints what share of its tick's
 * thread goes into recording. `share-host.ts BODIES OBSERVERS TICKS DATA`.
 */
import { type Profiler, Session } from "node:inspector/promises";
import { protocolVersion } from "@elsewhere/protocol";
import { hostScene } from "../perception/our-host.ts";
import type { SceneSize } from "../perception/scene.ts";
import { Walkers } from "../perception/walkers.ts";

/** What makes a record of a tick, brings it to the storage thread and hears of it; by file and function, all that they call included. */
const recording: readonly (readonly [file: string, functions: readonly string[] | null])[] = [
  ["/world/src/codec.ts", ["writeRecord", "writeKeyframe"]],
  ["/world/src/journal.ts", ["delta"]],
  ["/server/src/ticks/ticker.ts", ["mergeBatches"]],
  ["/server/src/storage/sqlite/pack.ts", null],
  ["/server/src/storage/sqlite/sqlite.ts", ["commit", "call", "answer"]],
];
const samplingUs = 200;
const warmTicks = 50;

export interface Share {
  readonly recordMsPerTick: number;
  readonly tickMsPerTick: number;
  /** Of the whole process, with the threads that store and recode. */
  readonly processMsPerTick: number;
}

const [bodies, observers, ticks] = process.argv.slice(2, 5).map(Number) as [number, number, number];
const size: SceneSize = { seed: 5, bodies, observers, inSight: 25, ticks };
const { warmTicks: untilAllWalk } = new Walkers(size);

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: samplingUs });

let usage = process.cpuUsage();
const { guide, door } = await hostScene(
  { size, warmTicks: untilAllWalk, x: new Int32Array(), y: new Int32Array(), facing: new Uint8Array() },
  process.argv[5]!,
  { tick: (tick) => void onTick(tick) },
);

let looking = 0;
for (let i = 0; i < observers; i++) {
  const { received } = door.connect({
    send: ({ type }) => void (looking += type === "welcome" ? 1 : 0),
    sendBytes: () => {},
    bufferedBytes: 0,
    loopback: true,
    close: () => {
      throw new Error("an observer was sent away");
    },
  });
  received(JSON.stringify({ type: "hello", version: protocolVersion, token: `person:${i}`, frames: "binary" }));
}
const begin = setInterval(() => {
  if (looking < observers) return;
  clearInterval(begin);
  guide.begin();
}, 50);

async function onTick(tick: number): Promise<void> {
  if (tick === warmTicks) {
    usage = process.cpuUsage();
    await session.post("Profiler.start");
  }
  if (tick !== warmTicks + ticks) return;
  const { user, system } = process.cpuUsage(usage);
  const { profile } = await session.post("Profiler.stop");
  const { recordMs, allMs } = timesOf(profile);
  const share: Share = {
    recordMsPerTick: recordMs / ticks,
    tickMsPerTick: allMs / ticks,
    processMsPerTick: (user + system) / 1000 / ticks,
  };
  process.stdout.write(JSON.stringify(share));
  process.exit(0);
}

function timesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): { recordMs: number; allMs: number } {
  const records = new Map<number, boolean>();
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  for (const { id, callFrame } of nodes) {
    const own = recording.some(
      ([file, names]) => callFrame.url.endsWith(file) && (names === null || names.includes(callFrame.functionName)),
    );
    // Nodes come after their parents.
    records.set(id, own || records.get(parents.get(id) ?? -1) === true);
  }
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === "(idle)").map(({ id }) => id));
  let [recordUs, allUs] = [0, 0];
  samples.forEach((id, i) => {
    if (idle.has(id)) return;
    // What took long was seen from its beginning on: the time until the next sample is its own.
    const us = Math.max(0, timeDeltas[i + 1] ?? 0);
    allUs += us;
    if (records.get(id)) recordUs += us;
  });
  return { recordMs: recordUs / 1000, allMs: allUs / 1000 };
}
