/**
 * What everybody sees, beside Colyseus, which shows the same scene from the same seed: ten thousand bodies that move in every
 * tick, a thousand of them looked through. Every frame of both sides is decoded and compared with what must be seen. Then our
 * side alone: how that grows, and what readers cost it that do not read.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark } from "./main.ts";
import type { EncodeFigures } from "./perception/encode.ts";
import { growthFigures } from "./perception/growth.ts";
import { type Scene, type SceneSize, saveScene, shareMoving } from "./perception/scene.ts";
import { figuresOf, type Served, serveScene } from "./perception/servers.ts";
import { slowFigures } from "./perception/slow.ts";
import { makeScene } from "./perception/walkers.ts";
import { againstPeer, baseline, type Figure, median } from "./report.ts";

const full: SceneSize = { seed: 4, bodies: 10_000, observers: 1_000, inSight: 25, ticks: 120 };
const small: SceneSize = { seed: 4, bodies: 2_000, observers: 200, inSight: 25, ticks: 20 };
const ticksPerSecond = 10;

interface Parts {
  readonly scene: string;
  readonly size: SceneSize;
  readonly runs: number;
  readonly say: (line: string) => void;
}

export const perception: Benchmark = async ({ quick, say }) => {
  const folder = await mkdtemp(join(tmpdir(), "elsewhere-scene-"));
  const scene = join(folder, "scene");
  try {
    const size = quick ? small : full;
    say(`making the scene: ${size.bodies} bodies, ${size.observers} observers, ${size.ticks} ticks`);
    const made = makeScene(size);
    await saveScene(scene, made);
    const parts: Parts = { scene, size, runs: quick ? 1 : 3, say };
    const encoded = await encodeBySides(parts);
    const served = await serveBySides(parts, quick ? 1 : 6);
    const beside = [
      ...sceneFigures(made),
      ...encodeFigures(encoded),
      ...(await serverFigures(served, parts)),
      agreementOf(encoded, served),
    ];
    const growth = await growthFigures(quick, parts.runs, say);
    if (!quick) await writeFile(new URL("./perception-growth.svg", import.meta.url), growth.svg);
    return [...beside, ...growth.figures, ...(await slowFigures(quick, join(folder, "crowd"), say))];
  } finally {
    await rm(folder, { recursive: true });
  }
};

type Pair<T> = readonly [ours: T, peer: T];

/** Whatever does not agree with the scene fails here, before any figure is made of it. */
async function encodeBySides({ scene, runs, say }: Parts): Promise<Pair<EncodeFigures>[]> {
  const pairs: Pair<EncodeFigures>[] = [];
  for (let i = 1; i <= runs; i++) {
    say(`run ${i} of ${runs}: encoding, and decoding everything, on both sides`);
    const ours = await figuresOf<EncodeFigures>("./encode.ts", ["ours", scene]);
    pairs.push([ours, await figuresOf<EncodeFigures>("./encode.ts", ["peer", scene])]);
  }
  return pairs;
}

async function serveBySides({ scene, runs, say }: Parts, latencySeconds: number): Promise<Pair<Served>[]> {
  const pairs: Pair<Served>[] = [];
  for (let i = 1; i <= runs; i++) {
    say(`run ${i} of ${runs}: whole servers with their clients, on both sides`);
    const ours = await serveScene("ours", scene, latencySeconds);
    pairs.push([ours, await serveScene("peer", scene, latencySeconds)]);
  }
  return pairs;
}

function sceneFigures(scene: Scene): Figure[] {
  const { size, seen } = scene;
  return [
    baseline("scene_moving", [shareMoving(scene) * 100], "% of bodies in a tick"),
    baseline("scene_in_sight", [seen.length / (size.observers * (size.ticks + 1))], "bodies, oneself included"),
  ];
}

const pairsOf = <T>(runs: readonly Pair<T>[], value: (one: T) => number): Pair<number>[] =>
  runs.map(([ours, peer]) => [value(ours), value(peer)]);

function encodeFigures(runs: readonly Pair<EncodeFigures>[]): Figure[] {
  const ratio = { target: ">=25", reached: (times: number) => times >= 25, lessIsBetter: true };
  return [
    againstPeer(
      "encode_cpu",
      "CPU ms/tick, in process",
      pairsOf(runs, ({ cpuMs }) => cpuMs),
      ratio,
    ),
  ];
}

async function serverFigures(runs: readonly Pair<Served>[], { size, runs: times, say }: Parts): Promise<Figure[]> {
  const ratio = { target: ">=12", reached: (ratio: number) => ratio >= 12, lessIsBetter: true };
  const bytes = pairsOf(runs, ({ clients }) => clients.bytesPerFrame * ticksPerSecond);
  const latencies = runs.map(([{ latency }]) => latency!);
  const p99 = median(latencies.map((each) => each.p99));
  const limitMs = 110;
  const floors: number[] = [];
  const frameBytes = Math.round(runs[0]![0].clients.bytesPerFrame);
  for (let i = 1; i <= times; i++) {
    say(`run ${i} of ${times}: the floor, ${size.observers} frames of ${frameBytes} bytes in every tick`);
    const args = [size.observers, frameBytes, size.ticks >> 1].map(String);
    floors.push((await figuresOf<{ cpuMsPerTick: number }>("./floor.ts", args)).cpuMsPerTick);
  }
  return [
    againstPeer(
      "server_cpu",
      "CPU ms/tick, whole server",
      pairsOf(runs, ({ server }) => server.cpuMsPerTick),
      ratio,
    ),
    baseline("server_floor", floors, "CPU ms/tick, sending alone"),
    againstPeer("bytes", "bytes/client/s", bytes, { target: "<=0.65", reached: (share) => share <= 0.65 }),
    {
      ...baseline(
        "latency",
        latencies.map((each) => each.p99),
        "ms, p99",
      ),
      target: `<=${limitMs}`,
      reached: p99 <= limitMs,
    },
    baseline(
      "latency_p50",
      latencies.map((each) => each.p50),
      "ms",
    ),
  ];
}

/** How many times what somebody knew was compared with what must be seen: a single difference would have ended the benchmark. */
function agreementOf(encoded: readonly Pair<EncodeFigures>[], served: readonly Pair<Served>[]): Figure {
  const sum = (side: 0 | 1): number =>
    encoded.reduce((all, run) => all + run[side].compared, 0) + served.reduce((all, run) => all + run[side].clients.compared, 0);
  const [ours, peer] = [sum(0), sum(1)];
  return {
    figure: "agreement",
    ours,
    peer,
    ratio: 1,
    unit: "views compared, all equal",
    target: "equal",
    reached: true,
    runs: encoded.length,
  };
}
