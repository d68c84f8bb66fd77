/** Worlds that ran for a while with all their programs, and what they left on the disk. */
import { randomBytes } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { type Host, startHost } from "../../packages/server/src/host.ts";
import { filesBelow } from "../../packages/server/src/maps/disk.ts";
import { loadMaps } from "../../packages/server/src/maps/load.ts";
import { bundlePrograms } from "../../packages/server/src/programs/author/bundle.ts";
import { openSqlite, type SqliteStorage } from "../../packages/server/src/storage/sqlite/sqlite.ts";
import { type LoadedWorld, loadWorld } from "../../packages/server/src/worlds/load.ts";
import { openTestPool } from "./pool.ts";
import { realTime } from "./time.ts";

/** A world with its programs, as a host loads it. */
export function loadFrom(folder: string): Promise<LoadedWorld> {
  const readText = (path: string): Promise<string> => readFile(`${folder}/${path}`, "utf8");
  return loadWorld(folder, {
    readText,
    loadMaps: (paths) => loadMaps(filesBelow(folder, { realpath, stat, readFile }), paths),
    bundle: (paths) => bundlePrograms(paths, readText),
  });
}

/** A host in lockstep, as fast as the machine can, on a data directory. */
export interface Running {
  readonly host: Host;
  readonly storage: SqliteStorage;
  /** Resolves when this tick is durable. Rejects with what stopped the host. */
  reached(tick: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a world on a data directory. Of programs that wait no heap stays in memory: each is stored and read again. */
export async function runOn(directory: string, loaded: LoadedWorld): Promise<Running> {
  const storage = await openSqlite(directory);
  const ground = async (hash: string): Promise<Uint8Array | null> => (await storage.ground(hash))?.bytes ?? null;
  const pool = await openTestPool({ ground, slotsPerWorkerMax: 4, parkedBytesMax: 1, turnMsMax: 30_000, startMsMax: 30_000 });
  const closeBoth = async (): Promise<void> => {
    await pool.close();
    await storage.close();
  };
  let failure: Error | null = null;
  let host: Host;
  try {
    host = await startHost({
      loaded,
      storage,
      pool,
      time: realTime,
      identity: {
        verify: async (token) => ({ role: "person", who: token, name: token.replace("person:", "") }),
        newGuest: () => Promise.reject(new Error("nobody is a guest here")),
      },
      guestAllowed: null,
      tickMs: 100,
      lockstep: true,
      pace: Infinity,
      seed: null,
      usage: () => ({ rssBytes: 0, cpuSeconds: 0 }),
      placeKeys: [],
      randomBytes,
      readImage: () => Promise.resolve(null),
      say: () => {},
      failed: (error) => (failure ??= error instanceof Error ? error : new Error(String(error))),
    });
  } catch (error) {
    await closeBoth();
    throw error;
  }
  return {
    host,
    storage,
    reached: (tick) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (failure !== null) reject(failure);
          else if (host.view.health().tick >= tick) resolve();
          else setTimeout(look, 5);
        };
        look();
      }),
    close: async () => {
      await host.close();
      await closeBoth();
    },
  };
}
