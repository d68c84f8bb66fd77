import assert from "node:assert/strict";
import { test } from "node:test";
import type { Input } from "./inputs.ts";
import { Atlas } from "./atlas.ts";
import { Observers } from "./observers.ts";
import { MapState } from "./state.ts";
import { step } from "./step.ts";
import { asciiMap } from "./testing/ascii-map.ts";
import { luggageOf } from "./testing/stage.ts";

test("W10 two thousand bodies that set out at once all arrive, and the time it takes is printed", (t) => {
  const side = 256;
  const count = 2_000;
  // Streets of open ground between blocks of houses.
  const rows = Array.from({ length: side }, (_, y) =>
    Array.from({ length: side }, (__, x) => (x % 16 > 3 && x % 16 < 13 && y % 16 > 3 && y % 16 < 13 ? "#" : ".")).join(""),
  );
  const map = asciiMap(rows.join("\n"));
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
  const at = (list: number[], share: number): string => list.toSorted((a, b) => a - b)[Math.floor((list.length - 1) * share)]!.toFixed(1);
  const line = (list: number[]): string => `p50 ${at(list, 0.5)} ms, p99 ${at(list, 0.99)} ms, worst ${at(list, 1)} ms`;
  t.diagnostic(`${count} walkers, ${stepMs.length} ticks; step ${line(stepMs)}; observe (200 watched) ${line(observeMs)}`);
  t.diagnostic(`${Math.round(bytes / stepMs.length)} bytes of record a tick`);
  assert.equal(answered, count);
});
