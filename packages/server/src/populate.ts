import { createHash } from "node:crypto";
import { type BodyKind, ElsewhereError, formatCoordinates, parseCoordinates } from "@elsewhere/protocol";
import { holdsAt, isHidden, type Luggage, type WorldMap } from "@elsewhere/world";
import type { LiveMap } from "./ticks/live-map.ts";
import type { World } from "./ticks/world.ts";
import type { LoadedProgram } from "./worlds/load.ts";

/** Programs act with this epoch: nobody else ever takes their bodies over. */
export const programEpoch = 1;

/** Puts a map's own things where the map says, at its first start: those in closed rooms only when these are first opened. */
export function placeThings(world: World, live: LiveMap): void {
  const { map } = live;
  place(world, live, (room) => !map.closed.has(room));
}

/** Puts those things of a map into a hidden room that belong there. */
export function furnish(world: World, live: LiveMap, room: number): void {
  place(world, live, (other) => other === room);
}

function place(world: World, live: LiveMap, wanted: (room: number) => boolean): void {
  live.map.things.forEach((thing, i) => {
    if (!wanted(live.map.hiddenAt?.[thing.tile] ?? 0)) return;
    const who = `thing:${live.map.name}:${i}`;
    const luggage = newLuggage(world.idFor(who), who, "thing", thing.name);
    const { description, traits, portable, layerOn = luggage.layerOn } = thing;
    live.post({ kind: "enter", luggage: { ...luggage, description, traits, portable, layerOn }, at: { tile: thing.tile } });
  });
}

/** What has to be known of a program to give it a body. */
export interface ToEmbody extends Pick<LoadedProgram, "id" | "name" | "at" | "walks" | "traits" | "description" | "layers"> {}

/** A program's body, and the last intent number it has used. */
export interface Embodied {
  readonly body: number;
  readonly lastN: number;
  readonly newBody: boolean;
}

/** Where a body is to come in. */
export interface Landing {
  readonly map: string;
  readonly at: { readonly place: string } | { readonly tile: number };
}

/** Gives programs bodies, those that have none yet, and lets the others keep theirs. */
export class Embodiment {
  readonly #world: World;
  readonly #walkingSpeed: number;
  readonly #tiles: Tiles;

  /** `walkingSpeed`: of a body that walks, 1/16 tile a tick. */
  constructor(world: World, walkingSpeed: number) {
    this.#world = world;
    this.#walkingSpeed = walkingSpeed;
    this.#tiles = new Tiles(world);
  }

  /** `i`: its number among those that share a place, which they share out among themselves. */
  embody(program: ToEmbody, i: number): Embodied {
    return bodyOf(this.#world, program) ?? enter(this.#world, this.#tiles, program, i, this.#walkingSpeed);
  }

  /**
   * Where somebody who comes from another host stands: in the place that it wishes (`map/place`), if that lies open and has room,
   * else where people come in. `i` as in `embody`.
   */
  welcome(place: string | null, start: { readonly map: string; readonly entry: string }, i: number): Landing {
    return (place === null ? null : this.#openTile(place, i)) ?? { map: start.map, at: { place: start.entry } };
  }

  #openTile(place: string, i: number): Landing | null {
    try {
      if (!("place" in parseCoordinates(place))) return null;
      const { map, tile } = this.#tiles.at(place, i);
      return isHidden(this.#world.map(map)!, tile) ? null : { map, at: { tile } };
    } catch (error) {
      if (error instanceof ElsewhereError) return null;
      throw error;
    }
  }

  /** Whether it would first stand in a closed room. */
  beginsShut({ at }: ToEmbody): boolean {
    const { map, tile } = this.#tiles.at(at, 0);
    const { hiddenAt, closed } = this.#world.map(map)!;
    return hiddenAt !== null && closed.has(hiddenAt[tile]!);
  }
}

/** Takes away the bodies of programs that are gone. */
export function removeStrangers(world: World, isKnown: (program: string) => boolean): void {
  const isStranger = ({ kind, who }: { readonly kind: BodyKind; readonly who: string }): boolean =>
    kind === "program" && !isKnown(who.slice("program:".length));
  for (const live of world.maps.values()) {
    for (const body of live.state.bodies()) if (isStranger(body)) live.post({ kind: "remove", body: body.id });
    for (const { luggage } of live.state.away.values()) if (isStranger(luggage)) live.post({ kind: "remove", body: luggage.id });
  }
  for (const { map, luggage } of world.transit) if (isStranger(luggage)) world.post(map, { kind: "remove", body: luggage.id });
}

/** Takes a program's body out of the world with the next tick, wherever it is. */
export function removeBody(world: World, program: string): void {
  const where = world.locate(`program:${program}`);
  if (where === null) return;
  if (where.kind === "present") where.live.post({ kind: "remove", body: where.body });
  else world.post(where.map, { kind: "remove", body: where.luggage.id });
}

function bodyOf(world: World, { id, layers }: ToEmbody): Embodied | null {
  const where = world.locate(`program:${id}`);
  if (where === null) return null;
  // The kernel takes no note of layers that are what they were.
  if (layers !== undefined)
    world.post(where.kind === "present" ? where.live.map.name : where.map, {
      kind: "layers",
      body: where.kind === "present" ? where.body : where.luggage.id,
      ...layers,
    });
  if (where.kind !== "present") return { body: where.luggage.id, lastN: where.luggage.lastN, newBody: false };
  return { body: where.body, lastN: where.live.state.body(where.body)!.lastN, newBody: false };
}

function enter(world: World, tiles: Tiles, program: ToEmbody, i: number, walkingSpeed: number): Embodied {
  const { id, name, at, traits, description, walks, layers } = program;
  const { map, tile } = tiles.at(at, i);
  const luggage = newProgramLuggage(world.idFor(`program:${id}`), id, name, walks ? walkingSpeed : 0);
  const { on = luggage.layerOn, sees = luggage.layerSees } = layers ?? {};
  const own = { traits, description, layerOn: on, layerSees: sees, holds: holdsAt(world.map(map)!, tile) };
  world.post(map, { kind: "enter", luggage: { ...luggage, ...own }, at: { tile } });
  return { body: luggage.id, lastN: 0, newBody: true };
}

/** A body for a program, as it first comes into the world. `speed`: 1/16 tile a tick. */
export function newProgramLuggage(body: number, program: string, name: string, speed: number): Luggage {
  return { ...newLuggage(body, `program:${program}`, "program", name), epoch: programEpoch, speed };
}

/** People whose connection ended with the host are unplugged: their bodies fall asleep. */
export function unplugEverybody(world: World): void {
  for (const live of world.maps.values()) {
    for (const { id, kind, posture, epoch } of live.state.bodies()) {
      if (kind === "person" && posture === "awake") live.post({ kind: "detach", body: id, epoch });
    }
  }
  for (const { map, luggage } of world.transit) {
    if (luggage.kind === "person") world.post(map, { kind: "detach", body: luggage.id, epoch: luggage.epoch });
  }
}

/** A program's seed: its own, and the same in every run of this world. */
export function seedOf(worldSeed: number, program: string): number {
  return createHash("sha256").update(`${worldSeed}:${program}`).digest().readUInt32LE(0);
}

function newLuggage(id: number, who: string, kind: BodyKind, name: string): Luggage {
  return {
    id,
    who,
    kind,
    name,
    epoch: 0,
    lastN: 0,
    traits: {},
    marks: {},
    layerOn: 1,
    layerSees: 1,
    speed: 0,
    description: "",
    portable: false,
    carried: [],
    holds: [],
    errand: null,
  };
}

/** Where programs first stand. */
class Tiles {
  readonly #world: World;
  /** Of each place that was asked for: looking for its free tiles again for each of a crowd would take long. */
  readonly #known = new Map<string, { readonly map: string; readonly tiles: readonly number[] }>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The `i`th free tile of a place (they share it out among themselves), or the very tile that is named. */
  at(at: string, i: number): { map: string; tile: number } {
    const { map, tiles } = this.#known.get(at) ?? this.#find(at);
    const tile = tiles[i % tiles.length];
    if (tile === undefined) throw new ElsewhereError("unreachable", `"${withoutSecret(at)}" has no free tile`, { field: "at" });
    return { map, tile };
  }

  #find(at: string): { readonly map: string; readonly tiles: readonly number[] } {
    const to = parseCoordinates(at);
    const map = to.map === null ? null : this.#world.map(to.map);
    if (map === null) throw new ElsewhereError("unknown", `"${withoutSecret(at)}" is on no map of this world`, { field: "at" });
    const tiles =
      "place" in to ? [...(findPlace(map, to.place) ?? [])].filter((tile) => map.blocked[tile] === 0) : [to.y * map.width + to.x];
    const found = { map: map.name, tiles };
    this.#known.set(at, found);
    return found;
  }
}

function withoutSecret(at: string): string {
  const to = parseCoordinates(at);
  return "place" in to ? formatCoordinates({ map: to.map, place: to.place }) : at;
}

function findPlace(map: WorldMap, name: string): Int32Array | null {
  return [...map.places, ...map.entries, ...map.worldExits].findLast((place) => place.name === name)?.tiles ?? null;
}
