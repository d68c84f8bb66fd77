/** What a thousand programs of one kind take in storage, above what they share: images, what is kept of them, and where they end. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startServer } from "../../test/support/server.ts";
import { writeCrowd } from "./crowd.ts";

/** Tables with a row for each program. The transcript is the record, and grounds are what is shared. */
const ownTables = ["programs", "images", "ends"];

/** Bytes of the database's pages that hold these tables and their indexes. */
function bytesOf(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const named = ownTables.map((name) => `'${name}'`).join();
    const row = db
      .prepare(`SELECT sum(pgsize) AS bytes FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN (${named}))`)
      .get();
    return Number(row!["bytes"]);
  } finally {
    db.close();
  }
}

async function storedWith(count: number): Promise<number> {
  const root = await mkdtemp(join(tmpdir(), "elsewhere-stored-"));
  try {
    await writeCrowd(join(root, "world"), count, true);
    const server = await startServer(["--port", "0", "--world", join(root, "world"), "--data", join(root, "data"), "--speed", "max"]);
    // At full speed a few minutes of the world's time pass, so that every program has been woken more than once.
    for (let tick = 0; tick < 2_000;) {
      tick = ((await (await fetch(`${server.url}/healthz`)).json()) as { tick: number }).tick;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // A clean end stores an image of every program.
    await server.stop();
    return bytesOf(join(root, "data", "elsewhere.db"));
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** `count`: how many programs more are stored the second time. */
export async function storedBytesPerProgram(count: number): Promise<number> {
  const few = 100;
  const many = few + count;
  return ((await storedWith(many)) - (await storedWith(few))) / (many - few);
}
