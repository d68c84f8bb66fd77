import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { verifyRecord } from "../../record/verify.ts";
import { Store } from "./store.ts";
import { batchOf, chance, everything, turnsThrough } from "./testing.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-crash-"));
after(() => rmSync(root, { recursive: true, force: true }));

const child = fileURLToPath(new URL("./crash-child.ts", import.meta.url));

/** Lets a process commit until it is killed, `acknowledged` batches after its first; gives the last it was told of. */
function commitUntilKilled(dir: string, acknowledged: number, afterMicroseconds: number): Promise<number> {
  const running = spawn(process.execPath, [...process.execArgv, child, dir, "4"], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  let killing = false;
  running.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (killing || output.split("\n").length <= acknowledged) return;
    killing = true;
    // Somewhere within a commit, and not always right after an answer.
    const until = performance.now() + afterMicroseconds / 1_000;
    while (performance.now() < until);
    running.kill("SIGKILL");
  });
  return new Promise((resolve) => running.once("close", () => resolve(Number(output.trimEnd().split("\n").at(-1)))));
}

test("R32 after a kill at any moment every acknowledged batch is there, whole and in order, and nothing partial", async () => {
  const random = chance(32);
  const dir = join(root, "data");
  const reference = new Store(join(root, "reference"));
  let written = 0;
  for (let kill = 0; kill < 20; kill++) {
    const acknowledged = await commitUntilKilled(dir, 1 + random(40), random(3_000));
    const store = new Store(dir);
    const reached = Number(store.reader.setting("batch"));
    assert.ok(reached >= acknowledged, `batch ${acknowledged} was acknowledged and ${reached} is the last there`);
    while (written < reached) assert.deepEqual(reference.commit([{ ticket: ++written, batch: batchOf(written) }]), [null]);
    assert.deepEqual(everything(store), everything(reference));
    assert.equal(store.seq, reference.seq);
    store.close();
  }
  reference.close();
  const verified = await verifyRecord(dir);
  assert.deepEqual([verified.ok, verified.problems, verified.batches, verified.turns], [true, [], written, turnsThrough(written)]);
});
