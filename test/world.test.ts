import assert from "node:assert/strict";
import { test } from "node:test";
import type { Intent } from "@elsewhere/protocol";
import { type Luggage, MapState } from "@elsewhere/world";
import { LiveMap } from "../packages/server/src/ticks/live-map.ts";
import { World } from "../packages/server/src/ticks/world.ts";
import { field, side } from "./support/fields.ts";

function somebody(id: number): Luggage {
  const nothing = { traits: {}, marks: {}, description: "", portable: false, carried: [], holds: [], errand: null };
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
    1,
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
        1,
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
    1,
  );
  world.post("east", { kind: "enter", luggage: somebody(1), at: { tile: 3 * side + 5 } });
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
