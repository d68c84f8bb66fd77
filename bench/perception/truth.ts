/** Who must be seen, found in the plainest way there is, so that neither side is measured against its own mistakes. */
import { nameOf, type Scene, sightTiles, type Trace } from "./scene.ts";

/** A body as an observer was told of it, whichever way. Positions are sixteenths of a tile. */
export interface Told {
  readonly x: number;
  readonly y: number;
  readonly facing: number;
  readonly name: string;
}

/** The scene has no rooms, and everybody in it is on the same layer and awake: to be in sight is to be near. */
export function withSight(trace: Trace): Scene {
  const { bodies, observers, ticks } = trace.size;
  const starts = new Int32Array(observers * (ticks + 1) + 1);
  const seen: number[] = [];
  for (let tick = 0; tick <= ticks; tick++) {
    const columns = trace.x.subarray(tick * bodies, (tick + 1) * bodies).map(tileOf);
    const rows = trace.y.subarray(tick * bodies, (tick + 1) * bodies).map(tileOf);
    for (let observer = 0; observer < observers; observer++) {
      const [column, row] = [columns[observer]!, rows[observer]!];
      for (let body = 0; body < bodies; body++) {
        if (Math.abs(columns[body]! - column) <= sightTiles && Math.abs(rows[body]! - row) <= sightTiles) seen.push(body);
      }
      starts[tick * observers + observer + 1] = seen.length;
    }
  }
  return { ...trace, starts, seen: Int32Array.from(seen) };
}

const tileOf = (sixteenths: number): number => sixteenths >> 4;

/** Throws, saying what is wrong, unless an observer was told of exactly those it must see, each as it stands. */
export function checkTold(scene: Scene, tick: number, observer: number, count: number, told: (body: number) => Told | undefined): void {
  const { size, seen, starts } = scene;
  const from = starts[tick * size.observers + observer]!;
  const to = starts[tick * size.observers + observer + 1]!;
  const where = `tick ${tick}, observer ${observer}`;
  for (let i = from; i < to; i++) {
    const body = seen[i]!;
    const one = told(body);
    if (one === undefined) throw new Error(`${where}: body ${body} is in sight and was not told of`);
    const at = tick * size.bodies + body;
    const right = one.x === scene.x[at] && one.y === scene.y[at] && one.facing === scene.facing[at] && one.name === nameOf(body);
    if (right) continue;
    const [is, was] = [`${scene.x[at]!},${scene.y[at]!} facing ${scene.facing[at]!}`, `${one.x},${one.y} facing ${one.facing}`];
    throw new Error(`${where}: body ${body} was told to be "${one.name}" at ${was}, and is at ${is}`);
  }
  if (to - from !== count) throw new Error(`${where}: ${count} bodies were told of, and ${to - from} are in sight`);
}
