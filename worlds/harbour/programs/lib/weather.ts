/**
 * The weather is a law of this world: everybody feels what it is now. What it will be can be read only at the
 * lighthouse, so a forecast is news, and travels as news does.
 */
import { hour } from "./clock.ts";

export type Weather = "calm" | "breeze" | "wind" | "gale";

const sixHoursMs = 6 * 3_600_000;
const often: readonly Weather[] = ["calm", "breeze", "breeze", "wind", "breeze", "calm", "wind", "gale", "breeze", "wind"];

/** The weather at a world time; it changes at 0, 6, 12 and 18 hours. */
function weatherAt(ms: number): Weather {
  let mixed = Math.imul(Math.floor(ms / sixHoursMs) ^ 24_129, 0x27d4eb2d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return often[((mixed ^ (mixed >>> 13)) >>> 0) % often.length]!;
}

export const weather = (): Weather => weatherAt(Date.now());
/** What the keeper of the lighthouse can tell: the weather after the next change. */
export const forecast = (): Weather => weatherAt(Date.now() + sixHoursMs);

const saying: Readonly<Record<Weather, string>> = {
  calm: "not a breath of wind",
  breeze: "a fair breeze",
  wind: "a stiff wind",
  gale: "a gale",
};
export const inSky = (what: Weather): string => `${saying[what]}${hour() >= 21 || hour() < 5 ? " under the stars" : ""}`;
