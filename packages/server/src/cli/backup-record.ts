import { ElsewhereError } from "@elsewhere/protocol";
import { keepBackup, type Progress, restoreBackup } from "../backups/backup.ts";
import { confirm, type Restored } from "../backups/quarantine.ts";
import type { Verification } from "../record/verify.ts";
import type { DiskStorage, StorageCopy } from "../storage/copy.ts";
import { openRecordReader } from "../storage/sqlite/record-reader.ts";
import type { Authority } from "./authority.ts";
import { nowAndThen } from "./now-and-then.ts";

/** `elsewhere record backup SOURCE --to FILE`: of a world that runs, or of a directory in which none does. */
export async function backupCommand(
  options: { readonly source: string; readonly to: string; readonly json: boolean },
  authority: Authority,
): Promise<void> {
  const file = authority.absolute(options.to);
  const closing: (() => Promise<void>)[] = [];
  const copy = async (): Promise<StorageCopy> => {
    if (/^https?:\/\//.test(options.source)) return await download(options.source, authority);
    const storage = await openStopped(options.source, authority);
    closing.push(() => storage.close());
    return await storage.copy();
  };
  let found: Verification;
  try {
    found = await keepBackup(copy, file, progress(authority));
  } finally {
    for (const close of closing) await close();
  }
  if (options.json) authority.print(JSON.stringify({ file, ...figures(found) }));
  else authority.print(`${file} holds the whole world: ${told(found)}. It holds the host's secrets too: keep it as you keep those.`);
}

/** `elsewhere record restore FILE DIR`. */
export async function restoreCommand(
  options: { readonly file: string; readonly dir: string; readonly json: boolean },
  authority: Authority,
): Promise<void> {
  const dir = authority.absolute(options.dir);
  const { verification, restored } = await restoreBackup(authority.absolute(options.file), dir, progress(authority), authority);
  if (options.json) {
    authority.print(JSON.stringify({ dir, ...figures(verification), restored }));
    return;
  }
  authority.print(`${dir} holds the world as it was${worldTime(restored)}: ${told(verification)}`);
  authority.print("  It is another host now, with a key of its own: tokens and invitations of the old one are not valid here.");
  authority.print("  It is quarantined: nothing runs in it until you have made sure that the old host is gone for good, and say so:");
  authority.print(`  elsewhere record confirm ${quoted(options.dir)}`);
}

/** `elsewhere record confirm DIR`. */
export async function confirmCommand(options: { readonly dir: string; readonly json: boolean }, authority: Authority): Promise<void> {
  const storage = await openStopped(options.dir, authority);
  try {
    const restored = await confirm(storage, () => authority.nowSeconds());
    if (options.json) authority.print(JSON.stringify({ dir: authority.absolute(options.dir), restored }));
    else authority.print(`Confirmed${worldTime(restored)}: the world goes on with elsewhere up --data ${quoted(options.dir)}`);
  } finally {
    await storage.close();
  }
}

/** Opens a data directory that exists and in which no server runs. */
async function openStopped(path: string, authority: Authority): Promise<DiskStorage> {
  const dir = authority.absolute(path);
  try {
    openRecordReader(dir).close();
    const storage = await authority.openStorage(dir);
    for (const note of storage.notes) authority.say(`note: ${note}`);
    return storage;
  } catch (error) {
    if (!(error instanceof ElsewhereError && error.code === "taken")) throw error;
    const what = `a server runs in ${dir}: stop it; or, for a backup, name its address instead, as it said when it started (http://…/#operator=…)`;
    throw new ElsewhereError("taken", what, { field: "dir" }, { cause: error });
  }
}

/** Asks a running server for a copy, by the address it shows its operator. */
async function download(address: string, authority: Authority): Promise<StorageCopy> {
  const url = new URL(address);
  const token = new URLSearchParams(url.hash.slice(1)).get("operator");
  if (token === null) {
    const what = "the address must bear the operator's token, as the server said it when it started: http://…/#operator=…";
    throw new ElsewhereError("forbidden", what, { field: "source" });
  }
  const response = await authority.fetch(new URL("/api/backup", url).href, { authorization: `Bearer ${token}` }).catch((cause: unknown) => {
    throw new ElsewhereError("unreachable", `nothing answers at ${url.origin}: is the server running?`, { field: "source" }, { cause });
  });
  const bytes = Number(response.headers.get("content-length"));
  if (!response.ok || response.body === null) throw await refusal(response, url.origin);
  return { bytes, pieces: piecesOf(response.body, url.origin) };
}

async function refusal(response: Response, origin: string): Promise<ElsewhereError> {
  const said = (await response.json().catch(() => null)) as { readonly message?: unknown } | null;
  const message = typeof said?.message === "string" ? said.message : `it answered with ${response.status}`;
  return new ElsewhereError("forbidden", `${origin} gave no copy: ${message}`, { field: "source" });
}

async function* piecesOf(body: ReadableStream<Uint8Array>, origin: string): AsyncGenerator<Uint8Array, undefined, undefined> {
  try {
    for await (const piece of body) yield piece;
  } catch (cause) {
    const what = `${origin} broke off while it was copied: make the backup again, on the same machine if the way is slow`;
    throw new ElsewhereError("storage", what, { field: "source" }, { cause });
  }
}

function progress(authority: Authority): Progress {
  const say = nowAndThen(authority);
  return {
    copied: (bytes) => say(() => `${megabytes(bytes)} copied so far`),
    verified: (batches) => say(() => `${batches} commits are right so far`),
  };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function figures({ bytes, maps }: Verification): object {
  return { bytes, tick: lastTick(maps), maps: maps.map(({ map, lastTick, head }) => ({ map, lastTick, head })) };
}

const lastTick = (maps: Verification["maps"]): number => Math.max(0, ...maps.map((map) => map.lastTick));

function told({ bytes, maps }: Verification): string {
  const heads = maps.map(({ map, head }) => `${map} ${head.slice(0, 16)}`).join(", ");
  return `${megabytes(bytes)}, tick ${lastTick(maps)}, every hash right, chains end in ${heads === "" ? "nothing yet" : heads}`;
}

const worldTime = ({ now, tick }: Restored): string => (now === null ? "" : ` at world time ${new Date(now).toISOString()}, tick ${tick}`);

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
