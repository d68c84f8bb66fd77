/** Who must be seen, found in the plainest way there is, so that neither side is measured against its own mistakes. */
import { nameOf, type Scene, sightTiles, type Trace } from "./scene.ts";
import type { Client } from "./side.ts";

/** The trace, and whom each observer must see in each tick of it. */
export function withSight(trace: Trace): Scene {
  const { observers, ticks } = trace.size;
  const starts = new Int32Array(observers * (ticks + 1) + 1);
  const seen: number[] = [];
  for (let tick = 0; tick <= ticks; tick++) {
    const now = momentOf(trace, tick);
    for (let observer = 0; observer < observers; observer++) {
      for (const body of seenBy(now, observer)) seen.push(body);
      starts[tick * observers + observer + 1] = seen.length;
    }
  }
  return { ...trace, starts, seen: Int32Array.from(seen) };
}

/** Where everybody stands in one tick. */
export type Moment = Pick<Trace, "x" | "y" | "facing">;

export function momentOf({ size: { bodies }, x, y, facing }: Trace, tick: number): Moment {
  const of = <T extends Int32Array | Uint8Array>(all: T): T => all.subarray(tick * bodies, (tick + 1) * bodies) as T;
  return { x: of(x), y: of(y), facing: of(facing) };
}

/** The scene has no rooms, and everybody in it is on the same layer and awake: to be in sight is to be near. */
export function seenBy({ x, y }: Moment, observer: number): number[] {
  const [column, row] = [x[observer]! >> tileShift, y[observer]! >> tileShift];
  const seen: number[] = [];
  for (let body = 0; body < x.length; body++) {
    if (Math.abs((x[body]! >> tileShift) - column) > sightTiles || Math.abs((y[body]! >> tileShift) - row) > sightTiles) continue;
    seen.push(body);
  }
  return seen;
}

const tileShift = 4;

/** What somebody has been told. */
type Knowing = Pick<Client, "count" | "told">;

/** Throws, saying what is wrong, unless an observer was told of exactly those it must see, each as it stands. */
export function checkTold(scene: Scene, tick: number, observer: number, client: Knowing): void {
  const { size, seen, starts } = scene;
  const at = tick * size.observers + observer;
  const where = `tick ${tick}, observer ${observer}`;
  checkKnown(momentOf(scene, tick), seen.subarray(starts[at], starts[at + 1]), client, where);
}

/** The same for those in sight. `where`: of whom and when this is asked. */
export function checkKnown({ x, y, facing }: Moment, seen: ArrayLike<number>, client: Knowing, where: string): void {
  for (let i = 0; i < seen.length; i++) {
    const body = seen[i]!;
    const one = client.told(body);
    if (one === undefined) throw new Error(`${where}: body ${body} is in sight and was not told of`);
    if (one.x === x[body] && one.y === y[body] && one.facing === facing[body] && one.name === nameOf(body)) continue;
    const [is, was] = [`${x[body]!},${y[body]!} facing ${facing[body]!}`, `${one.x},${one.y} facing ${one.facing}`];
    throw new Error(`${where}: body ${body} was told to be "${one.name}" at ${was}, and is at ${is}`);
  }
  if (seen.length !== client.count()) throw new Error(`${where}: ${client.count()} bodies were told of, and ${seen.length} are in sight`);
}
