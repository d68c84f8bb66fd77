import assert from "node:assert/strict";
import { test } from "node:test";
import type { MapDrawing } from "@elsewhere/world";
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
