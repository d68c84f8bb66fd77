import { parseCoordinates } from "@elsewhere/protocol";

/** Where a hidden place is, with what makes it findable. */
export interface HiddenPlace {
  readonly map: string;
  readonly place: string;
  readonly secret: string;
}

/** How the coordinates of a hidden place are written, for whoever wrote others. */
export const hiddenPlaceForm = "MAP/PLACE~SECRET";

/**
 * Reads `map/place~SECRET`; null for whatever else. There is no own map here that could be left out, and no error that could
 * quote: what somebody mistook for coordinates may be a secret alone.
 */
export function readHiddenPlace(text: string): HiddenPlace | null {
  try {
    const to = parseCoordinates(text.trim());
    return "place" in to && to.map !== null && to.secret !== undefined ? { map: to.map, place: to.place, secret: to.secret } : null;
  } catch {
    return null;
  }
}
