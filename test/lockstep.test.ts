import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import { startServer } from "./support/server.ts";
import { yardFolder } from "./support/yard.ts";

const ticks = 300;

/** Runs the yard with a seed until `ticks` are durable and gives a hash over all that was recorded by then. */
async function recordOf(seed: number, speed: string): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), "elsewhere-lockstep-"));
  const server = await startServer([
    "--port",
    "0",
    "--world",
    yardFolder,
    "--data",
    data,
    "--seed",
    String(seed),
    "--lockstep",
    "--speed",
    speed,
  ]);
  while (((await (await fetch(`${server.url}/healthz`)).json()) as { tick: number }).tick < ticks)
    await new Promise((resolve) => setTimeout(resolve, 50));
  await server.kill();
  const reader = openRecordReader(data);
  const hash = createHash("sha256");
  for (const entry of reader.entries()) {
    if (entry.kind !== "gap" && entry.tick <= ticks) hash.update(`${entry.map} ${entry.tick} ${entry.kind}\n`).update(entry.bytes);
  }
  for (const { program, turn, tick, bytes } of reader.turns()) if (tick <= ticks) hash.update(`${program} ${turn} ${tick}\n`).update(bytes);
  reader.close();
  await rm(data, { recursive: true });
  return hash.digest("hex");
}

test("D7 in lockstep the same seed gives the same record and the same transcripts, at any speed", { timeout: 120_000 }, async () => {
  const first = await recordOf(5, "max");
  assert.equal(await recordOf(5, "20"), first);
  assert.notEqual(await recordOf(6, "max"), first, "another seed is another world");
});
