import { ElsewhereError } from "./errors.ts";
import { limits } from "./limits.ts";

/** Where to go: a tile or a named place, on a named map or, without one, on the map one stands on. A hidden place has a secret. */
export type Coordinates =
  | { readonly map: string | null; readonly x: number; readonly y: number }
  | { readonly map: string | null; readonly place: string; readonly secret?: string };

/**
 * Reads coordinates from their one-string form: `map@x,y`, `map/place`, `@x,y` or `place`, and for a hidden place
 * `map/place~SECRET` or `place~SECRET`. Throws `malformed` or `limit`. Tiles are whole numbers from 0; a name has no `@`, no
 * `/` and no `~`. No error repeats a secret.
 */
export function parseCoordinates(text: string): Coordinates {
  if (text.length > limits.coordinatesCharsMax) {
    throw new ElsewhereError("limit", `coordinates are longer than ${limits.coordinatesCharsMax} characters`, {
      field: "to",
      limit: limits.coordinatesCharsMax,
    });
  }
  const tile = /^([^@/~]*)@(\d{1,5}),(\d{1,5})$/.exec(text);
  if (tile) return { map: tile[1] || null, x: Number(tile[2]), y: Number(tile[3]) };
  const place = /^(?:([^@/~]+)\/)?([^@/~]+)(?:~(.+))?$/.exec(text);
  if (place) return { map: place[1] ?? null, place: place[2]!, ...(place[3] === undefined ? {} : { secret: place[3] }) };
  throw new ElsewhereError("malformed", `"${text.replace(/~.*/s, "")}" is not coordinates: write map@x,y or map/place`, { field: "to" });
}

/** The inverse of `parseCoordinates`. */
export function formatCoordinates(to: Coordinates): string {
  if ("place" in to) return `${to.map === null ? "" : `${to.map}/`}${to.place}${to.secret === undefined ? "" : `~${to.secret}`}`;
  return `${to.map ?? ""}@${to.x},${to.y}`;
}
