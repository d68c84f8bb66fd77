import type { DoorSeen, HostFrame, Percept, Seen } from "@elsewhere/protocol";
import { directions } from "@elsewhere/protocol";

/** What is in sight of a replay, kept up by its frames. */
export class Sight {
  map = "";
  tick = 0;
  now = 0;
  /** How far one sees, in tiles. */
  sight = 0;
  readonly bodies = new Map<number, Seen>();
  readonly doors = new Map<string, DoorSeen>();

  /** Returns what is told by a frame. */
  take(frame: HostFrame): readonly Percept[] {
    if (frame.type === "view") this.#view(frame);
    if (frame.type !== "tick") return [];
    this.tick = frame.tick;
    this.now = frame.now;
    for (const percept of frame.percepts) {
      if (percept.kind === "appeared" || percept.kind === "changed") this.bodies.set(percept.body.id, percept.body);
      if (percept.kind === "vanished") this.bodies.delete(percept.body.id);
      if (percept.kind === "door") {
        const { name, open, x, y } = percept;
        this.doors.set(name, { name, open, x, y });
      }
    }
    for (const [id, x, y, facing] of frame.moves) {
      const body = this.bodies.get(id);
      if (body !== undefined) this.bodies.set(id, { ...body, x, y, facing: directions[facing]! });
    }
    return frame.percepts;
  }

  /** Nothing is in sight any more. */
  clear(): void {
    this.map = "";
    this.bodies.clear();
    this.doors.clear();
  }

  #view({ map, tick, now, sight, bodies, doors }: HostFrame & { type: "view" }): void {
    this.clear();
    Object.assign(this, { map, tick, now, sight });
    for (const body of bodies) this.bodies.set(body.id, body);
    for (const door of doors) this.doors.set(door.name, door);
  }
}
