import { ElsewhereError, formatCoordinates, parseCoordinates } from "@elsewhere/protocol";
import { openPlace } from "./api.ts";
import type { Keys } from "./keys.ts";
import type { Perceiver } from "./perceiver.ts";
import { comeIn } from "./session.ts";
import { forgetMap, lineOf } from "./world.ts";

/** How long a host may take to open a place before one walks there all the same, ms. */
const openingMsMax = 5_000;

/** Opens the hidden place that coordinates are of, should it be closed. Whatever comes of that shows in the walk there. */
export async function openOnTheWay({ world, found }: Pick<Perceiver, "world" | "found">, to: string): Promise<void> {
  const coordinates = wholeCoordinates(to, world.map);
  if (coordinates === null || world.token === null) return;
  try {
    const { map, opened } = await openPlace(world.token, coordinates, AbortSignal.timeout(openingMsMax));
    if (!opened) return;
    // Whoever held it before sees it again.
    forgetMap(map, world.token);
    found.value += 1;
  } catch {
    // A wrong secret is told like a place that is not there, by the world itself.
  }
}

/** With the map one is on where they name none; null for coordinates without a secret. */
export function wholeCoordinates(to: string, ownMap: string): string | null {
  try {
    const where = parseCoordinates(to);
    return "place" in where && where.secret !== undefined ? formatCoordinates({ ...where, map: where.map ?? ownMap }) : null;
  } catch {
    return null;
  }
}

/** Opens the closed place in which one's body rests, and comes in. Resolves with why it did not open; null if it did. */
export async function openAndComeIn(keys: Keys, coordinates: string): Promise<string | null> {
  const { identity } = keys;
  try {
    if (identity === null) throw new ElsewhereError("forbidden", "this browser does not know any more who you are: enter by a name");
    await openPlace(identity.token, coordinates.trim());
  } catch (error) {
    return lineOf(error);
  }
  void comeIn(keys, { name: identity.name, entry: null });
  return null;
}
