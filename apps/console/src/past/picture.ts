import { directions, type DoorSeen, type HostFrame, type Percept, type Seen } from "@elsewhere/protocol";

type Of<T extends HostFrame["type"]> = Extract<HostFrame, { readonly type: T }>;

/** What is shown of a moment: replaced by a view, kept up by ticks, empty while nothing can be shown. */
export class Picture {
  readonly bodies = new Map<number, Seen>();
  readonly doors = new Map<string, DoorSeen>();
  map = "";
  tick = 0;
  now: number;

  constructor(now: number) {
    this.now = now;
  }

  show({ map, tick, now, bodies, doors }: Of<"view">): void {
    this.clear();
    this.map = map;
    this.tick = tick;
    this.now = now;
    for (const body of bodies) this.bodies.set(body.id, body);
    for (const door of doors) this.doors.set(door.name, door);
  }

  /** Applies one tick; false where it moves a body that is not known here: then the whole view has to be asked for. */
  apply({ tick, now, moves, percepts }: Of<"tick">): boolean {
    this.tick = tick;
    this.now = now;
    for (const percept of percepts) this.#take(percept);
    for (const [id, x, y, facing] of moves) {
      const body = this.bodies.get(id);
      if (body === undefined) return false;
      this.bodies.set(id, { ...body, x, y, facing: directions[facing] ?? body.facing });
    }
    return true;
  }

  clear(): void {
    this.bodies.clear();
    this.doors.clear();
  }

  #take(percept: Percept): void {
    if (percept.kind === "appeared" || percept.kind === "changed") this.bodies.set(percept.body.id, percept.body);
    else if (percept.kind === "vanished") this.bodies.delete(percept.body.id);
    else if (percept.kind === "door") {
      const { kind: _, ...door } = percept;
      this.doors.set(door.name, door);
    }
  }
}
