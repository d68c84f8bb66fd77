import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { placeKey } from "../../packages/server/src/sealing/place-key.ts";
import { harbourWith } from "../browser/worlds.ts";

/** Opens the signal room of `closedHarbour`. */
export const signalRoom = "lighthouse/signal room~once for the fog, twice for the tide";
const secret = signalRoom.slice(signalRoom.indexOf("~") + 1);

/** The harbour without its programs, in a folder of its own. Its one hidden room is closed: the map has the public half of its key. */
export async function closedHarbour(): Promise<string> {
  const path = "maps/lighthouse.tmj";
  const map = await readFile(fileURLToPath(new URL(`../../worlds/harbour/${path}`, import.meta.url)), "utf8");
  const { recipient } = await placeKey("lighthouse", "signal room", secret);
  const secretsIn = /"name":\s*"world:secret",(\s*"type":\s*"string",\s*"value":\s*)"[^"]*"/g;
  const closed = map.replaceAll(secretsIn, (_, between: string) => `"name": "world:recipient",${between}${JSON.stringify(recipient)}`);
  if (closed === map) throw new Error(`${path} has no world:secret`);
  return harbourWith(() => ({ programs: [] }), { [path]: closed });
}
