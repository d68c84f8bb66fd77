import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { verifyRecord } from "../../record/verify.ts";
import { Store } from "./store.ts";
import { batchOf, chance, everything, turnsThrough } from "./testing.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-crash-"));
after(() => rmSync(root, { recursive: true, force: true }));

const child = fileURLToPath(new URL("./crash-child.ts", import.meta.url));

/** Lets a process commit and recode until it is killed, `acknowledged` batches after its first; gives the last it was told of. */
function commitUntilKilled(dir: string, acknowledged: number, afterMicroseconds: number): Promise<number> {
  const running = spawn(process.execPath, [...process.execArgv, child, dir, "4"], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  let killing = false;
  running.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (killing || acknowledgedIn(output).length < acknowledged) return;
    killing = true;
    // Somewhere within a commit, and not always right after an answer.
    const until = performance.now() + afterMicroseconds / 1_000;
    while (performance.now() < until);
    running.kill("SIGKILL");
  });
  return new Promise((resolve) => running.once("close", () => resolve(acknowledgedIn(output).at(-1)!)));
}

/** Whole lines only: the last one may have been cut within a number. */
function acknowledgedIn(output: string): readonly number[] {
  return [...output.matchAll(/^(\d+)\n/gm)].map(([, n]) => Number(n));
}

/** How many blocks there are, and of how many batches the entries are still rows. */
function recodedIn(dir: string): { readonly blocks: number; readonly rows: number } {
  const db = new DatabaseSync(join(dir, "elsewhere.db"), { readOnly: true });
  try {
    const [blocks, rows] = ["SELECT count(*) AS n FROM blocks", "SELECT count(DISTINCT batch) AS n FROM entries"].map((sql) =>
      Number(db.prepare(sql).get()!["n"]),
    );
    return { blocks: blocks!, rows: rows! };
  } finally {
    db.close();
  }
}

test("R32 R72 after a kill at any moment, while old entries are recoded too, every acknowledged batch is there, whole and in order, and nothing partial", async () => {
  const random = chance(32);
  const dir = join(root, "data");
  const reference = new Store(join(root, "reference"));
  let written = 0;
  const blocks: number[] = [];
  for (let kill = 0; kill < 12; kill++) {
    const acknowledged = await commitUntilKilled(dir, 1 + random(40), random(3_000));
    const store = new Store(dir);
    const reached = Number(store.reader.setting("batch"));
    assert.ok(reached >= acknowledged, `batch ${acknowledged} was acknowledged and ${reached} is the last there`);
    while (written < reached) assert.deepEqual(reference.commit([{ ticket: ++written, batch: batchOf(written) }]), [null]);
    assert.deepEqual(everything(store), everything(reference));
    assert.equal(store.seq, reference.seq);
    store.close();
    blocks.push(recodedIn(dir).blocks);
  }
  reference.close();
  // The kills are worth something only if they fell between one block and the next.
  assert.ok(new Set(blocks).size > 5, `blocks after each kill: ${blocks.join(" ")}`);
  assert.ok(recodedIn(dir).rows < written / 2);
  const verified = await verifyRecord(dir);
  assert.deepEqual([verified.ok, verified.problems, verified.batches, verified.turns], [true, [], written, turnsThrough(written)]);
});
