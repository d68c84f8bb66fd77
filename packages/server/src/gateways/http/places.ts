import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Context } from "hono";
import { z } from "zod";
import type { Tokens } from "../../tokens/tokens.ts";
import { hiddenPlaceForm, readHiddenPlace } from "../../sealing/hidden-place.ts";
import { needBearer } from "./authorize.ts";
import { readBody } from "./body.ts";
import { withStatus } from "./errors.ts";

export const openPlacePath = "/api/places/open";

export interface OpeningPlaces {
  readonly tokens: Pick<Tokens, "verify">;
  /**
   * Opens the closed hidden place of these coordinates; `opened` is false where it was open. Rejects with `malformed`, `unknown`
   * (also for a wrong secret, in the same words) or `limit` (too many try at once).
   */
  openPlace(coordinates: string): Promise<{ readonly map: string; readonly place: string; readonly opened: boolean }>;
}

const field = "body.coordinates";
const asked = z.strictObject({ coordinates: z.string().max(limits.coordinatesCharsMax) });

/**
 * `POST /api/places/open {coordinates}`: whoever has a hidden place's coordinates opens it. For bearers of a token and, as it is
 * those who could read the host's memory anyway, for the host's own machine. Nothing that is answered or told holds the secret.
 */
export async function openHiddenPlace(context: Context, options: OpeningPlaces, thisMachine: boolean): Promise<Response> {
  if (!thisMachine) await needBearer(context, options.tokens);
  const { coordinates } = await readBody(context, asked);
  const hidden = readHiddenPlace(coordinates);
  if (hidden === null) throw new ElsewhereError("malformed", `write the coordinates of a hidden place: ${hiddenPlaceForm}`, { field });
  try {
    const { map, place, opened } = await options.openPlace(coordinates.trim());
    return context.json({ map, place, opened }, 200, { "cache-control": "no-store" });
  } catch (error) {
    throw shown(error, hidden.secret, context);
  }
}

/** Of a failure only what is known to be free of the secret goes on, to who asked as to the host's log. */
function shown(error: unknown, secret: string, context: Context): Error {
  const clean = (text: string): string => text.replaceAll(secret, "…");
  if (!(error instanceof ElsewhereError)) {
    const told = new Error(clean(error instanceof Error ? error.message : String(error)));
    if (error instanceof Error && error.stack !== undefined) told.stack = clean(error.stack);
    return told;
  }
  const told = ElsewhereError.from({ ...error.toJSON(), message: clean(error.message) });
  if (error.code !== "limit") return told;
  context.header("retry-after", "1");
  return withStatus(429, told);
}
