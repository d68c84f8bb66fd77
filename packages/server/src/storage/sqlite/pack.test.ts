import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommitBatch } from "../contract.ts";
import { grounds, image, record, turn } from "../testing/rows.ts";
import { packBatch, packRows, unpackBatch, unpackRows } from "./pack.ts";

const whole: Required<CommitBatch> = {
  records: [record("town", 1), record("inn", 1, "")],
  keyframes: [record("town", 1, "all of it")],
  programs: [{ program: "baker", state: "{}" }],
  turns: [turn("baker", 1, 3), turn("smith", 2)],
  grounds,
  images: [image("baker", 1), image("smith", 2, true)],
  deliveries: [{ program: "baker", seq: 4, tick: 1, json: "[]" }],
  memories: [{ who: "ann", seq: 1, now: 0.5, json: "1" }],
  logs: [{ program: "baker", now: 1, level: "host", text: "hm" }],
  settings: [{ key: "a", value: "" }],
};

test("R5 every column of every kind of row comes through to the storage thread, and its bytes are a copy", () => {
  const { rows, bytes } = packBatch(whole);
  const received = unpackBatch(structuredClone({ rows, bytes }, { transfer: [bytes.buffer] }));
  assert.deepEqual(received, whole);
  assert.equal(bytes.byteLength, 0);
  assert.deepEqual(unpackBatch(packBatch({})), {});
  assert.deepEqual(unpackBatch(packBatch({ turns: [] })), { turns: [] });
});

test("R5 what is read of all programs comes back as it was", () => {
  assert.deepEqual(unpackRows("programs", packRows("programs", whole.programs)), whole.programs);
  assert.deepEqual(unpackRows("deliveries", packRows("deliveries", whole.deliveries)), whole.deliveries);
});
