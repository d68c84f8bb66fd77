import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { BlockReader, type FilmEntry, writeBlocks } from "@elsewhere/protocol";
import { applyRecord, MapState, type WorldMap } from "@elsewhere/world";
import fc from "fast-check";
import { Driver } from "../packages/world/src/testing/drive.ts";
import { asciiMap } from "../packages/world/src/testing/ascii-map.ts";
import { type Deed, randomDays, randomMap } from "../packages/world/src/testing/random-world.ts";
import { Stage } from "../packages/world/src/testing/stage.ts";

const zstd = {
  compress: (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 19 } }),
  decompress: (bytes: Uint8Array, sizeMax: number): Uint8Array => zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, sizeMax) }),
};

/** The record of a random history, with a keyframe every few days. */
function record(map: WorldMap, days: readonly (readonly Deed[])[], keyframeDays: number): FilmEntry[] {
  const driver = new Driver(map);
  const state = MapState.fresh(map, { asleepTicksMax: 8 });
  const entries: FilmEntry[] = [];
  const put = (kind: FilmEntry["kind"], bytes: Uint8Array): void => {
    entries.push({ kind, tick: state.tick, seq: entries.length + 5, batch: 2 * state.tick + 1, bytes });
  };
  put("keyframe", state.keyframe());
  days.forEach((deeds, day) => {
    const { record: bytes } = driver.step(state, driver.inputs(deeds));
    if (bytes) put("tick", bytes);
    if (day % keyframeDays === keyframeDays - 1) put("keyframe", state.keyframe());
  });
  return entries;
}

const plain = (entries: Iterable<FilmEntry>): unknown[] =>
  [...entries].map((entry) => ({ ...entry, bytes: Buffer.from(entry.bytes).toString("latin1") }));

test("Y10 a film gives back every entry of a map's record, byte for byte, and nothing of a world's is kept as it was", () => {
  fc.assert(
    fc.property(randomMap, randomDays, fc.integer({ min: 1, max: 40 }), (map, days, keyframeDays) => {
      const entries = record(map, days, keyframeDays);
      const blocks = writeBlocks(entries, zstd).map(({ bytes }) => new BlockReader(bytes, zstd));
      assert.deepEqual(plain(blocks.flatMap((block) => [...block.entries()])), plain(entries));
      assert.deepEqual(
        blocks.map(({ head }) => head.verbatimCount),
        blocks.map(() => 0),
      );
    }),
    { numRuns: 150, seed: 20261128, endOnFailure: true },
  );
});

test("Y11 the state a film is played on is the map's own at every entry", () => {
  fc.assert(
    fc.property(randomMap, randomDays, (map, days) => {
      const state = MapState.fresh(map, { asleepTicksMax: 8 });
      for (const { bytes } of writeBlocks(record(map, days, 1000), zstd)) {
        for (const step of new BlockReader(bytes, zstd).play()) {
          if (step.kind === "tick") applyRecord(map, state, step.bytes());
          assert.equal(Buffer.from(step.state!.keyframe()).toString(), Buffer.from(state.keyframe()).toString());
        }
      }
    }),
    { numRuns: 100, seed: 20261129, endOnFailure: true },
  );
});

test("Y17 whoever goes on along a path costs less than a tenth of a bit a tick", () => {
  const ground = ".".repeat(80);
  const map = asciiMap(Array.from({ length: 60 }, () => ground).join("\n"));
  const stage = new Stage(map);
  const entries: FilmEntry[] = [];
  const sizeAfter = (ticks: number): number => {
    while (stage.state.tick < ticks) stage.step();
    const told = stage.records.filter(({ tick }) => tick > entries[0]!.tick);
    const all = [...entries, ...told.map(({ tick, bytes }): FilmEntry => ({ kind: "tick", tick, seq: tick, batch: tick, bytes }))];
    return writeBlocks(all, zstd).reduce((sum, { bytes }) => sum + bytes.length, 0);
  };
  for (let i = 0; i < 60; i++) stage.enter(1 + i, 0, i, { speed: 3 });
  entries.push({ kind: "keyframe", tick: stage.state.tick, seq: stage.state.tick, batch: 1, bytes: stage.state.keyframe() });
  for (let i = 0; i < 60; i++) stage.ask(1 + i, { kind: "walk", to: `@79,${59 - i}` });
  const few = sizeAfter(80);
  const many = sizeAfter(380);
  const steps = 60 * 300;
  assert.ok((many - few) * 8 < steps / 10, `${many - few} bytes for ${steps} steps`);
});
