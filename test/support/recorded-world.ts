import type { HostOptions } from "../../packages/server/src/host.ts";
import type { CommitBatch } from "../../packages/server/src/storage/contract.ts";
import { openMemory } from "../../packages/server/src/storage/memory/memory.ts";
import { openSqlite } from "../../packages/server/src/storage/sqlite/sqlite.ts";
import { TestHost } from "./host.ts";

/** Lives in a world whose time passes by hand, and keeps what it committed in a data directory. */
export async function recorded(dir: string, changes: Partial<HostOptions>, live: (host: TestHost) => Promise<void>): Promise<void> {
  const batches: CommitBatch[] = [];
  const refuse = (batch: CommitBatch): null => {
    batches.push(structuredClone(batch));
    return null;
  };
  const host = await TestHost.open(openMemory({ refuse }), changes);
  await live(host);
  await host.host.close();
  const storage = await openSqlite(dir);
  for (const batch of batches) await storage.commit(batch);
  await storage.close();
}
