/** Recordings of this version and of earlier ones: each is opened, verified and replayed, and its world goes on. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { verifyRecord } from "../packages/server/src/record/verify.ts";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import { loadFrom, runOn } from "./support/recorded.ts";
import { give, unpack } from "./support/recording.ts";

const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "elsewhere-recordings-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** So many ticks a recorded world goes on. */
const ticksOn = 40;

const folders = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());

for (const { name } of folders) {
  test(`R119 ${name} verifies, and is replayed from blocks and rows to the states, chains and words it was recorded with`, async () => {
    const { maps } = await loadFrom(join(fixtures, name, "world"));
    const directory = join(root, name);
    const expected = unpack(join(fixtures, name), directory);
    const reader = openRecordReader(directory);
    const kinds = (await reader.stretch(maps[0]!.name, 0))!.stored;
    const last = (await reader.stretch(maps[0]!.name, expected.tick))!.stored;
    reader.close();
    assert.ok("block" in kinds && "rows" in last, "some of it is in blocks, and some is not");
    assert.deepEqual(await give(directory, maps, Object.keys(expected.memories)), expected);
  });

  test(`R120 the world of ${name} goes on, and each program from the image it was left with`, async () => {
    const loaded = await loadFrom(join(fixtures, name, "world"));
    const directory = join(root, `${name}-on`);
    const expected = unpack(join(fixtures, name), directory);
    const running = await runOn(directory, loaded);
    await running.reached(expected.tick + ticksOn);
    const { programs } = await running.host.view.programs({ order: "name", offset: 0, itemsMax: 100, search: "" });
    const logs = await Promise.all(Object.keys(expected.programs).map((program) => running.storage.log(program, 100)));
    await running.close();
    const alive = Object.fromEntries(Object.keys(expected.programs).map((program) => [program, "running"]));
    assert.deepEqual(Object.fromEntries(programs.map(({ program, status }) => [program, status])), alive);
    assert.deepEqual(logs.flat(), [], "no heap was lost");
    const reader = openRecordReader(directory);
    const turns = new Map<string, number>();
    for (const { program, turn } of reader.turns()) turns.set(program, turn);
    reader.close();
    for (const [program, { turn }] of Object.entries(expected.programs))
      assert.ok(turns.get(program)! > turn, `${program} has taken no turn`);
    assert.ok((await verifyRecord(directory)).ok);
  });
}
