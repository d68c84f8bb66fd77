/** Commits numbered batches without end, recodes old ones meanwhile, and prints what is durable; for the crash tests to kill. */
import { writeSync } from "node:fs";
import { openSqlite } from "./sqlite.ts";
import { batchOf } from "./testing.ts";

const storage = await openSqlite(process.argv[2]!);
let n = Number((await storage.setting("batch")) ?? 0);

/** Waits where nobody reads as fast as a full disk refuses. */
function print(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

async function commitForEver(): Promise<never> {
  for (;;) {
    const own = ++n;
    const batch = batchOf(own);
    for (let stored = false; !stored;) {
      stored = await storage.commit(batch).then(
        () => true,
        (error: unknown) => {
          print(`refused ${own} ${String(error)}\n`);
          return false;
        },
      );
    }
    print(`${own}\n`);
    // The others go on meanwhile; what fails is tried again.
    if (own % 4 === 0) await storage.recode().catch((error: unknown) => print(`refused to recode ${String(error)}\n`));
  }
}

// Once before all else, so that the thread that recodes is there when the first commits are.
await storage.recode();
// Several at a time, as a host has them on their way; retried until stored, as a host does.
await Promise.all(Array.from({ length: Number(process.argv[3]) }, commitForEver));
