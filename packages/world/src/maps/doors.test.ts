import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { area, drawn, group, layer, object, objects, type Town, townOf } from "./fixtures/towns.ts";
import { report } from "./report.ts";

const free = layer("ground", ["xxxx", "xxxx", "xxxx"]);
const shut = (visible: boolean) => layer("shut", ["....", ".##.", "...."], {}, { visible });
const ajar = (visible: boolean) => layer("ajar", ["....", ".#..", "...."], {}, { visible });
const gate = (properties = {}) =>
  object("gate", "variable", [0, 0], { door: true, openLayer: "ajar", closeLayer: "shut", ...properties }, { point: true });

test("M22 a door's layers block by its state, however the file shows them", async () => {
  for (const [shutShown, ajarShown] of [
    [true, false],
    [false, true],
    [true, true],
    [false, false],
  ] as const) {
    const { world } = await townOf({ layers: [free, shut(shutShown), ajar(ajarShown), objects("o", gate())] });
    const door = world.doors[0]!;
    assert.deepEqual([door.name, door.open, [...door.blockedClosed], [...door.blockedOpen]], ["gate", false, [5, 6], [5]]);
    assert.deepEqual(drawn(world.blocked, 4), ["....", "....", "...."]);
  }
});

test("M22 layers of doors are named by path, group or bare name, one a line, and other variables are no doors", async () => {
  const walls = (name: string, row: string) => layer(name, [row, "....", "...."]);
  const { world, notes } = await townOf({
    layers: [
      free,
      group("doors", [group("left", [walls("a", "#..."), walls("b", ".#..")]), walls("right", "...#")]),
      walls("right", "..#."),
      objects(
        "o",
        object("d", "variable", [0, 0], { Door: true, default: true, closelayer: "doors/left\r\n doors/right \nnowhere\n", openLayer: "" }),
        object("colour", "variable", [0, 0], { default: "red" }),
      ),
    ],
  });
  assert.deepEqual(
    world.doors.map(({ open, blockedClosed }) => [open, [...blockedClosed]]),
    [[true, [0, 1, 3]]],
  );
  assert.deepEqual(drawn(world.blocked, 4)[0], "..#.", "the other layer called right is a wall");
  assert.match(notes.join("\n"), /no layer "nowhere"/);
  assert.match(notes.join("\n"), /variables that nothing here reads \(1\): "colour"/);
});

const steps = async (...areas: Town["layers"]) =>
  (
    await townOf({
      layers: [free, shut(true), ajar(false), objects("o", gate(), object("secret", "variable", [0, 0], { default: 4711 })), ...areas],
    })
  ).world.doors[0]!.steps;

test("M23 steps are areas and layers with the door's variable", async () => {
  const found = await steps(
    layer("front", [".xx.", "....", "...."], { doorVariable: "gate", AutoOpen: true, autoClose: "true" }),
    objects(
      "p",
      area("back", [1, 2, 2, 1], { doorvariable: "gate", code: 1234 }),
      area("vault", [0, 2], { doorVariable: "gate", codeVariable: "secret" }),
      area("other", [0, 0], { doorVariable: "else" }),
    ),
  );
  assert.deepEqual(
    found.map(({ tiles, ...step }) => ({ ...step, tiles: [...tiles] })),
    [
      { tiles: [1, 2], autoOpen: true, autoClose: true, code: null },
      { tiles: [9, 10], autoOpen: false, autoClose: false, code: "1234" },
      { tiles: [8], autoOpen: false, autoClose: false, code: "4711" },
    ],
  );
});

test("M23 a zone that sets the door's variable is a step, and one with a message waits to be used", async () => {
  const bind = { bindVariable: "gate", enterValue: true, leaveValue: false };
  const found = await steps(
    layer("in", ["x...", "....", "...."], bind),
    layer("wait", [".x..", "....", "...."], { ...bind, triggerMessage: "Open" }),
  );
  assert.deepEqual(
    found.map(({ autoOpen, autoClose }) => [autoOpen, autoClose]),
    [
      [true, true],
      [false, true],
    ],
  );
});

test("M23 a step for no door, a door without a step and one that blocks nothing are noted; a code too long is refused", async () => {
  const { notes } = await townOf({
    layers: [free, objects("o", object("idle", "variable", [0, 0], { door: true }), area("s", [0, 0], { doorVariable: "none" }))],
  });
  for (const note of [/no door "none"/, /"idle" has no step/, /"idle" blocks nothing/]) assert.match(notes.join("\n"), note);
  const long = area("s", [0, 0], { doorVariable: "gate", code: "1".repeat(limits.doorCodeCharsMax + 1) });
  await assert.rejects(steps(objects("p", long)), { code: "limit", detail: { field: "maps/town.tmj", limit: limits.doorCodeCharsMax } });
});

test("M24 a door's code is in no drawing, no place and no report", async () => {
  const reading = await townOf({
    layers: [free, shut(true), ajar(false), objects("o", gate(), area("porch", [0, 0], { doorVariable: "gate", code: "SESAME" }))],
  });
  assert.equal(reading.world.doors[0]?.steps[0]?.code, "SESAME");
  const told = JSON.stringify([reading.drawing, report(reading), reading.world.places, reading.world.properties]);
  assert.ok(!told.includes("SESAME"));
  assert.deepEqual(report(reading).doors, [{ name: "gate", open: false, steps: 1, code: true }]);
});

test("M25 a step that asks for a tag opens by its code or not at all", async () => {
  const tagged = { doorVariable: "gate", tag: "staff", autoOpen: true };
  assert.deepEqual(await steps(objects("p", area("a", [0, 0], tagged))), []);
  assert.deepEqual(
    await steps(objects("p", area("a", [0, 0], { doorVariable: "gate", codeVariable: "lost" }))),
    [],
    "nor without the code it asks for",
  );
  const [step] = await steps(objects("p", area("a", [0, 0], { ...tagged, code: "1" })));
  assert.deepEqual([step?.autoOpen, step?.code], [false, "1"]);
});

test("M9 thousands of doors, steps and areas of one name are understood or refused at once", { timeout: 60_000 }, async () => {
  const doors = (count: number) => Array.from({ length: count }, () => gate());
  const many = Array.from({ length: 9000 }, () => area("step", [0, 0], { doorVariable: "gate", codeVariable: "secret" }));
  const { world } = await townOf({
    layers: [
      free,
      shut(true),
      ajar(false),
      objects("o", ...doors(limits.mapDoorsMax), object("secret", "variable", [0, 0], { default: 1 }), ...many),
    ],
  });
  assert.deepEqual([world.doors.length, world.doors[9]?.steps.length, world.places.length], [limits.mapDoorsMax, 9000, 9000]);
  await assert.rejects(townOf({ layers: [free, objects("o", ...doors(limits.mapDoorsMax + 1))] }), {
    code: "limit",
    detail: { field: "maps/town.tmj", limit: limits.mapDoorsMax },
  });
  const wall = layer("shut", Array(80).fill("#".repeat(60)) as string[]);
  await assert.rejects(townOf({ layers: [wall, objects("o", gate())] }), {
    code: "limit",
    detail: { field: "maps/town.tmj", limit: limits.doorTilesMax },
  });
  await assert.rejects(townOf({ layers: [free, objects("o", gate({ openLayer: "a\n".repeat(limits.mapLayersMax) }))] }), { code: "limit" });
});
