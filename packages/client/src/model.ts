import { directions, type DoorSeen, type HostFrame, type Percept, type Seen } from "@elsewhere/protocol";

type View = HostFrame & { type: "view" };
type Tick = HostFrame & { type: "tick" };

/** What is perceived now: replaced by a view, kept up by ticks. */
export class Model {
  readonly bodies = new Map<number, Seen>();
  readonly doors = new Map<string, DoorSeen>();
  map = "";
  tick = 0;
  now = 0;

  replace(view: View): void {
    // Read before anything is replaced: a view that cannot be read must leave the last one standing.
    const bodies = view.bodies.map((body) => [body.id, body] as const);
    const doors = view.doors.map((door) => [door.name, door] as const);
    this.map = view.map;
    this.tick = view.tick;
    this.now = view.now;
    this.bodies.clear();
    this.doors.clear();
    for (const [id, body] of bodies) this.bodies.set(id, body);
    for (const [name, door] of doors) this.doors.set(name, door);
  }

  /** Applies one tick; false if it speaks of something unknown here, so that the whole view must be asked for. */
  apply({ tick, now, moves, percepts }: Tick): boolean {
    this.tick = tick;
    this.now = now;
    for (const percept of percepts) this.#perceive(percept);
    let consistent = true;
    for (const [id, x, y, facing] of moves) {
      const body = this.bodies.get(id);
      if (body) this.bodies.set(id, { ...body, x, y, facing: directions[facing] ?? body.facing });
      else consistent = false;
    }
    return consistent;
  }

  #perceive(percept: Percept): void {
    if (percept.kind === "appeared" || percept.kind === "changed") this.bodies.set(percept.body.id, percept.body);
    else if (percept.kind === "vanished") this.bodies.delete(percept.body.id);
    else if (percept.kind === "door") {
      const { name, open, x, y } = percept;
      this.doors.set(name, { name, open, x, y });
    }
  }
}
