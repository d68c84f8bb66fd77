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

export async function prepareSealing(world: Rooms, storage: Storage, coordinates: readonly string[]): Promise<Sealing> {
  const { places, keys } = await openPlaces(world, coordinates, await storage.setting(sealsSetting));
  return { places, keys, storage: uncovered(storage, keys) };
}

type Rooms = Pick<LoadedWorld, "maps" | "programs">;

/**
 * The hidden rooms of a world, and the data keys of those that are open. `coordinates`: of hidden places, as their holders
 * give them; those that programs begin at are keys as well. `seals`: what a record's setting says. Throws `malformed` or
 * `unknown` for coordinates that open nothing.
 */
export async function openPlaces(
  { maps, programs }: Rooms,
  coordinates: readonly string[],
  seals: string | null,
): Promise<Pick<Sealing, "places" | "keys">> {
  const places = await Places.of(maps);
  const begins = programs.flatMap(({ at }) => (at.includes("~") ? [at] : []));
  for (const one of new Set([...coordinates, ...begins])) await places.unlock(one);
  const keys = DataKeys.parse(seals);
  for (const key of places.keys) await keys.unlock(key);
  return { places, keys };
}
