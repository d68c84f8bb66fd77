/** Commits numbered batches without end and prints the number of each once it is durable; for the crash tests to kill. */
import { writeSync } from "node:fs";
import { openSqlite } from "./sqlite.ts";
import { batchOf } from "./testing.ts";

const storage = await openSqlite(process.argv[2]!);
let n = Number((await storage.setting("batch")) ?? 0);

async function commitForEver(): Promise<never> {
  for (;;) {
    const own = ++n;
    const batch = batchOf(own);
    for (let stored = false; !stored;) {
      stored = await storage.commit(batch).then(
        () => true,
        (error: unknown) => {
          writeSync(1, `refused ${own} ${String(error)}\n`);
          return false;
        },
      );
    }
    writeSync(1, `${own}\n`);
  }
}

// Several at a time, as a host has them on their way; retried until stored, as a host does.
await Promise.all(Array.from({ length: Number(process.argv[3]) }, commitForEver));
