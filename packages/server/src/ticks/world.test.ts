import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, type PerceptKind } from "@elsewhere/protocol";
import { type Luggage, MapState, type Wants, type WorldMap } from "@elsewhere/world";
import { LiveMap } from "./live-map.ts";
import { World } from "./world.ts";

const side = 32;

function meadow(name: string, leadsTo: string): WorldMap {
  const grid = side * side;
  return {
    name,
    width: side,
    height: side,
    tile: { width: 32, height: 32 },
    blocked: new Uint8Array(grid),
    silent: new Uint8Array(grid),
    roomOf: new Uint16Array(grid),
    rooms: [],
    hiddenAt: null,
    closed: new Set(),
    layerAt: null,
    places: [],
    entries: [{ name: "start", tiles: Int32Array.of(0) }],
    exits: [{ tiles: Int32Array.of(grid - 1), map: leadsTo, entry: null }],
    worldExits: [],
    doors: [],
    things: [],
    sightTiles: limits.sightTiles,
    hearingTiles: limits.hearingTiles,
    properties: {},
  };
}

function baker(id: number): Luggage {
  const nothing = { traits: {}, marks: {}, description: "", portable: false, carried: [], holds: [], errand: null };
  const who = { id, who: `program:${id}`, kind: "program" as const, name: `Baker ${id}` };
  return { ...who, epoch: 1, lastN: 0, layerOn: 1, layerSees: 1, speed: 16 * side, ...nothing };
}

const maps = [meadow("east", "west"), meadow("west", "east"), meadow("south", "east")];
const worldOf = (states = maps.map((map) => MapState.fresh(map))): World =>
  new World(
    states.map((state) => new LiveMap(state.map, state)),
    [],
    1,
  );

test("W110 a body's id follows from who it is and the world's seed alone, and is nobody else's", () => {
  const names = Array.from({ length: 200_000 }, (_, i) => `person:${i}`);
  const world = worldOf();
  const ids = names.map((who) => world.idFor(who));
  assert.ok(ids.every((id) => Number.isInteger(id) && id >= 1 && id <= 0x7fff_ffff));
  assert.equal(new Set(ids).size, names.length, "among so many some come to the same hash");
  const alone = worldOf().idFor(names[777]!);
  assert.equal(alone, ids[777]);
  assert.notEqual(new World([], [], 2).idFor(names[777]!), alone);
});

test("W110 an id stays whose it is while they are carried, away or between two maps", () => {
  const wanted = worldOf().idFor("person:ada");
  const bearer = { ...baker(2), id: 2, carried: [{ ...baker(3), id: wanted, kind: "thing" as const }] };
  const east = MapState.fresh(maps[0]!);
  const idBeside = (world: World): number => world.idFor("person:ada");
  const [one, two] = [worldOf([east]), new World([], [{ luggage: { ...baker(4), id: wanted }, map: "east", entry: null }], 1)];
  one.post("east", { kind: "enter", luggage: bearer, at: null });
  one.step(1, () => false);
  for (const world of [worldOf([east]), two]) assert.notEqual(idBeside(world), wanted);
  const away = MapState.fresh(maps[0]!);
  away.away.set("program:5", { luggage: { ...baker(5), id: wanted }, tile: 0 });
  assert.notEqual(idBeside(worldOf([away])), wanted);
  away.away.set("person:ada", { luggage: { ...baker(5), id: wanted, who: "person:ada" }, tile: 0 });
  away.away.delete("program:5");
  assert.equal(idBeside(worldOf([away])), wanted);
});

/** What each of them was told, kind by kind. */
function told(world: World, tick: number, wants?: (body: number) => Wants): Map<number, PerceptKind[]> {
  const { observations } = world.step(tick, () => true, wants);
  return new Map([...observations].map(([body, { percepts }]) => [body, percepts.map(({ kind }) => kind)]));
}

test("W84 what a body listens to is asked for when it comes in and when it changes, and goes with it to other maps", () => {
  const world = worldOf();
  const wants = new Map<number, Wants>([[1, new Set<PerceptKind>(["heard"])]]);
  let asked: number[] = [];
  const wanted = (body: number): Wants => {
    asked.push(body);
    return wants.get(body) ?? null;
  };
  let n = 0;
  const say = (): void => world.post("east", { kind: "intent", body: 2, epoch: 1, n: ++n, intent: { kind: "say", text: "fresh bread" } });
  for (const id of [1, 2]) world.post("east", { kind: "enter", luggage: baker(id), at: { tile: id } });
  assert.deepEqual(told(world, 1, wanted), new Map([[2, ["arrived", "appeared"]]]));
  assert.deepEqual(new Set(asked), new Set([1, 2]));
  asked = [];
  say();
  assert.deepEqual(told(world, 2, wanted).get(1), ["heard"]);
  wants.set(1, new Set());
  say();
  assert.deepEqual(told(world, 3, wanted).get(1), ["heard"], "nobody said that it had changed");
  assert.deepEqual(asked, []);
  world.listensAnew(1);
  world.listensAnew(99);
  say();
  assert.equal(told(world, 4, wanted).get(1), undefined);
  wants.set(1, new Set(["arrived"]));
  world.listensAnew(1);
  world.post("east", { kind: "intent", body: 1, epoch: 1, n: 1, intent: { kind: "walk", to: `@${side - 1},${side - 1}` } });
  const arrivals = Array.from({ length: 4 }, (_, i) => told(world, 5 + i, wanted).get(1)).flat();
  assert.equal(world.locate("program:1")?.kind === "present" && world.map("west") !== null, true);
  assert.deepEqual(
    arrivals.filter((kind) => kind !== undefined),
    ["arrived", "reply"],
  );
});

test("W84 who sleeps or leaves is told no more, but for the answers to what it last did", () => {
  const world = worldOf();
  for (const id of [1, 2]) world.post("east", { kind: "enter", luggage: baker(id), at: { tile: id } });
  told(world, 1);
  world.post("east", { kind: "intent", body: 1, epoch: 1, n: 1, intent: { kind: "emote", text: "yawns" } });
  world.post("east", { kind: "detach", body: 1, epoch: 1 });
  assert.deepEqual(told(world, 2).get(1), ["reply"]);
  world.post("east", { kind: "intent", body: 2, epoch: 1, n: 1, intent: { kind: "say", text: "good night" } });
  assert.equal(told(world, 3).get(1), undefined);
  world.post("east", { kind: "remove", body: 2 });
  assert.deepEqual([...told(world, 4).keys()], []);
});

test("W85 a map's keyframe is stored every so many ticks, each map's in its own", () => {
  const period = limits.ticksBetweenKeyframesMax;
  const world = worldOf();
  const stored = new Map<string, number[]>();
  for (let tick = 1; tick <= 2 * period; tick++) {
    const due = world.keyframesDue(tick).map(({ map }) => map);
    assert.ok(due.length <= 1, `tick ${tick} stores ${due.join(" and ")}`);
    for (const map of due) stored.set(map, [...(stored.get(map) ?? []), tick]);
  }
  for (const [map, ticks] of stored) {
    assert.equal(ticks.length, 2, map);
    assert.equal(ticks[1]! - ticks[0]!, period, map);
  }
  assert.equal(stored.size, 3);
});
