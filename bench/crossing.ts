/**
 * How long a program is away when it goes to another host, beside the writes and round trips that no crossing can do without;
 * how that grows with its heap; and how many can cross in a second. Two real hosts, each a process with a store of its own.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { floorOf, shapeOf } from "./crossing/floor.ts";
import { handoversOf, type Looked, quantile, waitedMs } from "./crossing/looks.ts";
import { watchCrossings } from "./crossing/shores.ts";
import type { Benchmark } from "./main.ts";
import { colors, type Panel, plotOf } from "./plot.ts";
import { againstPeer, baseline, type Figure, median } from "./report.ts";

/** By what is sent: the image of the least program has some 15 KB, and the largest heap that is allowed is 2 MiB. */
const sizes = [
  { name: "20kb", ballastBytes: 0, crossings: 40 },
  { name: "200kb", ballastBytes: 180_000, crossings: 40 },
  { name: "2mb", ballastBytes: 1_900_000, crossings: 25 },
] as const;

const shortTickMs = 10;
const usualTickMs = 100;

interface Run {
  readonly p50: number;
  readonly p99: number;
  readonly floorP50: number;
  /** Of the p50, what is waiting for ticks. */
  readonly waitedMs: number;
  readonly heapBytes: number;
  readonly payloadBytes: number;
  readonly crossings: number;
}

export const crossing: Benchmark = async ({ quick, say }) => {
  // As with every host that is started by a command of ours: threads begin with what Node has kept of the sources.
  process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url));
  const runs = quick ? 1 : 3;
  const quickCrossings = 5;
  const measured = new Map<string, Run[]>();
  for (let i = 1; i <= runs; i++) {
    for (const { name, ballastBytes, crossings } of sizes) {
      say(`run ${i} of ${runs}: a program of ${name} to and fro, a tick every ${shortTickMs} ms`);
      measured.set(name, [...(measured.get(name) ?? []), await handover(ballastBytes, shortTickMs, quick ? quickCrossings : crossings)]);
    }
  }
  say(`the same with a tick every ${usualTickMs} ms`);
  const usual = await handover(0, usualTickMs, quick ? quickCrossings : 40);
  if (!quick) await writeFile(new URL("./crossing-growth.svg", import.meta.url), growthOf(measured));
  return [
    ...sizes.flatMap(({ name }) => figuresOf(name, measured.get(name)!)),
    baseline("handover_usual_tick", [usual.p50], `ms p50, 20kb, a tick every ${usualTickMs} ms`),
    baseline("handover_usual_tick_p99", [usual.p99], `ms p99, 20kb, a tick every ${usualTickMs} ms`),
    ...(await sustained(quick, runs, say)),
  ];
};

async function handover(ballastBytes: number, tickMs: number, crossings: number): Promise<Run> {
  const isEnough = (hosts: readonly Looked[], seconds: number): boolean => {
    if (seconds > 120) throw new Error("so few have crossed in two minutes that nothing can be said of it");
    return countOf(hosts) >= crossings + warm;
  };
  const { hosts, heapBytes, payloadBytes } = await watchCrossings({ programs: 1, ballastBytes, restMs, tickMs }, isEnough);
  const handovers = handoversOf(hosts).slice(warm);
  const ms = handovers.map((each) => each.ms);
  const waited = median(handovers.map((each) => waitedMs(hosts, each)));
  const floor = await floorOf(shapeOf(hosts, payloadBytes), crossings);
  return {
    p50: median(ms),
    p99: quantile(ms, 0.99),
    floorP50: median(floor),
    waitedMs: waited,
    heapBytes,
    payloadBytes,
    crossings: ms.length,
  };
}

const countOf = (hosts: readonly Looked[]): number =>
  hosts.reduce((sum, { turns }) => sum + turns.filter(({ crossed }) => crossed !== null).length, 0);

/** The first crossings of a run meet cold code and a cold disk. */
const warm = 2;
/** Long enough for a host to be at rest again, with a worker begun for the next arrival. */
const restMs = 500;

function figuresOf(name: string, runs: readonly Run[]): Figure[] {
  const pairs = runs.map(({ p50, floorP50 }) => [p50, floorP50] as const);
  const unit = `ms p50; its writes and round trips alone`;
  const of = (what: string, value: (run: Run) => number, measure: string): Figure => baseline(`${what}_${name}`, runs.map(value), measure);
  const figure = againstPeer(`handover_${name}`, unit, pairs, { target: "<=2", reached: (ratio) => ratio <= 2 });
  return [
    name === "20kb" ? figure : { ...figure, target: null, reached: null },
    of("handover_p99", ({ p99 }) => p99, "ms p99"),
    of("handover_ticks", (run) => run.waitedMs, "ms p50 of it in which both wait for a tick"),
    of("heap", ({ heapBytes }) => heapBytes, "bytes"),
    of("payload", ({ payloadBytes }) => payloadBytes, "bytes"),
    of("crossings", ({ crossings }) => crossings, "crossings seen"),
  ];
}

/** Many at once, both ways, as fast as they can. */
async function sustained(quick: boolean, runs: number, say: (line: string) => void): Promise<Figure[]> {
  const programs = quick ? 20 : 50;
  const all: number[] = [];
  for (let i = 1; i <= runs; i++) {
    say(`run ${i} of ${runs}: ${programs} programs, each leaves as soon as it has come`);
    const { hosts } = await watchCrossings(
      { programs, ballastBytes: 0, restMs: 10, tickMs: shortTickMs },
      (_, seconds) => seconds >= (quick ? 3 : 20),
    );
    const at = handoversOf(hosts)
      .map(({ atNs }) => atNs)
      .toSorted((a, b) => a - b);
    all.push((at.length - 1) / ((at.at(-1)! - at[0]!) / 1e9));
  }
  return [baseline("per_second", all, `crossings a second, both ways together, ${programs} programs`)];
}

function growthOf(measured: ReadonlyMap<string, readonly Run[]>): string {
  const points = [...measured.values()].map((runs) => {
    const of = (value: (run: Run) => number): number => median(runs.map(value));
    return {
      heap: of((run) => run.heapBytes),
      p50: of((run) => run.p50),
      p99: of((run) => run.p99),
      floor: of((run) => run.floorP50),
      payload: of((run) => run.payloadBytes),
    };
  });
  const along = "bytes of the heap";
  const line = (name: string, color: string, value: (point: (typeof points)[number]) => number) => ({
    name,
    color,
    points: points.map((point) => [point.heap, value(point)] as const),
  });
  const panels: Panel[] = [
    {
      title: `From its last turn here to its first there, a tick every ${shortTickMs} ms`,
      unit: "ms",
      along,
      series: [
        line("p50", colors[0], ({ p50 }) => p50),
        line("p99", colors[1], ({ p99 }) => p99),
        line("its writes and round trips alone", colors[2], ({ floor }) => floor),
      ],
    },
    { title: "What is sent", unit: "bytes", along, series: [line("payload", colors[0], ({ payload }) => payload)] },
  ];
  return plotOf("What a crossing takes as the heap grows", panels);
}
