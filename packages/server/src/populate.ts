import { createHash } from "node:crypto";
import { type BodyKind, ElsewhereError, formatCoordinates, parseCoordinates } from "@elsewhere/protocol";
import { holdsAt, type Luggage, type WorldMap } from "@elsewhere/world";
import type { LiveMap } from "./ticks/live-map.ts";
import type { World } from "./ticks/world.ts";
import type { LoadedProgram } from "./worlds/load.ts";

/** Programs act with this epoch: nobody else ever takes their bodies over. */
export const programEpoch = 1;

/** Puts a map's own things where the map says, at its first start. */
export function placeThings(world: World, live: LiveMap): void {
  live.map.things.forEach((thing, i) => {
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

/** Gives every program of the world a body, keeps the ones that have one, and takes away those whose program is gone. */
export function embodyPrograms(world: World, programs: readonly ToEmbody[], walkingSpeed: number): ReadonlyMap<string, Embodied> {
  const tiles = new Tiles(world);
  const embodied = new Map(
    programs.map((program, i) => [program.id, bodyOf(world, program) ?? enter(world, tiles, program, i, walkingSpeed)]),
  );
  for (const live of world.maps.values()) {
    for (const { id, kind, who } of live.state.bodies()) {
      if (kind === "program" && !embodied.has(who.slice("program:".length))) live.post({ kind: "remove", body: id });
    }
    for (const [who, { luggage }] of live.state.away) {
      if (luggage.kind === "program" && !embodied.has(who.slice("program:".length))) live.post({ kind: "remove", body: luggage.id });
    }
  }
  for (const { map, luggage } of world.transit) {
    const gone = luggage.kind === "program" && !embodied.has(luggage.who.slice("program:".length));
    if (gone) world.post(map, { kind: "remove", body: luggage.id });
  }
  return embodied;
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
