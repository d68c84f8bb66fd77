import { join } from "node:path";
import { ElsewhereError } from "@elsewhere/protocol";
import { type Verification, verifyRecord, type VerifyProgress } from "../record/verify.ts";
import type { DiskStorage, StorageCopy } from "../storage/copy.ts";
import { databaseFile } from "../storage/sqlite/schema.ts";
import { timeOf } from "../ticks/time-of.ts";
import { draftOf, nameDirectory, nameFile, piecesOf, removeDraft, writeDurably } from "./drafts.ts";
import { type Means, quarantining, type Restored, restoredIn } from "./quarantine.ts";

/** How far it has come. */
export interface Progress {
  copied(bytes: number): void;
  readonly verified: VerifyProgress;
}

/**
 * Keeps a copy of a world as one file that did not exist before, readable by its owner alone. When it resolves the file is
 * durable and every hash in it is right; when it rejects (`taken`, `corrupt`, `storage`, or what the system says) there is none.
 */
export async function keepBackup(copy: () => Promise<StorageCopy>, path: string, progress: Progress): Promise<Verification> {
  const draft = await draftOf(path);
  try {
    const { bytes, pieces } = await copy();
    const written = await writeDurably(join(draft, databaseFile), pieces, progress.copied);
    if (written !== bytes) throw new ElsewhereError("storage", `the copy broke off after ${written} of ${bytes} bytes: make it again`);
    const found = await verifiedDraft(draft, "the copy", progress);
    await nameFile(draft, databaseFile, path);
    return found;
  } catch (error) {
    await removeDraft(draft);
    throw error;
  }
}

/** What a person has to know of a world that was restored. */
export interface RestoredWorld {
  readonly verification: Verification;
  readonly restored: Restored;
}

/**
 * Makes the data directory `path`, which did not exist before, from a backup that verifies. The world in it is quarantined,
 * and its host another one than that of the backup: it has a key and a token secret of its own. When it rejects (`taken`,
 * `corrupt`, `unsupported`, `storage`, or what the system says) there is no such directory.
 */
export async function restoreBackup(
  file: string,
  path: string,
  progress: Progress,
  { openStorage, ...means }: Means & { openStorage(directory: string): Promise<DiskStorage> },
): Promise<RestoredWorld> {
  const draft = await draftOf(path);
  try {
    await writeDurably(join(draft, databaseFile), piecesOf(file), progress.copied);
    const verification = await verifiedDraft(draft, file, progress);
    const restored = await quarantined(await openStorage(draft), means);
    await nameDirectory(draft, path);
    return { verification, restored };
  } catch (error) {
    await removeDraft(draft);
    throw error;
  }
}

async function quarantined(storage: DiskStorage, means: Means): Promise<Restored> {
  try {
    const tick = Number((await storage.setting("tick")) ?? 0);
    const now = timeOf(await storage.setting("clocks"), tick);
    await storage.commit(await quarantining(storage, { tick, now }, means));
    return (await restoredIn(storage))!;
  } finally {
    await storage.close();
  }
}

/** Throws what is wrong first, about `what` and not about the draft, whose path means nothing to anybody. */
async function verifiedDraft(draft: string, what: string, { verified }: Progress): Promise<Verification> {
  const named = (message: string): string => message.replaceAll(join(draft, databaseFile), what).replaceAll(draft, what);
  const found = await verifyRecord(draft, verified).catch((error: unknown) => {
    if (!(error instanceof ElsewhereError)) throw error;
    throw new ElsewhereError(error.code, named(error.message), error.detail, { cause: error });
  });
  const [first] = found.problems;
  if (first !== undefined) {
    const others = found.problems.length > 1 ? ` (and ${found.problems.length - 1} more)` : "";
    throw new ElsewhereError("corrupt", `${what} is damaged and was not kept${others}: ${named(first.message)}`, { field: "file" });
  }
  return found;
}
