/** What readers that do not read cost a server: how its memory grows when they come, and how much longer its ticks take. */
import { baseline, type Figure, median } from "../report.ts";
import type { Child } from "./children.ts";
import type { Begun, CaughtUp, Joined, Ready, Window } from "./load.ts";
import { saveScene, type SceneSize } from "./scene.ts";
import { withServer } from "./servers.ts";
import { makeTrace } from "./walkers.ts";

const readers = { all: 200, crawling: 200, deaf: 50 } as const;
const slow = readers.crawling + readers.deaf;

interface Plan {
  readonly bodies: number;
  readonly inSight: number;
  /** Ticks before the first window, in which the server warms up, and until the slow ones must all have fallen behind. */
  readonly warmTicks: number;
  readonly fallingTicksMax: number;
  readonly windows: number;
  readonly aloneTicks: number;
  readonly behindTicks: number;
}

const full: Plan = { bodies: 2_000, inSight: 600, warmTicks: 50, fallingTicksMax: 400, windows: 3, aloneTicks: 100, behindTicks: 100 };
/** Here there is more to see, so that they fall behind sooner. */
const small: Plan = { bodies: 4_000, inSight: 10_000, warmTicks: 10, fallingTicksMax: 150, windows: 1, aloneTicks: 20, behindTicks: 40 };

interface Fared {
  /** With the ordinary readers alone, and then with the slow ones, too. */
  readonly alone: readonly Window[];
  readonly behind: readonly Window[];
  /** How many ticks it took until all the slow ones had fallen behind. */
  readonly fallingTicks: number;
  /** How many times what one of them knew was compared with what it must see. */
  readonly compared: number;
}

export async function slowFigures(quick: boolean, scene: string, say: (line: string) => void): Promise<Figure[]> {
  const plan = quick ? small : full;
  const ticks = plan.warmTicks + plan.fallingTicksMax + plan.windows * (plan.aloneTicks + plan.behindTicks) + 100;
  const size: SceneSize = { seed: 4, bodies: plan.bodies, observers: readers.all + slow, inSight: plan.inSight, ticks };
  await saveScene(scene, makeTrace(size));
  say(`a server with ${readers.all} readers, and then ${readers.crawling} that read a byte a second and ${readers.deaf} that never read`);
  const fared = await withSlow(scene, plan);
  const figures = figuresOf(fared);
  if (quick) return figures;
  say(`the same with ${readers.all + slow} readers that read everything`);
  const even = await withAll(scene, plan, fared.fallingTicks);
  return [...figures, baseline("slow_memory_even", [mostMegabytes([even])], `MB resident, ${slow} more that read`)];
}

async function withSlow(scene: string, plan: Plan): Promise<Fared> {
  return await withServer("./slow-server.ts", scene, async (server, start) => {
    const { url } = await server.hear<Ready>("ready");
    const begun = await beginWith(server, start("./readers.ts", [scene, url, "0", `${readers.all}`, "0", "0"]));
    await watch(server, plan.warmTicks);
    const alone = await windowsOf(server, plan.windows, plan.aloneTicks);
    const others = start("./readers.ts", [scene, url, `${readers.all}`, "0", `${readers.crawling}`, `${readers.deaf}`]);
    await others.hear<Joined>("joined");
    others.tell(begun);
    const fallingTicks = await untilBehind(server, plan.fallingTicksMax);
    const behind = await windowsOf(server, plan.windows, plan.behindTicks);
    others.tell({ kind: "wake" });
    return { alone, behind, fallingTicks, compared: (await others.hear<CaughtUp>("caughtUp")).compared };
  });
}

/** As many readers, all of whom read, for about as long. */
async function withAll(scene: string, plan: Plan, ticks: number): Promise<Window> {
  return await withServer("./slow-server.ts", scene, async (server, start) => {
    const { url } = await server.hear<Ready>("ready");
    await beginWith(server, start("./readers.ts", [scene, url, "0", `${readers.all + slow}`, "0", "0"]));
    return await watch(server, plan.warmTicks + ticks + plan.behindTicks);
  });
}

async function beginWith(server: Child, ordinary: Child): Promise<Begun> {
  await ordinary.hear<Joined>("joined");
  server.tell({ kind: "begin" });
  return await server.hear<Begun>("begun");
}

/** Returns after how many ticks all the slow ones were found behind. */
async function untilBehind(server: Child, ticksMax: number): Promise<number> {
  const step = 5;
  let last: Window | null = null;
  for (let ticks = step; ticks <= ticksMax; ticks += step) {
    last = await watch(server, step);
    if (last.behind >= slow) return ticks;
  }
  throw new Error(`after ${ticksMax} ticks ${last?.behind} of ${last?.connections} readers are behind`);
}

async function watch(server: Child, ticks: number): Promise<Window> {
  server.tell({ kind: "watch", ticks });
  return await server.hear<Window>("window");
}

async function windowsOf(server: Child, count: number, ticks: number): Promise<Window[]> {
  const all: Window[] = [];
  while (all.length < count) all.push(await watch(server, ticks));
  return all;
}

/** In the first figure what 250 sessions cost in any case is charged to the slow ones, too. */
function figuresOf({ alone, behind, compared, fallingTicks }: Fared): Figure[] {
  const grown = mostMegabytes(behind) - mostMegabytes(alone);
  const [before, after] = [alone, behind].map((windows) => windows.map(({ tickMs }) => p99Of(tickMs))) as [number[], number[]];
  const [cpuBefore, cpuAfter] = [alone, behind].map((windows) => median(windows.map(({ cpuMs }) => p99Of(cpuMs)))) as [number, number];
  const percent = (median(after) / median(before) - 1) * 100;
  const aim = (target: string, reached: boolean): Pick<Figure, "target" | "reached"> => ({ target, reached });
  return [
    { ...baseline("slow_memory", [grown], `MB resident more with ${slow} who do not read`), ...aim("<=64", grown <= 64) },
    baseline("slow_memory_alone", [mostMegabytes(alone)], `MB resident, ${readers.all} readers`),
    { ...baseline("slow_tick", [percent], "% more in a tick, p99"), ...aim("<=10", percent <= 10) },
    baseline("slow_tick_alone", before, `ms, p99, ${rangeOf(before)}`),
    baseline("slow_tick_behind", after, `ms, p99, ${rangeOf(after)}`),
    baseline("slow_tick_cpu", [(cpuAfter / cpuBefore - 1) * 100], `% more CPU in a tick, p99, of ${cpuBefore.toFixed(1)} ms`),
    baseline("slow_falling", [fallingTicks], "ticks until all were behind"),
    baseline("slow_agreement", [compared], "views compared around one fresh one each, all equal"),
  ];
}

const mostMegabytes = (windows: readonly Window[]): number => Math.max(...windows.map(({ rssBytes }) => rssBytes)) / 1e6;
const p99Of = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1]!;
const rangeOf = (values: readonly number[]): string => `windows ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;
