/**
 * Commits numbered batches, recodes old ones, keeps a backup and closes, on a disk that refuses now and then: what is refused
 * is asked for again, as a host does. Prints what was done and what was refused; for the tests of failing disks to watch.
 * Ends with status 75 where a person would have to start it again.
 */
import { existsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { ElsewhereError } from "@elsewhere/protocol";
import { keepBackup } from "../../../backups/backup.ts";
import { openSqlite } from "../sqlite.ts";
import { batchOf } from "../testing.ts";

const startAgain = 75;
const triesMax = 20;
const [, , dir, through] = process.argv;

/** Prints `what` once it is done. */
async function insist<T>(what: string, act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      const done = await act();
      writeSync(1, `${what}\n`);
      return done;
    } catch (error) {
      writeSync(1, `refused ${what}: ${String(error)}\n`);
      const ofDisk = error instanceof ElsewhereError ? error.code === "storage" : /^(EIO|ENOSPC): /.test((error as Error).message);
      const isRead = error instanceof ElsewhereError && error.code === "corrupt";
      if (isRead || (ofDisk && what === "opened")) process.exit(startAgain);
      if (!ofDisk || tries === triesMax) throw error;
    }
  }
}

const backup = join(dir!, "backup");
const half = Number(through) / 2;
for (let n = 0; n < Number(through);) {
  const storage = await insist("opened", () => openSqlite(join(dir!, "data")));
  for (const note of storage.notes) writeSync(1, `note ${note}\n`);
  n = await insist("looked", async () => Number((await storage.setting("batch")) ?? 0));
  for (const end = n < half ? half : Number(through); n < end;) {
    const batch = batchOf(++n);
    await insist(`committed ${n}`, () => storage.commit(batch));
  }
  await insist("recoded", () => storage.recode());
  // A copy that got its name and was refused after that is whole; it is not made a second time.
  await insist("kept", async () => {
    if (!existsSync(backup)) await keepBackup(() => storage.copy(), backup, { copied: () => {}, verified: () => {} });
  });
  await storage.close();
  writeSync(1, "closed\n");
}
