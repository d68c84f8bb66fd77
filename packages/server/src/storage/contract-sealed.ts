/** What every backend must do with the streams of hidden rooms and with settings that go away, as tests. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStretch } from "../record/past.ts";
import type { CommitBatch, Storage } from "./contract.ts";
import { code, record, textOf } from "./testing/rows.ts";

const stream = "~0123456789abcdef0123";

export function sealedTests(open: () => Promise<{ readonly storage: Storage }>): void {
  test("Z60 a setting that is removed is gone, and can be put again", async () => {
    const { storage } = await open();
    const put = async (...rows: readonly (readonly [key: string, value: string | null])[]): Promise<void> => {
      await storage.commit({ settings: rows.map(([key, value]) => ({ key, value })) });
    };
    await put(["a", "1"], ["b", "2"]);
    await put(["a", null], ["c", null]);
    assert.deepEqual([await storage.setting("a"), await storage.setting("b"), await storage.setting("c")], [null, "2", null]);
    await put(["a", "3"], ["b", null], ["b", "4"], ["c", "5"], ["c", null]);
    assert.deepEqual([await storage.setting("a"), await storage.setting("b"), await storage.setting("c")], ["3", "4", null]);
  });

  test("Z61 the blocks of a sealed stream are read like keyframes of a map: the newest, and the last up to a tick", async () => {
    const { storage } = await open();
    await storage.commit({ keyframes: [record("town", 0)], records: [record("town", 1)] });
    await storage.commit({ keyframes: [record(stream, 600, "sealed 600")], records: [record("town", 600)] });
    await storage.commit({ keyframes: [record(stream, 900, "sealed 900"), record(stream, 1_200, "sealed 1200")] });
    const recovered = await storage.recover(stream);
    assert.deepEqual([recovered?.keyframe.tick, textOf(recovered!.keyframe.bytes), recovered?.records], [1_200, "sealed 1200", []]);
    assert.deepEqual(
      await storage.stretches(stream),
      [600, 900, 1_200].map((tick) => ({ fromTick: tick, lastTick: tick, kept: "all" })),
    );
    const read = async (tick: number) => {
      const stretch = await storage.stretch(stream, tick);
      return stretch && [stretch.fromTick, stretch.nextTick, textOf(openStretch(stretch).keyframe.bytes)];
    };
    assert.equal(await read(599), null);
    assert.deepEqual(await read(600), [600, 900, "sealed 600"]);
    assert.deepEqual(await read(1_199), [900, 1_200, "sealed 900"]);
    assert.deepEqual(await read(5_000), [1_200, null, "sealed 1200"]);
    assert.equal(storage.seq, 6);
  });

  const refused: readonly (readonly [string, CommitBatch])[] = [
    ["a tick", { records: [record(stream, 700)] }],
    ["a block before the last one", { keyframes: [record(stream, 599)] }],
  ];
  for (const [what, batch] of refused) {
    test(`Z61 ${what} is refused in a sealed stream, and nothing of its batch is stored`, async () => {
      const { storage } = await open();
      await storage.commit({ keyframes: [record(stream, 600)], settings: [{ key: "a", value: "1" }] });
      await assert.rejects(storage.commit({ ...batch, settings: [{ key: "a", value: null }] }), code("malformed"));
      assert.deepEqual([(await storage.stretches(stream)).length, await storage.setting("a"), storage.seq], [1, "1", 1]);
    });
  }
}
