import assert from "node:assert/strict";
import { test } from "node:test";
import type { World, WorldEvents } from "@elsewhere/client";
import type { Percept } from "@elsewhere/protocol";
import type { MapDrawing } from "@elsewhere/world";
import { Perceiver } from "./perceiver.ts";
import { forgetMap, showMap, shownMap } from "./world.ts";

const drawing = (title: string): MapDrawing => ({
  name: "inn",
  title,
  description: "",
  copyright: [],
  width: 1,
  height: 1,
  tile: { width: 32, height: 32 },
  backgroundColor: null,
  layers: [],
  tilesets: [],
  blocked: "AA==",
  places: [],
  entries: [],
  exits: [],
  worldExits: [],
});

test("K90 a map is drawn as its perceiver may see it, and anew once there is more to be seen", async (t) => {
  const asked: (string | null)[] = [];
  t.mock.method(globalThis, "fetch", async (_: string, { headers = {} }: { headers?: Record<string, string> } = {}) => {
    asked.push(headers["authorization"] ?? null);
    return new Response(JSON.stringify(drawing(`drawing ${asked.length}`)));
  });
  const title = (): string | undefined => shownMap.value?.drawing.title;
  await showMap("inn");
  await showMap("inn");
  assert.deepEqual([asked, title()], [[null], "drawing 1"]);
  await showMap("inn", "ada");
  assert.deepEqual([asked, title()], [[null, "Bearer ada"], "drawing 2"]);
  await showMap("inn");
  assert.equal(title(), "drawing 1");
  await showMap("inn", "ada");
  forgetMap("inn", "ada");
  await showMap("inn", "ada");
  assert.deepEqual([asked, title()], [[null, "Bearer ada", "Bearer ada"], "drawing 3"]);
});

test("K90 who finds a hidden room is told so in words, and its map is asked for anew", async (t) => {
  let asked = 0;
  t.mock.method(globalThis, "fetch", async () => new Response(JSON.stringify(drawing(`drawing ${++asked}`))));
  const listeners: ((percept: Percept) => void)[] = [];
  const on = <K extends keyof WorldEvents>(kind: K, listener: (value: WorldEvents[K]) => void): (() => void) => {
    if (kind === "percept") listeners.push(listener as (percept: Percept) => void);
    return () => {};
  };
  const me = { id: 1 };
  const world = { on, me, bodies: new Map(), map: "inn", token: "bea", observing: true, now: 0, tick: 0, state: { kind: "open" } };
  const seer = new Perceiver(world as unknown as World);
  await showMap("inn", "bea");
  for (const listener of listeners) listener({ kind: "found", place: "inn/cellar" });
  assert.equal(seer.found.value, 1);
  assert.match(seer.log.value.entries.at(-1)!.text, /cellar/);
  await showMap("inn", "bea");
  assert.equal(asked, 2);
});
