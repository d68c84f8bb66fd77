import { limits } from "@elsewhere/protocol";
import type { Door } from "../map.ts";
import type { TiledProperties } from "../tiled/model.ts";
import { isTrue, property, textOf } from "../tiled/properties.ts";
import { asFlag } from "../tiled/raw.ts";
import { malformed, overLimit } from "../tiled/refuse.ts";
import type { Area } from "./areas.ts";
import { isAreaClass, objectsOf, type Survey } from "./survey.ts";

const recipientPattern = /^age1[02-9ac-hj-np-z]{58}$/;

/**
 * What opens a hidden room: its secret, or its recipient and an empty secret; null for both if these properties make none.
 * What is half said is refused: a room that its author believes to be hidden must not stand open.
 */
export function hidingOf(properties: TiledProperties, file: string, label: string): Pick<Area, "secret" | "recipient"> {
  const hidden = isTrue(properties, "world:hidden");
  const said = property(properties, "world:hidden") ?? false;
  const secret = textOf(properties, "world:secret");
  const recipient = textOf(properties, "world:recipient").trim();
  if (asFlag(typeof said === "string" ? said.trim().toLowerCase() : said) === null)
    throw malformed(file, `world:hidden of ${label} is neither true nor false`);
  if (!hidden && secret !== "") throw malformed(file, `${label} has a world:secret and is not hidden: set world:hidden to true`);
  if (!hidden && recipient !== "") throw malformed(file, `${label} has a world:recipient and is not hidden: set world:hidden to true`);
  if (!hidden) return { secret: null, recipient: null };
  if (recipient === "") return { secret: checkedSecret(secret, file, label), recipient: null };
  if (secret !== "") throw malformed(file, `${label} has both a world:secret and a world:recipient: leave one of them out`);
  if (!recipientPattern.test(recipient))
    throw malformed(file, `world:recipient of ${label} is not the public half of a place's key: age1 and 58 letters and digits`);
  return { secret: "", recipient };
}

function checkedSecret(secret: string, file: string, label: string): string {
  if (!/^[^\p{Cc}]+$/u.test(secret))
    throw malformed(file, `world:secret of ${label} is not one line of text, and without that or a world:recipient nobody could find it`);
  const limit = limits.placeSecretCharsMax;
  if (secret.length > limit) throw overLimit(file, `world:secret of ${label} is longer than ${limit} characters`, limit);
  return secret;
}

const hidingProperties = ["world:hidden", "world:secret", "world:recipient"];

/** Only areas are rooms. */
export function refuseStrayHiding(survey: Survey): void {
  for (const { object, class: found, label } of objectsOf(survey)) {
    if (isAreaClass(found) || hidingProperties.every((name) => property(object.properties, name) === undefined)) continue;
    throw malformed(survey.map.path, `${label} has ${hidingProperties.join(" or ")} and is no area: give it the class "area"`);
  }
}

/**
 * Areas as they are beside hidden rooms. Doors that have a tile in a hidden room belong to it with all tiles they block. An
 * area wider than a hidden room ends at it; whatever else has a tile in it is hidden with it, and lies nowhere else.
 */
export function besideHidden(areas: readonly Area[], doors: readonly Door[]): readonly Area[] {
  const rooms = areas.filter(({ secret }) => secret !== null).map((room) => withDoors(room, doors));
  if (rooms.length === 0) return areas;
  const rest = areas.filter(({ secret }) => secret === null);
  const ended = [...rest, ...rooms].map((area) => rooms.reduce((left, room) => (isWider(area, room) ? without(left, room) : left), area));
  const hidden = new Set(rooms.flatMap(({ tiles }) => [...tiles]));
  return ended
    .filter(({ tiles }) => tiles.length > 0)
    .map((area) => {
      const inside = area.tiles.filter((tile) => hidden.has(tile));
      return inside.length === 0 ? area : { ...area, tiles: inside, hidden: true, label: "a hidden area" };
    });
}

/** The order of the map is kept where it tells which of two areas counts. */
const isWider = (area: Area, room: Area): boolean =>
  area.tiles.length > room.tiles.length || (area.tiles.length === room.tiles.length && area.secret === null);

function without(area: Area, { tiles }: Area): Area {
  const taken = new Set(tiles);
  return { ...area, tiles: area.tiles.filter((tile) => !taken.has(tile)) };
}

function withDoors(room: Area, doors: readonly Door[]): Area {
  const own = new Set(room.tiles);
  const tiles = new Set(own);
  for (const { blockedClosed, blockedOpen, steps } of doors) {
    const blocked = [...blockedClosed, ...blockedOpen];
    if (![...blocked, ...steps.flatMap((step) => [...step.tiles])].some((tile) => own.has(tile))) continue;
    for (const tile of blocked) tiles.add(tile);
  }
  return { ...room, tiles: Int32Array.from(tiles).toSorted() };
}

/** Which hidden room each tile is in: 0 is none, i + 1 is `rooms[i]`; null if none is hidden. */
export function hiddenGrid(rooms: readonly { readonly tiles: Int32Array; readonly secret?: string }[], tiles: number): Uint16Array | null {
  if (rooms.every(({ secret }) => secret === undefined)) return null;
  const grid = new Uint16Array(tiles);
  rooms.forEach((room, i) => {
    if (room.secret !== undefined) for (const tile of room.tiles) grid[tile] = i + 1;
  });
  return grid;
}
