/** What it costs to find and encode what everybody sees, as the scene grows in each of its measures: a table and a picture. */
import { colors, type Panel, plotOf, type Series } from "../plot.ts";
import { baseline, type Figure, median } from "../report.ts";
import type { GrowthFigures } from "./grow.ts";
import { figuresOf } from "./servers.ts";

interface Size {
  readonly bodies: number;
  readonly observers: number;
  readonly density: number;
}

interface Point {
  readonly size: Size;
  /** Of as many runs as there are. */
  readonly cpuMs: number;
  readonly bytes: number;
  readonly inSight: number;
}

/** Points in which one measure of the scene grows, and the others are those of the scene. */
interface Sweep {
  readonly measure: keyof Size;
  readonly along: string;
  readonly points: readonly Point[];
}

const scenes = {
  full: { bodies: 10_000, observers: 1_000, density: 25 },
  quick: { bodies: 3_000, observers: 1_000, density: 25 },
} as const;
const sizes: Readonly<Record<keyof Size, { readonly full: readonly number[]; readonly quick: readonly number[] }>> = {
  bodies: { full: [1_000, 3_000, 10_000, 30_000, 100_000], quick: [1_000, 3_000] },
  observers: { full: [100, 300, 1_000, 2_000, 5_000], quick: [100, 1_000] },
  density: { full: [5, 25, 60, 200], quick: [5, 25] },
};
const along: Readonly<Record<keyof Size, string>> = { bodies: "bodies", observers: "observers", density: "bodies in an observer's sight" };
/** Half of them warm everything up. */
const ticks = { full: 40, quick: 20 };

export async function growthFigures(
  quick: boolean,
  runs: number,
  say: (line: string) => void,
): Promise<{ figures: Figure[]; svg: string }> {
  const of = quick ? "quick" : "full";
  const measured = new Map<string, GrowthFigures[]>();
  const all = (Object.keys(sizes) as (keyof Size)[]).map((measure) => ({
    measure,
    sizes: sizes[measure][of].map((value): Size => ({ ...scenes[of], [measure]: value })),
  }));
  for (let run = 1; run <= runs; run++) {
    // The scene itself is a point of every sweep, and measured once.
    for (const key of new Set(all.flatMap((sweep) => sweep.sizes.map(argsOf)))) {
      say(`run ${run} of ${runs}: bodies, observers, bodies in sight: ${key.replaceAll(" ", ", ")}`);
      const figures = await figuresOf<GrowthFigures>("./grow.ts", [...key.split(" "), String(ticks[of])]);
      measured.set(key, [...(measured.get(key) ?? []), figures]);
    }
  }
  const sweeps = all.map(({ measure, sizes: own }): Sweep => {
    const points = own.map((size) => pointOf(size, measured.get(argsOf(size))!));
    return { measure, along: along[measure], points };
  });
  return { figures: [...sweeps.flatMap((sweep) => figuresOfSweep(sweep, runs)), steepest(sweeps, runs)], svg: pictureOf(sweeps) };
}

const argsOf = ({ bodies, observers, density }: Size): string => `${bodies} ${observers} ${density}`;

function pointOf(size: Size, runs: readonly GrowthFigures[]): Point {
  const of = (value: (one: GrowthFigures) => number): number => median(runs.map(value));
  return { size, cpuMs: of(({ cpuMs }) => cpuMs), bytes: of(({ bytes }) => bytes), inSight: of(({ inSight }) => inSight) };
}

const seenByAll = ({ size, inSight }: Point): number => size.observers * inSight;
const microsPerSeen = (point: Point): number => (1000 * point.cpuMs) / seenByAll(point);

function figuresOfSweep({ measure, points }: Sweep, runs: number): Figure[] {
  return points.flatMap((point) => {
    const name = `growth_${measure}_${point.size[measure]}`;
    const figures = [
      baseline(name, [point.cpuMs], "CPU ms/tick"),
      baseline(`${name}_bytes`, [point.bytes], "bytes/observer/tick"),
      baseline(`${name}_seen`, [microsPerSeen(point)], "CPU us/body seen"),
    ];
    return figures.map((figure) => ({ ...figure, runs }));
  });
}

/** Linear, and what two measurements differ by. */
const powerMax = 1.1;

/**
 * The power with which the cost grows where the scene is largest, in whichever measure it grows fastest: 1 is linear. More
 * observers and denser crowds see more, and it is what is seen that is set against the cost; more bodies are only more bodies.
 */
function steepest(sweeps: readonly Sweep[], runs: number): Figure {
  const powers = sweeps.map(({ measure, points }) => {
    const [before, last] = points.slice(-2) as [Point, Point];
    const grown = measure === "bodies" ? last.size.bodies / before.size.bodies : seenByAll(last) / seenByAll(before);
    return Math.log(last.cpuMs / before.cpuMs) / Math.log(grown);
  });
  const power = Math.max(...powers);
  return { ...baseline("growth", [power], "power, 1 is linear"), target: `<=${powerMax}`, reached: power <= powerMax, runs };
}

function pictureOf(sweeps: readonly Sweep[]): string {
  const series = ({ along: name, points }: Sweep, i: number, at: (point: Point) => number, value: (point: Point) => number): Series => ({
    name: `more ${name}`,
    color: colors[i]!,
    points: points.map((point) => [at(point), value(point)]),
  });
  const panels = sweeps.map((sweep, i): Panel => {
    const curve = series(
      sweep,
      i,
      ({ size }) => size[sweep.measure],
      ({ cpuMs }) => cpuMs,
    );
    return { title: "CPU", unit: "ms a tick", along: sweep.along, series: [curve] };
  });
  const each = sweeps.map((sweep, i) => series(sweep, i, seenByAll, microsPerSeen));
  panels.push({ title: "CPU for each body seen", unit: "µs", along: "bodies that all observers together see in a tick", series: each });
  return plotOf("What it costs to find and encode what everybody sees", panels);
}
