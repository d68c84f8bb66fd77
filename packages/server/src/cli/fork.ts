import { ElsewhereError } from "@elsewhere/protocol";
import { type Past, readPast, requireWorld, spanOf, writeFork } from "../fork/fork.ts";
import { PastRooms } from "../fork/rooms.ts";
import { draftOf, nameDirectory, removeDraft } from "../backups/drafts.ts";
import type { RecordReader } from "../record/reader.ts";
import { openRecordReader } from "../storage/sqlite/record-reader.ts";
import type { LoadedWorld } from "../worlds/load.ts";
import type { Authority } from "./authority.ts";
import { parseMoment, tickAt } from "./moment.ts";
import { nowAndThen } from "./now-and-then.ts";
import { openPool } from "./pool.ts";

const field = "--fork";

/** What `--fork` was given. */
export interface ForkSource {
  readonly dir: string;
  readonly time: string;
}

/** A directory may have an @ in its name, a moment has none. Throws `malformed`. */
export function parseFork(text: string): ForkSource {
  const at = text.lastIndexOf("@");
  if (at > 0 && at < text.length - 1) return { dir: text.slice(0, at), time: text.slice(at + 1) };
  throw new ElsewhereError(
    "malformed",
    `"${text}" names no moment: give a data directory and a moment, as data/harbour@+90s or data/harbour@#1200`,
    {
      field,
    },
  );
}

/** Makes `directory`, which must not be there yet, from what a record was at a moment: whole, or not at all. */
export async function makeFork(
  { dir, time }: ForkSource,
  directory: string,
  { loaded, seed, placeKeys }: { readonly loaded: LoadedWorld; readonly seed: number | null; readonly placeKeys: readonly string[] },
  authority: Authority,
): Promise<void> {
  const { say } = authority;
  const draft = await draftOf(directory);
  try {
    const record = openRecordReader(authority.absolute(dir));
    try {
      const tick = tickAt(parseMoment(time, field), await spanOf(record), field);
      requireWorld(record, loaded);
      const past = await readPast(await PastRooms.open(record, loaded, placeKeys), loaded, tick);
      for (const note of past.notes) say(`note: ${note}`);
      await write({ record, past, loaded }, draft, seed ?? randomSeed(authority), authority);
    } finally {
      record.close();
    }
    await nameDirectory(draft, directory);
  } catch (error) {
    await removeDraft(draft);
    throw error;
  }
}

async function write(
  { record, past, loaded }: { readonly record: RecordReader; readonly past: Past; readonly loaded: LoadedWorld },
  draft: string,
  seed: number,
  authority: Authority,
): Promise<void> {
  const storage = await authority.openStorage(draft);
  const ground = async (hash: string): Promise<Uint8Array | null> =>
    [...record.grounds()].find((each) => each.hash === hash)?.bytes ?? null;
  // Only what a turn computes may decide whether it comes out as it did, and never how busy the machine is.
  const pool = await openPool(authority, { lockstep: true, ground });
  const say = nowAndThen(authority);
  try {
    const progress = (done: number, of: number): void => say(() => `${done} of ${of} programs have their heaps again`);
    const randomBytes = (count: number): Uint8Array => authority.randomBytes(count);
    for (const note of await writeFork({ past, loaded, storage, pool, seed, randomBytes, progress })) authority.say(`note: ${note}`);
  } finally {
    await pool.close();
    await storage.close();
  }
}

function randomSeed(authority: Authority): number {
  return new DataView(authority.randomBytes(4).buffer).getUint32(0);
}
