import assert from "node:assert/strict";
import { test } from "node:test";
import { type Intent, limits } from "@elsewhere/protocol";
import { type Luggage, MapState, type WorldMap } from "@elsewhere/world";
import { LiveMap } from "./live-map.ts";
import { World } from "./world.ts";

const side = 8;
const tileAt = (x: number, y: number): number => y * side + x;

/** An empty field whose right edge leads to another one. */
function field(name: string, leadsTo: string): WorldMap {
  const cells = side * side;
  const column = (x: number): Int32Array => Int32Array.from({ length: side }, (_, y) => tileAt(x, y));
  return {
    name,
    width: side,
    height: side,
    tile: { width: 32, height: 32 },
    blocked: new Uint8Array(cells),
    silent: new Uint8Array(cells),
    roomOf: new Uint16Array(cells),
    rooms: [],
    places: [],
    entries: [{ name: "start", tiles: column(1) }],
    exits: [{ tiles: column(side - 1), map: leadsTo, entry: "start" }],
    worldExits: [],
    doors: [],
    things: [],
    sightTiles: limits.sightTiles,
    hearingTiles: limits.hearingTiles,
    properties: {},
  };
}

function somebody(id: number): Luggage {
  const nothing = { traits: {}, marks: {}, description: "", portable: false, carried: [], errand: null };
  return {
    id,
    who: `person:${id}`,
    kind: "person",
    name: `Person ${id}`,
    epoch: 1,
    lastN: 0,
    layerOn: 1,
    layerSees: 1,
    speed: 8,
    ...nothing,
  };
}

test("D5 at every tick a walker between maps is in exactly one place, also after a restart from that tick", () => {
  const maps = [field("east", "west"), field("west", "north"), field("north", "east")];
  let world = new World(
    maps.map((map) => new LiveMap(map, MapState.fresh(map))),
    [],
  );
  const people = Array.from({ length: 12 }, (_, i) => i + 1);
  for (const id of people) world.post("east", { kind: "enter", luggage: somebody(id), at: null });
  const seenIn = new Set<string>();
  for (let tick = 1; tick <= 400; tick++) {
    for (const id of people) {
      const goal = `${maps[(id + tick) % 3]!.name}@4,${id % side}`;
      if (tick % 17 === id)
        world.postTo(`person:${id}`, (body) => ({ kind: "intent", body, epoch: 1, n: tick, intent: { kind: "walk", to: goal } }));
    }
    world.step(tick, () => true);
    assert.equal(world.bodyCount, people.length);
    for (const id of people) {
      const homes = [...world.maps.values()].filter(({ state }) => state.bodyOf(`person:${id}`) !== null).map(({ map }) => map.name);
      homes.push(...world.transit.filter(({ luggage }) => luggage.id === id).map(() => "transit"));
      assert.equal(homes.length, 1, `tick ${tick}: person ${id} is in ${homes.join(" and ") || "no place"}`);
      seenIn.add(homes[0]!);
    }
    // What a crash right after this tick's commit would leave is these keyframes and this list.
    if (tick % 29 === 0) {
      const transit = JSON.parse(JSON.stringify(world.transit)) as typeof world.transit;
      world = new World(
        world.keyframes(tick).map(({ bytes }, i) => new LiveMap(maps[i]!, MapState.fromKeyframe(maps[i]!, bytes))),
        transit,
      );
    }
  }
  assert.deepEqual([...seenIn].sort(), ["east", "north", "transit", "west"], "the walk led through every place");
});

test("D9 what is sent to somebody on the way to another map finds them there", () => {
  const maps = [field("east", "west"), field("west", "east")];
  const world = new World(
    maps.map((map) => new LiveMap(map, MapState.fresh(map))),
    [],
  );
  world.post("east", { kind: "enter", luggage: somebody(1), at: { tile: tileAt(5, 3) } });
  world.postTo("person:1", () => assert.fail("nobody is there before the first tick"));
  world.step(1, () => true);
  const intend = (n: number, intent: Intent): boolean =>
    world.postTo("person:1", (body) => ({ kind: "intent", body, epoch: 1, n, intent }));
  intend(1, { kind: "walk", to: "west/start" });
  let tick = 1;
  while (world.transit.length === 0) world.step(++tick, () => true);
  assert.ok(intend(2, { kind: "say", text: "between two maps" }));
  world.postTo("person:1", (body) => ({ kind: "detach", body, epoch: 1 }));
  const { percepts } = world.step(++tick, () => true).observations.get(1)!;
  assert.deepEqual(
    percepts.filter((percept) => percept.kind === "reply").map(({ n }) => n),
    [2, 1],
    "what was said on the way is answered, and the walk ends where the line was lost",
  );
  const body = world.maps.get("west")!.state.body(1)!;
  assert.deepEqual([body.lastN, body.posture], [2, "asleep"]);
});
