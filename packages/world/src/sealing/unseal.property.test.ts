import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { WorldMap } from "../map.ts";
import { MapState } from "../state.ts";
import { step } from "../step.ts";
import { assertAlike } from "../testing/alike.ts";
import { Driver } from "../testing/drive.ts";
import { holdersDays, randomMap } from "../testing/random-world.ts";
import { walledUp } from "../testing/walled-up.ts";
import { Partition } from "./partition.ts";

const options = { asleepTicksMax: 8 };
const runs = { numRuns: 300, seed: 20261128 };
const hiding = randomMap.filter((map) => map.hiddenAt !== null);

/** All of a state but the slots bodies are in and their places in the queue for paths. */
function contents(state: MapState): unknown {
  const bodies: unknown[] = [];
  for (let slot = 0; slot < state.bodyTable.end; slot++) {
    if (!state.bodyTable.has(slot)) continue;
    const row = state.bodyTable.row(slot);
    bodies.push({ ...row, activity: row.activity && { ...row.activity, ticket: row.activity.ticket > 0 } });
  }
  const byId = (a: unknown, b: unknown): number => (a as { id: number }).id - (b as { id: number }).id;
  return { bodies: bodies.toSorted(byId), doors: state.doors.entries(), away: Object.fromEntries(state.away), tick: state.tick };
}

test("Z4 what rested in a room is, once it is unsealed, as if it had been there all the time", () => {
  let back = 0;
  fc.assert(
    fc.property(hiding, holdersDays, (map, days) => {
      const driver = new Driver(map);
      const state = MapState.fresh(map, options);
      const partition = new Partition(state, (words) => words);
      for (const deeds of days) {
        partition.split(driver.step(state, driver.inputs(deeds)).delta);
        const { open, sealed } = partition.keyframe();
        const went = MapState.fromKeyframe(map, state.keyframe());
        const came = MapState.fromKeyframe(map, open);
        const unseals = [...sealed.values()].map((part) => ({ kind: "unseal" as const, part }));
        step(map, went, [], driver.atlas);
        const result = step(map, came, unseals, driver.atlas);
        assert.deepEqual(contents(came), contents(went));
        back += result.delta?.born.length ?? 0;
        // Again it changes nothing, for all are here.
        assert.equal(step(map, came, unseals, driver.atlas).delta?.born.length ?? 0, 0);
      }
    }),
    runs,
  );
  assert.ok(back > 1_000, `only ${back} came back`);
});

/** The same map with its hidden room closed. */
const shut = (map: WorldMap): WorldMap => ({ ...map, closed: new Set(map.hiddenAt!.filter((room) => room !== 0)) });

test("Z5 to whoever holds a closed room it is nothing but wall, in every answer word for word", () => {
  let told = 0;
  fc.assert(
    fc.property(hiding, holdersDays, (open, days) => {
      const outside = days.map((deeds) =>
        deeds.map((deed) => {
          const inside = deed.kind === "enter" && deed.at !== null && "tile" in deed.at && open.hiddenAt![deed.at.tile] !== 0;
          return deed.kind === "enter" && inside && deed.luggage.kind === "thing" ? { ...deed, at: null } : deed;
        }),
      );
      told += assertAlike([shut(open), walledUp(open)], outside, options);
    }),
    runs,
  );
  assert.ok(told > 10_000, `only ${told} were told anything`);
});
