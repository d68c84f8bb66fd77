import { ElsewhereError } from "../errors.ts";
import type { Json, JsonObject } from "../intents.ts";
import { limits } from "../limits.ts";
import type { MoveRows } from "./moves.ts";
import { list, object, text, truth, whole } from "./shapes.ts";
import { activityFrom, type FilmActivity, type Told } from "./told.ts";
import { corrupt } from "./faults.ts";

/** Version of keyframes and ticks that films are made of; others are kept as they are, byte for byte. */
export const recordVersion = 2;

/** What of a body is not in columns: as in a keyframe, where x, y, facing and at stand between `id` and `asleepSince`. */
export interface FilmBody {
  readonly id: number;
  asleepSince: number;
  readonly speed: number;
  layerOn: number;
  layerSees: number;
  epoch: number;
  lastN: number;
  /** Its who, kind, name, description, portable, traits, marks, carried and holds. */
  cold: JsonObject;
  activity: FilmActivity | null;
}

const utf8 = new TextEncoder();

/**
 * The state of a map as its record tells it, without any rule of the world: what a film is played on. Positions are whole
 * sixteenths of a tile, facings 0 north, 1 east, 2 south, 3 west, `at` how many steps of its path a body has begun.
 */
export class FilmState {
  readonly map: string;
  /** In tiles. */
  readonly width: number;
  readonly height: number;
  readonly asleepTicksMax: number;
  tick: number;
  /** By slot; null where nobody is. */
  readonly bodies: (FilmBody | null)[] = [];
  x = new Int32Array(64);
  y = new Int32Array(64);
  facing = new Uint8Array(64);
  at = new Int32Array(64);
  /** As the map numbers them. */
  readonly doors: [name: string, open: boolean][] = [];
  readonly away = new Map<string, Json>();

  /** Throws `corrupt` for what is no keyframe, `unsupported` for one of another version. */
  constructor(keyframe: Json) {
    const found = object(keyframe);
    if (found["version"] !== recordVersion) {
      const version = JSON.stringify(found["version"]);
      throw new ElsewhereError("unsupported", `a keyframe has version ${version}, and films are played from version ${recordVersion}`, {
        field: "version",
      });
    }
    this.map = text(found["map"]);
    this.width = whole(found["width"], limits.mapSideTilesMax, 1);
    this.height = whole(found["height"], limits.mapSideTilesMax, 1);
    this.tick = whole(found["tick"]);
    this.asleepTicksMax = whole(found["asleepTicksMax"]);
    for (const entry of list(found["bodies"])) {
      const [slot, row] = list(entry);
      this.#insert(whole(slot), object(row));
    }
    for (const entry of list(found["doors"])) {
      const [name, open] = list(entry);
      this.doors.push([text(name), truth(open)]);
    }
    for (const entry of list(found["away"])) {
      const [who, away] = list(entry);
      this.away.set(text(who), object(away));
    }
  }

  /** One more than the highest slot in use. */
  get end(): number {
    return this.bodies.length;
  }

  has(slot: number): boolean {
    return slot >= 0 && slot < this.bodies.length && this.bodies[slot] !== null;
  }

  /** Brings it to the end of a tick. Throws `corrupt` for what does not fit; the state is then of no use any more. */
  apply(tick: number, told: Told, moves: MoveRows): void {
    if (tick < this.tick) throw corrupt(`tick ${tick} comes after tick ${this.tick}`);
    this.tick = tick;
    const { gone = [], born = [], acted = [], numbered = [], layered = [], cooled = [], doors = [], away = [] } = told;
    for (const slot of gone) this.#remove(slot);
    for (const [slot, row] of born) this.#insert(slot, row);
    for (const [slot, activity] of acted) this.#body(slot).activity = activity;
    for (let row = 0; row < moves.count; row++) this.#move(moves, row);
    for (let i = 0; i < numbered.length; i += 4) {
      const body = this.#body(numbered[i]!);
      [body.epoch, body.lastN, body.asleepSince] = [numbered[i + 1]!, numbered[i + 2]!, numbered[i + 3]!];
    }
    for (let i = 0; i < layered.length; i += 3) {
      const body = this.#body(layered[i]!);
      [body.layerOn, body.layerSees] = [layered[i + 1]!, layered[i + 2]!];
    }
    for (const [slot, cold] of cooled) this.#body(slot).cold = cold;
    for (const [door, open] of doors) {
      if (door >= this.doors.length) throw corrupt(`there is no door ${door}`);
      this.doors[door]![1] = open;
    }
    for (const [who, one] of away) {
      if (one === null) this.away.delete(who);
      else this.away.set(who, one);
    }
  }

  /** The whole state as the keyframe of its tick: the same bytes that the map's own state gives. */
  keyframe(): Uint8Array {
    return utf8.encode(JSON.stringify(this.toJson()));
  }

  toJson(): JsonObject {
    const { map, width, height, tick, asleepTicksMax } = this;
    const bodies: Json[] = [];
    const doors = this.doors.map(([name, open]) => [name, open]);
    for (let slot = 0; slot < this.end; slot++) if (this.bodies[slot]) bodies.push([slot, this.row(slot)]);
    const away = [...this.away].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return { version: recordVersion, map, width, height, tick, bodies, doors, away, asleepTicksMax };
  }

  /** A body whole, as keyframes have it. */
  row(slot: number): JsonObject {
    const { id, asleepSince, speed, layerOn, layerSees, epoch, lastN, cold, activity } = this.bodies[slot]!;
    const [x, y, facing, at] = [this.x[slot]!, this.y[slot]!, this.facing[slot]!, this.at[slot]!];
    return { id, x, y, facing, at, asleepSince, speed, layerOn, layerSees, epoch, lastN, cold, activity };
  }

  #move(moves: MoveRows, row: number): void {
    const slot = moves.slots[row]!;
    if (!this.has(slot)) throw corrupt(`nobody is in slot ${slot}`);
    if (moves.steps[row] === 1) {
      this.x[slot] = this.x[slot]! + moves.dx[row]!;
      this.y[slot] = this.y[slot]! + moves.dy[row]!;
      this.facing[slot] = moves.facing[row]!;
    }
    if (moves.reaches[row] === 1) this.at[slot] = moves.at[row]!;
  }

  #insert(slot: number, row: JsonObject): void {
    if (this.has(slot)) throw corrupt(`slot ${slot} is taken`);
    if (slot >= limits.bodiesPerMapMax) throw corrupt(`there is no slot ${slot}`);
    this.#grow(slot);
    while (this.bodies.length <= slot) this.bodies.push(null);
    this.x[slot] = whole(row["x"], 0x7fff_ffff);
    this.y[slot] = whole(row["y"], 0x7fff_ffff);
    this.facing[slot] = whole(row["facing"], 3);
    this.at[slot] = whole(row["at"], 0x7fff_ffff);
    this.bodies[slot] = {
      id: whole(row["id"]),
      asleepSince: whole(row["asleepSince"], Number.MAX_SAFE_INTEGER, -1),
      speed: whole(row["speed"]),
      layerOn: whole(row["layerOn"]),
      layerSees: whole(row["layerSees"]),
      epoch: whole(row["epoch"]),
      lastN: whole(row["lastN"]),
      cold: object(row["cold"]),
      activity: activityFrom(row["activity"]),
    };
  }

  #remove(slot: number): void {
    this.#body(slot);
    this.bodies[slot] = null;
    while (this.bodies.at(-1) === null) this.bodies.pop();
  }

  #body(slot: number): FilmBody {
    const body = this.bodies[slot];
    if (!body) throw corrupt(`nobody is in slot ${slot}`);
    return body;
  }

  #grow(slot: number): void {
    if (slot < this.x.length) return;
    let size = this.x.length;
    while (size <= slot) size *= 2;
    const grown = <T extends { set(old: T): void }>(wider: T, old: T): T => {
      wider.set(old);
      return wider;
    };
    this.x = grown(new Int32Array(size), this.x);
    this.y = grown(new Int32Array(size), this.y);
    this.facing = grown(new Uint8Array(size), this.facing);
    this.at = grown(new Int32Array(size), this.at);
  }
}
