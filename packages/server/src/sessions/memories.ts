import { type PerceptKind, sensations } from "@elsewhere/protocol";
import type { MemoryRow } from "../storage/contract.ts";
import type { World, WorldStep } from "../ticks/world.ts";

/** Memory numbers of one tick: enough for anything one body can perceive in it. */
export const itemsPerTickMax = 10_000;

/** What was said and done. Who came into sight, went out of it or looks otherwise is in the record, and too much to keep for everybody. */
const forgotten: ReadonlySet<PerceptKind> = new Set<PerceptKind>([...sensations, "appeared", "vanished", "changed", "reply"]);

/** The rows that this tick adds to the memories of the people who perceived something of it. */
export function remember(world: World, tick: number, now: number, step: WorldStep): readonly MemoryRow[] {
  const rows: MemoryRow[] = [];
  for (const [body, { percepts }] of step.observations) {
    const kept = percepts.filter(({ kind }) => !forgotten.has(kind)).slice(0, itemsPerTickMax);
    const who = kept.length === 0 ? null : personOf(world, body);
    if (who === null) continue;
    kept.forEach((percept, i) => rows.push({ who, seq: tick * itemsPerTickMax + i, now, json: JSON.stringify(percept) }));
  }
  return rows;
}

function personOf(world: World, body: number): string | null {
  for (const { state } of world.maps.values()) {
    const view = state.body(body);
    if (view !== null) return view.kind === "person" ? view.who : null;
  }
  return null;
}
