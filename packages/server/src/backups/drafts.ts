/**
 * Files and directories that get their name when they are whole and durable, and not before. Until then they lie beside it
 * as a draft, in a directory that only its owner reads: a copy of a world holds its secrets.
 */
import { createReadStream, existsSync } from "node:fs";
import { link, mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ElsewhereError } from "@elsewhere/protocol";

const ownerOnly = 0o600;

/** So much is written between two calls to have it on the disk: the disk is then never busy for long, and others get at it too. */
const bytesBetweenSyncs = 8 * 1024 * 1024;

/** Makes a draft for what is to be at `path`. Throws `taken` if something is there. */
export async function draftOf(path: string): Promise<string> {
  refuse(path);
  await mkdir(dirname(path), { recursive: true });
  return await mkdtemp(`${path}.part-`);
}

export async function removeDraft(draft: string): Promise<void> {
  await rm(draft, { recursive: true, force: true });
}

/** Writes a new file and has it on the disk when it resolves. `told` hears how many bytes there are so far. */
export async function writeDurably(path: string, pieces: AsyncIterable<Uint8Array>, told: (bytes: number) => void): Promise<number> {
  const file = await open(path, "wx", ownerOnly);
  try {
    let bytes = 0;
    let unsynced = 0;
    for await (const piece of pieces) {
      await file.writeFile(piece);
      bytes += piece.length;
      unsynced += piece.length;
      if (unsynced >= bytesBetweenSyncs) {
        await file.datasync();
        unsynced = 0;
      }
      told(bytes);
    }
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

/** A file's bytes. It is opened when the first of them is asked for: a stream that fails before anybody listens ends the process. */
export async function* piecesOf(file: string): AsyncGenerator<Uint8Array, undefined, undefined> {
  yield* createReadStream(file, { highWaterMark: 256 * 1024 });
}

/** Gives a file in a draft its name, durably, and removes the draft. Throws `taken` if that name has come to be used. */
export async function nameFile(draft: string, file: string, path: string): Promise<void> {
  await link(join(draft, file), path).catch(async (error: NodeJS.ErrnoException) => {
    refuse(path);
    // There are file systems without links.
    if (error.code !== "EPERM" && error.code !== "ENOTSUP" && error.code !== "ENOSYS") throw error;
    await rename(join(draft, file), path);
  });
  await syncDirectory(dirname(path));
  await removeDraft(draft);
}

/** Makes a draft the directory it is a draft of, durably. Throws `taken` if that name has come to be used. */
export async function nameDirectory(draft: string, path: string): Promise<void> {
  await syncDirectory(draft);
  refuse(path);
  await rename(draft, path);
  await syncDirectory(dirname(path));
}

function refuse(path: string): void {
  if (!existsSync(path)) return;
  throw new ElsewhereError("taken", `${basename(path)} is there already and stays as it is: choose another name`, { field: path });
}

/** A directory's entry is only durable once its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
