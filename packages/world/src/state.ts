import { type BodyKind, type Direction, directions, ElsewhereError, type JsonObject, limits, type Posture } from "@elsewhere/protocol";
import { Befores } from "./before.ts";
import { awake, type BodyRow, BodyTable } from "./bodies.ts";
import { readKeyframe, writeKeyframe } from "./codec.ts";
import { DoorStates } from "./door-states.ts";
import type { Luggage } from "./inputs.ts";
import type { WorldMap } from "./map.ts";
import { PathQueue } from "./path-queue.ts";

/** One body as those who run the world see it. Positions are whole sixteenths of a tile. */
export interface BodyView {
  readonly id: number;
  readonly who: string;
  readonly kind: BodyKind;
  readonly name: string;
  readonly description: string;
  readonly x: number;
  readonly y: number;
  readonly tile: number;
  readonly facing: Direction;
  readonly posture: Posture;
  readonly epoch: number;
  readonly lastN: number;
  readonly traits: JsonObject;
  readonly marks: JsonObject;
  readonly layerOn: number;
  readonly layerSees: number;
  readonly speed: number;
  readonly portable: boolean;
  readonly carried: readonly Luggage[];
  /** Hidden rooms it may find, each as `map/alias`. */
  readonly holds: readonly string[];
  /** The intent whose walk is not answered yet. */
  readonly walking: { readonly n: number; readonly to: string | number } | null;
}

/** Somebody at rest outside the world, and the tile where they left it. */
export interface Away {
  readonly luggage: Luggage;
  readonly tile: number;
}

export interface StateOptions {
  /** How long an unplugged body stays before it is withdrawn; kept in keyframes, so a recovered map needs it only to change it. */
  readonly asleepTicksMax?: number;
}

/**
 * All that changes on one map. Only a `Journal` (during a step) and `applyRecord` write into it; everything derived
 * (cells, walls, the queue for paths) follows from what is stored, so that a recovered state is as good as the lost one.
 */
export class MapState {
  readonly map: WorldMap;
  readonly asleepTicksMax: number;
  readonly bodyTable: BodyTable;
  /** How those stood whom the last step changed. */
  readonly befores: Befores;
  readonly doors: DoorStates;
  readonly queue = new PathQueue();
  readonly away = new Map<string, Away>();
  tick = 0;

  private constructor(map: WorldMap, asleepTicksMax: number) {
    this.map = map;
    this.asleepTicksMax = asleepTicksMax;
    this.bodyTable = new BodyTable(map);
    this.befores = new Befores(this.bodyTable);
    this.doors = new DoorStates(map);
  }

  /** An empty map. The things it specifies are not on it yet: whoever runs it enters them as inputs. */
  static fresh(map: WorldMap, options: StateOptions = {}): MapState {
    return new MapState(map, options.asleepTicksMax ?? limits.asleepTicksMax);
  }

  /** From the bytes of a keyframe, or what they say. Throws `corrupt` for what is none and `unsupported` for another version, map or size. */
  static fromKeyframe(map: WorldMap, stored: Uint8Array | JsonObject, options: StateOptions = {}): MapState {
    const keyframe = readKeyframe(stored, map);
    const state = new MapState(map, options.asleepTicksMax ?? keyframe.asleepTicksMax);
    state.tick = keyframe.tick;
    const { bodyTable } = state;
    for (const [slot, row] of keyframe.bodies) {
      if (bodyTable.has(slot) || bodyTable.slotOf(row.id) !== -1 || bodyTable.slotOfWho(row.cold.who) !== -1)
        throw new ElsewhereError("corrupt", `the keyframe has body ${row.id} twice: restore an earlier copy`, { field: "bodies" });
      bodyTable.insert(slot, row);
      if (row.activity && row.activity.ticket > 0) state.queue.restore(slot, row.activity.ticket);
    }
    state.queue.sort();
    state.doors.restore(keyframe.doors);
    for (const [who, away] of keyframe.away) state.away.set(who, away);
    return state;
  }

  /**
   * The whole state, canonically: equal states give equal bytes. The tick is part of it, and ticks in which nothing
   * changed leave no record; after replaying records call `advanceTo` with the tick to compare at.
   */
  keyframe(): Uint8Array {
    return writeKeyframe(this);
  }

  /**
   * Takes up what the state of another part of this map has: bodies in the slots they have there, or in the next free ones
   * where these are taken, doors and those away. Who is here already is left out. Ticks stay as they are.
   */
  join(part: MapState): void {
    const { bodyTable, doors, away, queue } = this;
    const displaced: BodyRow[] = [];
    const insert = (slot: number, row: BodyRow): void => {
      bodyTable.insert(slot, row);
      if (row.activity && row.activity.ticket > 0) queue.restore(slot, row.activity.ticket);
    };
    for (let slot = 0; slot < part.bodyTable.end; slot++) {
      if (!part.bodyTable.has(slot)) continue;
      const row = part.bodyTable.row(slot);
      if (bodyTable.slotOf(row.id) !== -1 || bodyTable.slotOfWho(row.cold.who) !== -1) continue;
      if (bodyTable.has(slot)) displaced.push(row);
      else insert(slot, row);
    }
    for (const row of displaced) insert(bodyTable.freeSlot(), row);
    queue.sort();
    for (const door of this.map.doors.keys()) if (!part.doors.isUntold(door)) doors.set(door, part.doors.isOpen(door));
    for (const [who, one] of part.away) if (bodyTable.slotOfWho(who) === -1 && !away.has(who)) away.set(who, one);
  }

  /** Lets ticks pass in which nothing happened. */
  advanceTo(tick: number): void {
    if (tick < this.tick) {
      throw new ElsewhereError("corrupt", `map ${this.map.name} is at tick ${this.tick} and cannot go back to ${tick}`, { field: "tick" });
    }
    this.tick = tick;
  }

  /** The body of an inhabitant who is present. */
  bodyOf(who: string): number | null {
    const slot = this.bodyTable.slotOfWho(who);
    return slot === -1 ? null : this.bodyTable.id[slot]!;
  }

  /** What somebody who left or was withdrawn here comes back with. */
  awayOf(who: string): Luggage | null {
    return this.away.get(who)?.luggage ?? null;
  }

  get bodyCount(): number {
    return this.bodyTable.count;
  }

  /** The epoch of the connection that has a body; null if it is not here. */
  epochOf(id: number): number | null {
    const slot = this.bodyTable.slotOf(id);
    return slot === -1 ? null : this.bodyTable.epoch[slot]!;
  }

  body(id: number): BodyView | null {
    const slot = this.bodyTable.slotOf(id);
    return slot === -1 ? null : this.#view(slot);
  }

  *bodies(): Iterable<BodyView> {
    for (let slot = 0; slot < this.bodyTable.end; slot++) if (this.bodyTable.has(slot)) yield this.#view(slot);
  }

  /** Written out field by field: this is asked of every body when a host starts. */
  #view(slot: number): BodyView {
    const t = this.bodyTable;
    const { who, kind, name, description, traits, marks, portable, carried, holds } = t.coldOf(slot);
    const activity = t.activity[slot];
    return {
      id: t.id[slot]!,
      who,
      kind,
      name,
      description,
      x: t.x[slot]!,
      y: t.y[slot]!,
      tile: t.tile[slot]!,
      facing: directions[t.facing[slot]!]!,
      posture: t.asleepSince[slot] === awake ? "awake" : "asleep",
      epoch: t.epoch[slot]!,
      lastN: t.lastN[slot]!,
      traits,
      marks,
      layerOn: t.layerOn[slot]!,
      layerSees: t.layerSees[slot]!,
      speed: t.speed[slot]!,
      portable,
      carried,
      holds,
      walking: activity?.n == null ? null : { n: activity.n, to: activity.to },
    };
  }
}
