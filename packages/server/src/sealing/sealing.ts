/** What a host needs of its hidden rooms before it can read its record. */
import type { LoadedWorld } from "../worlds/load.ts";
import type { Storage } from "../storage/contract.ts";
import { Places } from "./places.ts";
import { DataKeys } from "./seal.ts";
import { uncovered } from "./uncover.ts";

/** The setting that has all data keys, each wrapped for its place's key. */
export const sealsSetting = "seals";

export interface Sealing {
  readonly places: Places;
  readonly keys: DataKeys;
  /** Gives what was sealed as it was, as far as keys are at hand. */
  readonly storage: Storage;
}

/**
 * `coordinates`: of hidden places, as their holders give them. Those that programs begin at are keys as well. Throws
 * `malformed` or `unknown` for coordinates that open nothing.
 */
export async function prepareSealing(loaded: LoadedWorld, storage: Storage, coordinates: readonly string[]): Promise<Sealing> {
  const places = await Places.of(loaded.maps);
  const begins = loaded.programs.flatMap(({ at }) => (at.includes("~") ? [at] : []));
  for (const one of new Set([...coordinates, ...begins])) await places.unlock(one);
  const keys = await unlocked(await storage.setting(sealsSetting), places);
  return { places, keys, storage: uncovered(storage, keys) };
}

/** The data keys of all open places. */
export async function unlocked(seals: string | null, places: Places): Promise<DataKeys> {
  const keys = DataKeys.parse(seals);
  for (const key of places.keys) await keys.unlock(key);
  return keys;
}
