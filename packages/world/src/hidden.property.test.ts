import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isHidden } from "./hiding.ts";
import type { WorldMap } from "./map.ts";
import { MapState } from "./state.ts";
import { assertAlike } from "./testing/alike.ts";
import { Driver } from "./testing/drive.ts";
import { type Deed, randomDays, randomMap } from "./testing/random-world.ts";
import { walledUp } from "./testing/walled-up.ts";

const options = { asleepTicksMax: 8 };
const runs = { numRuns: 300, seed: 20261128 };
const hiding = randomMap.filter((map) => map.hiddenAt !== null);

test("W90 nobody but a thing stands in a hidden room without holding it", () => {
  let inside = 0;
  fc.assert(
    fc.property(hiding, randomDays, (map, days) => {
      const driver = new Driver(map);
      const state = MapState.fresh(map, options);
      for (const deeds of days) {
        driver.step(state, driver.inputs(deeds));
        for (const { kind, tile, holds, id } of state.bodies()) {
          if (kind === "thing" || !isHidden(map, tile)) continue;
          assert.deepEqual(holds, ["square/hideout"], `body ${id}`);
          inside++;
        }
      }
    }),
    runs,
  );
  assert.ok(inside > 1_000, `only ${inside} times was somebody inside`);
});

/** The same without the right secret being given, and nothing put where nobody can walk. */
function unknowing(map: WorldMap, deed: Deed): Deed {
  if (deed.kind === "ask" && deed.intent.kind === "walk" && typeof deed.intent.to === "string")
    return { ...deed, intent: { ...deed.intent, to: deed.intent.to.replace("hush", "loud") } };
  if (deed.kind === "enter" && deed.at !== null && "tile" in deed.at && isHidden(map, deed.at.tile)) return { ...deed, at: null };
  return deed;
}

test("W91 to whoever does not hold a hidden room it is nothing but wall, in every answer word for word", () => {
  let told = 0;
  fc.assert(
    fc.property(hiding, randomDays, (hidden, days) => {
      const unknown = days.map((deeds) => deeds.map((deed) => unknowing(hidden, deed)));
      told += assertAlike([hidden, walledUp(hidden)], unknown, options);
    }),
    runs,
  );
  assert.ok(told > 10_000, `only ${told} were told anything`);
});
