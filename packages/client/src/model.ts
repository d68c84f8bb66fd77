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
    let consistent = true;
    // A body that is gone at the end of a tick may still have moved in it.
    const gone = new Set<number>();
    for (const percept of percepts) {
      if (percept.kind === "vanished") gone.add(percept.body.id);
      if (!this.#perceive(percept)) consistent = false;
    }
    for (const [id, x, y, facing] of moves) {
      const body = this.bodies.get(id);
      if (body) this.bodies.set(id, { ...body, x, y, facing: directions[facing] ?? body.facing });
      else if (!gone.has(id)) consistent = false;
    }
    return consistent;
  }

  #perceive(percept: Percept): boolean {
    switch (percept.kind) {
      case "appeared":
      case "changed":
        this.bodies.set(percept.body.id, percept.body);
        return true;
      case "vanished":
        this.bodies.delete(percept.body.id);
        return true;
      case "door": {
        const door = this.doors.get(percept.name);
        if (door) this.doors.set(percept.name, { ...door, open: percept.open });
        return door !== undefined;
      }
      default:
        return true;
    }
  }
}
