import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import { runElsewhere, type Server, startServer } from "./support/server.ts";
import { yardFolder } from "./support/yard.ts";

const root = await mkdtemp(join(tmpdir(), "elsewhere-fork-"));
after(() => rm(root, { recursive: true }));

const flags = (data: string, seed: number): string[] => [
  ...["--port", "0", "--data", join(root, data)],
  ...["--seed", String(seed), "--lockstep", "--speed", "max"],
];

async function runTo(server: Server, tick: number): Promise<void> {
  while (((await (await fetch(`${server.url}/healthz`)).json()) as { tick: number }).tick < tick)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await server.kill();
}

/** All that happened after one tick and up to another, by map, and the turns of all programs, as they are recorded. */
function recorded(data: string, from: number, to: number): string[] {
  const reader = openRecordReader(join(root, data));
  const within = (tick: number): boolean => tick > from && tick <= to;
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
  const entries = [...reader.entries()].flatMap((each) =>
    each.kind !== "gap" && within(each.tick) ? [`${each.map} ${each.tick} ${each.kind} ${text(each.bytes)}`] : [],
  );
  const turns = [...reader.turns()].flatMap((each) =>
    within(each.tick) ? [`${each.program} ${each.turn} ${each.tick} ${each.throughSeq}`] : [],
  );
  reader.close();
  return [...entries, ...turns];
}

test(
  "R101 a fork with the same seed goes on as its world did, tick by tick, and with another it does not",
  { timeout: 120_000 },
  async () => {
    await runTo(await startServer(["--world", yardFolder, ...flags("yard", 5)]), 400);
    const fork = async (name: string, at: number, seed: number): Promise<string[]> => {
      await runTo(await startServer(["--world", yardFolder, ...flags(name, seed), "--fork", `${join(root, "yard")}@#${at}`]), at + 200);
      return recorded(name, at, at + 200);
    };
    for (const at of [1, 57, 150, 199]) assert.deepEqual(await fork(`same-${at}`, at, 5), recorded("yard", at, at + 200), `tick ${at}`);
    assert.notDeepEqual(await fork("other", 150, 6), recorded("yard", 150, 350));
  },
);
