import assert from "node:assert/strict";
import { test } from "node:test";
import type { MapDrawing } from "@elsewhere/world";
import { bearing } from "./bearings.ts";
import { clockText, dayText, spanText } from "./clock.ts";
import { describeBody, describeLook } from "./describe.ts";
import { wayOut } from "./exits.ts";
import { joinMemory } from "./memory.ts";

const box = (name: string, x: number, y: number, width: number, height: number) => ({
  name,
  description: "",
  room: false,
  x,
  y,
  width,
  height,
});

test("K7 the map can be read in words: how far and in which direction", () => {
  const here = { x: 10.5, y: 10.5 };
  assert.equal(bearing(here, { x: 10.6, y: 10.4 }), "right here");
  assert.equal(bearing(here, { x: 13.5, y: 7.5 }), "3 tiles north-east");
  assert.equal(bearing(here, { x: 10.5, y: 11.5 }), "1 tile south");
  assert.equal(bearing(here, { x: 2.5, y: 11.5 }), "8 tiles west");
});

test("K7 a look is told whole, others only", () => {
  const ada = {
    id: 1,
    name: "Ada",
    kind: "person",
    x: 1.5,
    y: 1.5,
    facing: "south",
    posture: "awake",
    traits: {},
    marks: {},
    carries: [],
  } as const;
  const wen = { ...ada, id: 2, name: "Old Wen", x: 4.5, posture: "asleep", carries: ["pipe"] } as const;
  const look = {
    map: "m",
    x: 1.5,
    y: 1.5,
    place: "pier",
    description: "Wet boards.",
    bodies: [ada, wen],
    doors: [{ name: "hut", open: false, x: 1.5, y: 3.5 }],
    places: [],
    carried: [],
  };
  assert.equal(
    describeLook(look, 1, "The harbour"),
    "You are at pier, The harbour (tile 1, 1). Wet boards. In sight: Old Wen, 3 tiles east. Doors: hut, closed, 2 tiles south.",
  );
  assert.equal(describeBody({ ...wen, traits: { mood: "calm" } }), "Old Wen is a person, asleep. Shows: mood calm. Carries pipe.");
});

test("K8 leaving is offered on the way out, and elsewhere the nearest way out is named", () => {
  const drawing = {
    worldExits: [box("ferry", 20, 20, 3, 2), box("gate", 2, 2, 1, 1)],
    exits: [{ ...box("", 0, 0, 1, 1), map: "lanes" }],
  } as unknown as MapDrawing;
  const title = (map: string): string => map.toUpperCase();
  assert.equal(wayOut(drawing, { x: 21.5, y: 21.5 }, title).kind, "here");
  assert.equal(wayOut(drawing, { x: 2.5, y: 2.9 }, title).kind, "here");
  const away = wayOut(drawing, { x: 15.5, y: 20.5 }, title);
  assert.ok(away.kind === "away");
  assert.deepEqual(away.tile, { x: 20, y: 20 });
  assert.equal(away.text, "The nearest way out, ferry, is 5 tiles east.");
  const none = wayOut({ ...drawing, worldExits: [] }, { x: 1, y: 1 }, title);
  assert.ok(none.kind === "none");
  assert.match(none.text, /LANES/);
});

test("K9 world time is shown as the world's own, whatever the reader's zone", () => {
  const now = Date.UTC(2026, 4, 3, 7, 42, 59);
  assert.equal(clockText(now), "07:42");
  assert.match(dayText(now), /^Sun,? 3 May$/);
  assert.equal(spanText(-5), "now");
  assert.equal(spanText(45_000), "45 s");
  assert.equal(spanText(12_000_000), "3 h 20 min");
  assert.equal(spanText(86_400_000 * 3), "3 days");
});

test("K10 a memory of many pages is saved as one document", () => {
  assert.equal(joinMemory(["a\n", "b\n"], "text"), "a\nb\n");
  assert.equal(joinMemory(['{"who":"x"}'], "json"), '{"who":"x"}');
  const pages = ['{"who":"x","items":[1,2],"nextAfter":2}', '{"who":"x","items":[3],"nextAfter":null}'];
  assert.deepEqual(JSON.parse(joinMemory(pages, "json")), { who: "x", items: [1, 2, 3], nextAfter: null });
});
