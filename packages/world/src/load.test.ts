import assert from "node:assert/strict";
import { test } from "node:test";
import type { Input } from "./inputs.ts";
import { Atlas } from "./atlas.ts";
import { Observers } from "./observers.ts";
import type { WorldMap } from "./map.ts";
import { applyRecord } from "./replay.ts";
import { MapState } from "./state.ts";
import { step } from "./step.ts";
import { asciiMap } from "./testing/ascii-map.ts";
import { luggageOf } from "./testing/stage.ts";

/** Streets of open ground between blocks of houses. */
function town(side: number, house: number): WorldMap {
  const built = (at: number): boolean => at % 16 > 3 && at % 16 < 4 + house;
  return asciiMap(
    Array.from({ length: side }, (_, y) => Array.from({ length: side }, (__, x) => (built(x) && built(y) ? "#" : ".")).join("")).join("\n"),
  );
}

const at = (list: number[], share: number): string => list.toSorted((a, b) => a - b)[Math.floor((list.length - 1) * share)]!.toFixed(1);
const line = (list: number[]): string => `p50 ${at(list, 0.5)} ms, p99 ${at(list, 0.99)} ms, worst ${at(list, 1)} ms`;

test("W10 two thousand bodies that set out at once all arrive, and the time it takes is printed", (t) => {
  const side = 256;
  const count = 2_000;
  const map = town(side, 9);
  const streets = [...map.blocked.keys()].filter((tile) => !map.blocked[tile]);
  const spot = (i: number): number => streets[(i * 7919) % streets.length]!;
  const state = MapState.fresh(map);
  const atlas = new Atlas([map]);
  const observers = new Observers(state);
  const enter = Array.from({ length: count }, (_, i): Input => ({
    kind: "enter",
    luggage: luggageOf(i + 1, { speed: 6 }),
    at: { tile: spot(i) },
  }));
  step(map, state, enter, atlas);
  for (let i = 0; i < 200; i++) observers.watch(i + 1);
  const walk = Array.from({ length: count }, (_, i): Input => {
    const tile = spot(i + 5_000);
    const to = `@${tile % side},${Math.floor(tile / side)}`;
    return { kind: "intent", body: i + 1, epoch: 1, n: 1, intent: { kind: "walk", to } };
  });
  const stepMs: number[] = [];
  const observeMs: number[] = [];
  let bytes = 0;
  let answered = 0;
  for (let inputs = walk; answered < count && stepMs.length < 3_000; inputs = []) {
    const start = performance.now();
    const result = step(map, state, inputs, atlas);
    const middle = performance.now();
    observers.observe(result);
    observeMs.push(performance.now() - middle);
    stepMs.push(middle - start);
    bytes += result.record?.length ?? 0;
    answered += result.events.filter((event) => event.kind === "reply" && event.answer.ok).length;
  }
  t.diagnostic(`${count} walkers, ${stepMs.length} ticks; step ${line(stepMs)}; observe (200 watched) ${line(observeMs)}`);
  t.diagnostic(`${Math.round(bytes / stepMs.length)} bytes of record a tick`);
  assert.equal(answered, count);
});

test("W112 of ten thousand who walk all the time a tick's record takes less than 60 KB, and the time it takes is printed", (t) => {
  const side = 660;
  const count = 10_000;
  const map = town(side, 6);
  const streets = [...map.blocked.keys()].filter((tile) => !map.blocked[tile]);
  let random = 1;
  const number = (below: number): number => ((random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fff_ffff) >> 4) % below;
  const state = MapState.fresh(map);
  const atlas = new Atlas([map]);
  const ids = Array.from({ length: count }, (_, i) => i + 1);
  const spot = (): number => streets[number(streets.length)]!;
  step(
    map,
    state,
    ids.map((id): Input => ({ kind: "enter", luggage: luggageOf(id, { speed: 6 }), at: { tile: spot() } })),
    atlas,
  );
  const replica = MapState.fromKeyframe(map, state.keyframe());
  const asked = new Int32Array(count + 1);
  /** To some street a few dozen tiles off. */
  const walk = (body: number): Input => {
    const tile = state.body(body)!.tile;
    const near = (from: number): number => Math.min(side - 1, Math.max(0, from + number(81) - 40));
    let [x, y] = [0, 0];
    do [x, y] = [near(tile % side), near(Math.floor(tile / side))];
    while (map.blocked[y * side + x]);
    return { kind: "intent", body, epoch: 1, n: ++asked[body]!, intent: { kind: "walk", to: `@${x},${y}` } };
  };
  const stepMs: number[] = [];
  const bytes: number[] = [];
  let inputs = ids.map(walk);
  for (let tick = 0; tick < 200; tick++) {
    const start = performance.now();
    const { events, record, touched } = step(map, state, inputs, atlas);
    const ms = performance.now() - start;
    inputs = events.flatMap((event) => (event.kind === "reply" ? [walk(event.body)] : []));
    applyRecord(map, replica, record!);
    // By then all have their first path.
    if (tick < 50) continue;
    stepMs.push(ms);
    bytes.push(record!.length);
    assert.ok(touched.length > 0.99 * count, `tick ${tick}: only ${touched.length} moved`);
  }
  t.diagnostic(`${count} walkers, ${inputs.length} new walks in the last tick; step ${line(stepMs)}; record ${at(bytes, 0.5)} bytes`);
  assert.ok(Math.max(...bytes) < 60_000, `${Math.max(...bytes)} bytes`);
  assert.deepEqual(replica.keyframe(), state.keyframe());
});
