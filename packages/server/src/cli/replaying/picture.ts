import { isHidden, type WorldMap } from "@elsewhere/world";
import type { Sight } from "./sight.ts";

/** Tiles from the middle to each side: what fits on a terminal. */
const columnsMax = 38;
const rowsMax = 10;

/**
 * What is in sight as text, one letter a tile: `#` walls, `+` and `/` doors, `@` the one who looks, others by the first letter
 * of their names. Hidden rooms are wall.
 */
export function draw(map: WorldMap, sight: Sight, body: number): readonly string[] {
  const self = sight.bodies.get(body);
  const [x, y] = self === undefined ? [map.width >> 1, map.height >> 1] : [Math.floor(self.x), Math.floor(self.y)];
  const columns = Math.min(sight.sight, columnsMax);
  const rows = Math.min(sight.sight, rowsMax);
  const letters = new Map<number, string>();
  const put = (tile: { readonly x: number; readonly y: number }, letter: string): void =>
    void letters.set(Math.floor(tile.y) * map.width + Math.floor(tile.x), letter);
  for (const door of sight.doors.values()) put(door, door.open ? "/" : "+");
  for (const other of sight.bodies.values()) if (other.id !== body) put(other, letterOf(other.name, other.kind));
  if (self !== undefined) put(self, "@");
  const lines: string[] = [];
  for (let row = y - rows; row <= y + rows; row++) {
    let line = "";
    for (let column = x - columns; column <= x + columns; column++) line += letterAt(map, letters, column, row);
    lines.push(line.trimEnd());
  }
  return lines;
}

function letterAt(map: WorldMap, letters: ReadonlyMap<number, string>, column: number, row: number): string {
  if (column < 0 || row < 0 || column >= map.width || row >= map.height) return " ";
  const tile = row * map.width + column;
  return letters.get(tile) ?? (map.blocked[tile] === 1 || isHidden(map, tile) ? "#" : ".");
}

/** Things are small letters; what is no letter or digit would not be one column wide for certain. */
function letterOf(name: string, kind: string): string {
  const letter = /^[\p{Script=Latin}\d]/u.exec(name.normalize("NFKC"))?.[0] ?? "?";
  return kind === "thing" ? letter.toLowerCase() : letter.toUpperCase();
}
