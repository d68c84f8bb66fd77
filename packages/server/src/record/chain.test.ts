import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { batchHash, type Entry, entryHash, genesis, imageLink, rowSum, toHex, turnHash } from "./chain.ts";

const entry = fc.record({
  map: fc.string({ unit: "binary" }),
  tick: fc.nat(),
  kind: fc.constantFrom("keyframe" as const, "tick" as const),
  bytes: fc.uint8Array({ maxLength: 8 }),
});

test("R33 two different entries never hash alike, and the same entry after another one hashes differently", () => {
  fc.assert(
    fc.property(entry, entry, (a, b) => {
      const same = a.map === b.map && a.tick === b.tick && a.kind === b.kind && Buffer.compare(a.bytes, b.bytes) === 0;
      assert.equal(toHex(entryHash(genesis, a)) === toHex(entryHash(genesis, b)), same);
      assert.notEqual(toHex(entryHash(entryHash(genesis, a), b)), toHex(entryHash(genesis, b)));
    }),
  );
});

test("R33 what is in the bytes cannot pass for what is in the header", () => {
  const split = (map: string, text: string): Entry => ({ map, tick: 1, kind: "tick", bytes: new TextEncoder().encode(text) });
  assert.notEqual(toHex(entryHash(genesis, split("a", "bc"))), toHex(entryHash(genesis, split("ab", "c"))));
  assert.notEqual(rowSum("logs", ["a", "b,c"]), rowSum("logs", ["a,b", "c"]));
});

const column = fc.oneof(
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.constantFrom("1", "1:1", "|", "null", "|1:1"),
  fc.integer(),
  fc.constant(null),
);

test("R33 two different rows never have the same sum, and half a character counts as it will be read back", () => {
  const row = fc.array(column, { maxLength: 4 });
  const asStored = (columns: readonly unknown[]) => columns.map((each) => (typeof each === "string" ? each.toWellFormed() : each));
  fc.assert(
    fc.property(row, row, (a, b) => {
      assert.equal(rowSum("logs", a) === rowSum("logs", b), isDeepStrictEqual(asStored(a), asStored(b)));
    }),
  );
  assert.equal(rowSum("logs", ["a\ud800b"]), rowSum("logs", ["a\ufffdb"]));
});

test("R34 the hashes of this version stay what they are", () => {
  const bytes = new TextEncoder().encode("what happened");
  const link = entryHash(genesis, { map: "harbour/town", tick: 7, kind: "tick", bytes });
  assert.equal(toHex(link), "ee72f6a669d52de74f1bfdf51a7d773b0d88b115986e5978f5f9671d5eda7af3");
  assert.equal(
    toHex(turnHash({ program: "baker", start: 1, turn: 2, tick: 7, throughSeq: 3, bytes })),
    "6b37e5c90c12ac9516eb6516c7ede2e96fa167136b6765b420669593be7c59ff",
  );
  assert.equal(
    toHex(imageLink({ program: "baker", start: 1, turn: 2, hash: "00", template: "01", anew: false })),
    "fd804b61fb5f9ff768f115e7a7e965c07eb949ace3b8a26b7e92ef89ea7ac011",
  );
  assert.equal(toHex(batchHash(genesis, 1, [link])), "cc0a7985ab31eb34be2984bb03f47ef108a7a50c320406d28e03589e5438d446");
  assert.equal(rowSum("settings", ["key", "value"]), "8d9aae9254b007e234f0c37b1df02a92");
});
