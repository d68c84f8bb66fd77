/**
 * What the record takes, and what it takes to see the past again: real movements of people and a day of Smallville beside
 * compressed JSON lines, where the data of others lie beside the project; a recorded day of a town, gone to at random and
 * played; the share of the tick that goes into recording; and a start on a large record that was never closed.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Benchmark } from "./main.ts";
import { figuresOf } from "./perception/servers.ts";
import type { Recorded } from "./record/day.ts";
import type { Made, Recovery } from "./record/recovery.ts";
import type { SeekFigures } from "./record/seek.ts";
import type { Share } from "./record/share-host.ts";
import { smallvilleDay } from "./record/smallville.ts";
import { tracePositions } from "./record/trace.ts";
import { againstPeer, baseline, type Figure, median } from "./report.ts";

const shared = fileURLToPath(new URL("../../shared/data/", import.meta.url));
const trace = join(shared, "traces/pedestrians-juelich/040_c_56_h-.txt");
const smallville = join(shared, "smallville/sim-3agents-day/master_movement.json");

interface Parts {
  readonly folder: string;
  readonly quick: boolean;
  readonly runs: number;
  readonly say: (line: string) => void;
}

export const record: Benchmark = async ({ quick, say }) => {
  const folder = await mkdtemp(join(tmpdir(), "elsewhere-record-"));
  const parts: Parts = { folder, quick, runs: quick ? 1 : 3, say };
  try {
    return [
      ...traceFigures(say),
      ...smallvilleFigures(say),
      ...(await shareFigures(parts)),
      ...(await seekFigures(parts)),
      ...(await speedFigures(parts)),
      ...(await recoveryFigures(parts)),
    ];
  } finally {
    await rm(folder, { recursive: true, maxRetries: 5 });
  }
};

const atMost = (figure: Figure, limit: number): Figure => ({ ...figure, target: `<=${limit}`, reached: figure.ours <= limit });

function traceFigures(say: (line: string) => void): Figure[] {
  if (!existsSync(trace)) return absent("the trace of pedestrians", say);
  say("pedestrians: 75 people, 25 frames a second, every position found again in the blocks");
  const { ours, changes, framesZstd, changesZstd, changesGzip, csvZstd, committed } = tracePositions(trace);
  return [
    againstPeer("trace_bytes", "bytes, JSON lines by zstd -19", [[ours, framesZstd]], {
      target: "<=0.55",
      reached: (share) => share <= 0.55,
    }),
    atMost(baseline("trace_bytes_per_change", [ours / changes], "bytes a changed position"), 1.1),
    ...Object.entries({ committed, changesZstd, changesGzip, csvZstd }).map(([form, bytes]) => baseline(`trace_${form}`, [bytes], "bytes")),
  ];
}

function smallvilleFigures(say: (line: string) => void): Figure[] {
  if (!existsSync(smallville)) return absent("Smallville's day", say);
  say("Smallville: three agents, 24 hours, positions and speech, all found again");
  const { ours, jsonLinesZstd } = smallvilleDay(smallville);
  const half = { target: "<=0.5", reached: (share: number) => share <= 0.5 };
  return [againstPeer("smallville_bytes", "bytes, JSON lines by zstd -19", [[ours, jsonLinesZstd]], half)];
}

function absent(what: string, say: (line: string) => void): Figure[] {
  say(`${what} does not lie beside the project: not measured`);
  return [];
}

/** With people who look on, as a world has them; and alone, when there is little else to do in a tick. */
async function shareFigures({ folder, quick, runs, say }: Parts): Promise<Figure[]> {
  const [bodies, observers, ticks] = quick ? [2_000, 200, 50] : [10_000, 1_000, 200];
  const shares = async (looking: number): Promise<Share[]> => {
    const all: Share[] = [];
    for (let i = 1; i <= runs; i++) {
      say(`run ${i} of ${runs}: ${bodies} bodies that walk, ${looking} who look on: what recording takes of the tick`);
      all.push(
        await figuresOf<Share>("../record/share-host.ts", [...[bodies, looking, ticks].map(String), join(folder, `share-${looking}-${i}`)]),
      );
    }
    return all;
  };
  const [watched, alone] = [await shares(observers), await shares(0)];
  const percent = (one: Share): number => (100 * one.recordMsPerTick) / one.tickMsPerTick;
  const of = (name: string, all: readonly Share[], value: (one: Share) => number, unit: string): Figure =>
    baseline(name, all.map(value), unit);
  return [
    atMost(of("tick_share", watched, percent, "% of the tick's thread"), 10),
    of("tick_share_alone", alone, percent, "% of the tick's thread, nobody looks on"),
    of("tick_record", watched, (one) => one.recordMsPerTick, "ms a tick"),
    of("tick_threads", watched, (one) => one.processMsPerTick - one.tickMsPerTick, "CPU ms a tick in all other threads"),
  ];
}

async function seekFigures({ folder, quick, say }: Parts): Promise<Figure[]> {
  const [bodies, ticks, seeks] = quick ? [200, 12_000, 50] : [1_000, 864_000, 400];
  const data = join(folder, "day");
  say(`recording ${(ticks / 36_000).toFixed(1)} hours of ${bodies} people`);
  const { moves, rawBytes } = await figuresOf<Recorded>("../record/day.ts", [data, ...[bodies, ticks, 0.05].map(String)]);
  say(`going to ${seeks} moments of it`);
  const { seekMs, blockBytes } = await figuresOf<SeekFigures>("../record/seek.ts", [data, ...[bodies, seeks].map(String)]);
  const sorted = seekMs.toSorted((a, b) => a - b);
  const p99 = sorted[Math.ceil(0.99 * sorted.length) - 1]!;
  return [
    atMost({ ...baseline("seek", [p99], "ms to the first frame, p99"), runs: seeks }, 50),
    { ...baseline("seek_p50", [median(seekMs)], "ms to the first frame"), runs: seeks },
    baseline("day_bytes", [blockBytes / 1e6], "MB of blocks"),
    baseline("day_committed", [rawBytes / 1e6], "MB as committed"),
    baseline("day_bytes_per_move", [blockBytes / moves], "bytes a move"),
  ];
}

async function speedFigures({ folder, quick, runs, say }: Parts): Promise<Figure[]> {
  const [bodies, ticks] = [100, quick ? 6_000 : 36_000];
  const data = join(folder, "hour");
  say(`recording ${ticks / 600} minutes of ${bodies} people who are always on the way`);
  await figuresOf<Recorded>("../record/day.ts", [data, ...[bodies, ticks, 1].map(String)]);
  const speeds: number[] = [];
  for (let i = 1; i <= runs; i++) {
    say(`run ${i} of ${runs}: playing it through somebody's eyes`);
    speeds.push((await figuresOf<SeekFigures>("../record/seek.ts", [data, ...[bodies, 5].map(String)])).speed);
  }
  const figure = baseline("replay_speed", speeds, "times real time, 100 bodies");
  return [{ ...figure, target: ">=1000", reached: figure.ours >= 1_000 }];
}

async function recoveryFigures({ folder, quick, runs, say }: Parts): Promise<Figure[]> {
  const [bodies, bytes] = quick ? [1_000, 20e6] : [10_000, 1e9];
  const data = join(folder, "large");
  say(`making a record of ${bytes / 1e6} MB with ${bodies} bodies`);
  const { tail } = await figuresOf<Made>("../record/recovery.ts", ["make", data, ...[bodies, bytes].map(String)]);
  const starts: Recovery[] = [];
  for (let i = 1; i <= runs; i++) {
    say(`run ${i} of ${runs}: starting on it, ${tail} ticks after its last keyframe`);
    starts.push(await figuresOf<Recovery>("../record/recovery.ts", ["start", data, String(bodies)]));
  }
  if (starts.some((start) => start.bodies !== bodies)) throw new Error("bodies are missing after the start");
  const ms = (value: (start: Recovery) => number): number[] => starts.map(value);
  return [
    atMost(
      baseline(
        "recovery",
        ms((start) => start.ms),
        "ms to the first tick",
      ),
      2_000,
    ),
    baseline(
      "recovery_process",
      ms((start) => start.processMs),
      "ms with the start of the process",
    ),
  ];
}
