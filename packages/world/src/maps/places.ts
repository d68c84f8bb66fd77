import { type JsonObject, limits } from "@elsewhere/protocol";
import type { Place } from "../map.ts";
import type { TiledProperties } from "../tiled/model.ts";
import { isTrue, textOf } from "../tiled/properties.ts";
import type { Area } from "./areas.ts";
import { Names } from "./names.ts";
import type { Notes } from "./notes.ts";
import { isKnown } from "./vocabulary.ts";

/** Named areas as places, the larger first: where two overlap the later one is the more specific. */
export function placesOf(areas: readonly Area[], notes: Notes): Place[] {
  const found = areas.filter((area) => area.place || isRoom(area)).toSorted((a, b) => b.tiles.length - a.tiles.length);
  const names = new Names("place", notes).takeAll(found, (area) => (isRoom(area) ? "room" : "place"));
  return found.map((area) => ({
    name: names.get(area)!,
    description: descriptionOf(area.properties, area.label, notes),
    tiles: area.tiles,
    room: isRoom(area),
    ...(area.secret === null ? {} : { secret: area.secret }),
    ...(area.recipient === null ? {} : { recipient: area.recipient }),
    properties: leftOver(area.properties),
  }));
}

const isRoom = (area: Area): boolean => area.secret !== null || isTrue(area.properties, "world:room");

/** What the map says of a place beyond what is understood here, for worlds that do understand it. */
function leftOver(properties: TiledProperties): JsonObject {
  return Object.fromEntries([...properties].filter(([name]) => !isKnown("area", name)));
}

export function descriptionOf(properties: TiledProperties, label: string, notes: Notes): string {
  const text = textOf(properties, "world:description").trim();
  if (text.length > limits.textCharsMax) notes.gather(`descriptions are cut to ${limits.textCharsMax} characters`, label);
  return text.slice(0, limits.textCharsMax);
}

/** Which room each tile is in: 0 is open ground, i + 1 is `rooms[i]`; a room within a room counts. */
export function roomGrid(rooms: readonly Place[], tiles: number): Uint16Array {
  const grid = new Uint16Array(tiles);
  rooms.forEach((room, i) => {
    for (const tile of room.tiles) grid[tile] = i + 1;
  });
  return grid;
}
