import assert from "node:assert/strict";
import type { WorldMap } from "../map.ts";
import { Observers } from "../observers.ts";
import { present } from "../perception.ts";
import { MapState, type StateOptions } from "../state.ts";
import { Driver } from "./drive.ts";
import type { Deed } from "./random-world.ts";

/**
 * Lives the same days on two maps, and asserts that in every tick the same happens on both and everybody is told and shown the
 * same. Gives how many were told anything.
 */
export function assertAlike(maps: readonly [WorldMap, WorldMap], days: readonly (readonly Deed[])[], options: StateOptions): number {
  const worlds = maps.map((map) => {
    const state = MapState.fresh(map, options);
    return { map, state, driver: new Driver(map), observers: new Observers(state) };
  });
  let told = 0;
  for (const deeds of days) {
    const [first, second] = worlds.map(({ map, state, driver, observers }) => {
      const result = driver.step(state, driver.inputs(deeds));
      for (const event of result.events) if (event.kind === "entered") observers.watch(event.body);
      const observations = [...observers.observe(result)];
      const views = [...state.bodies()].map(({ id }) => present(map, state, id));
      return { events: result.events, touched: result.touched, observations, views };
    });
    told += first!.observations.length;
    assert.deepEqual(first, second);
  }
  return told;
}
