import { type Percept, sensations } from "@elsewhere/protocol";
import type { MemoryRow } from "../storage/contract.ts";
import type { World, WorldStep } from "../ticks/world.ts";

/** Memory numbers of one tick: enough for anything one body can perceive in it. */
const itemsPerTickMax = 10_000;

/** What a person keeps of a percept: all but sensations, answers to themselves and mere changes of looks. */
function isRemembered(percept: Percept): boolean {
  return !sensations.has(percept.kind) && percept.kind !== "reply" && percept.kind !== "changed";
}

/** The rows that this tick adds to the memories of the people who perceived something of it. */
export function remember(world: World, tick: number, now: number, step: WorldStep): readonly MemoryRow[] {
  const rows: MemoryRow[] = [];
  for (const live of world.maps.values()) {
    for (const [body, { percepts }] of step.observations) {
      const view = live.state.body(body);
      if (view?.kind !== "person") continue;
      const kept = percepts.filter(isRemembered).slice(0, itemsPerTickMax);
      kept.forEach((percept, i) => rows.push({ who: view.who, seq: tick * itemsPerTickMax + i, now, json: JSON.stringify(percept) }));
    }
  }
  return rows;
}
