import { createHash } from "node:crypto";
import { type BodyKind, ElsewhereError, parseCoordinates } from "@elsewhere/protocol";
import type { Luggage, WorldMap } from "@elsewhere/world";
import { programEpoch } from "./programs/taking-part.ts";
import type { LiveMap } from "./ticks/live-map.ts";
import type { World } from "./ticks/world.ts";
import type { LoadedProgram } from "./worlds/load.ts";

/** Puts a map's own things where the map says, at its first start. */
export function placeThings(world: World, live: LiveMap): void {
  live.map.things.forEach((thing, i) => {
    const luggage = newLuggage(world.freshId(), `thing:${live.map.name}:${i}`, "thing", thing.name);
    const { description, traits, portable } = thing;
    live.post({ kind: "enter", luggage: { ...luggage, description, traits, portable }, at: { tile: thing.tile } });
  });
}

/** A program's body, and the last intent number it has used. */
export interface Embodied {
  readonly body: number;
  readonly lastN: number;
  readonly newBody: boolean;
}

/** Gives every program of the world a body, keeps the ones that have one, and takes away those whose program is gone. */
export function embodyPrograms(world: World, programs: readonly LoadedProgram[], walkingSpeed: number): ReadonlyMap<string, Embodied> {
  const embodied = new Map(programs.map((program, i) => [program.id, bodyOf(world, program) ?? enter(world, program, i, walkingSpeed)]));
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

function bodyOf(world: World, { id }: LoadedProgram): Embodied | null {
  const where = world.locate(`program:${id}`);
  if (where === null) return null;
  if (where.kind !== "present") return { body: where.luggage.id, lastN: where.luggage.lastN, newBody: false };
  return { body: where.body, lastN: where.live.state.body(where.body)!.lastN, newBody: false };
}

function enter(world: World, program: LoadedProgram, i: number, walkingSpeed: number): Embodied {
  const { map, tile } = tileAt(world, program.at, i);
  const luggage: Luggage = {
    ...newLuggage(world.freshId(), `program:${program.id}`, "program", program.name),
    epoch: programEpoch,
    traits: program.traits,
    description: program.description,
    speed: program.walks ? walkingSpeed : 0,
  };
  world.post(map, { kind: "enter", luggage, at: { tile } });
  return { body: luggage.id, lastN: 0, newBody: true };
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
    errand: null,
  };
}

/** The `i`th free tile of a place (they share it out among themselves), or the very tile that is named. */
function tileAt(world: World, at: string, i: number): { map: string; tile: number } {
  const to = parseCoordinates(at);
  const map = to.map === null ? null : world.map(to.map);
  if (map === null) throw new ElsewhereError("unknown", `"${at}" is on no map of this world`, { field: "at" });
  if (!("place" in to)) return { map: map.name, tile: to.y * map.width + to.x };
  const tiles = [...(findPlace(map, to.place) ?? [])].filter((tile) => map.blocked[tile] === 0);
  const tile = tiles[i % tiles.length];
  if (tile === undefined) throw new ElsewhereError("unreachable", `"${at}" has no free tile`, { field: "at" });
  return { map: map.name, tile };
}

function findPlace(map: WorldMap, name: string): Int32Array | null {
  return [...map.places, ...map.entries, ...map.worldExits].findLast((place) => place.name === name)?.tiles ?? null;
}
