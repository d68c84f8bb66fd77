import assert from "node:assert/strict";
import { test } from "node:test";
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

test("R34 the hashes of this version stay what they are", () => {
  const bytes = new TextEncoder().encode("what happened");
  const link = entryHash(genesis, { map: "harbour/town", tick: 7, kind: "tick", bytes });
  assert.equal(toHex(link), "ee72f6a669d52de74f1bfdf51a7d773b0d88b115986e5978f5f9671d5eda7af3");
  assert.equal(
    toHex(turnHash({ program: "baker", start: 1, turn: 2, tick: 7, throughSeq: 3, bytes })),
    "6b37e5c90c12ac9516eb6516c7ede2e96fa167136b6765b420669593be7c59ff",
  );
  assert.equal(
    toHex(imageLink({ program: "baker", start: 1, turn: 2, hash: "00" })),
    "2c728c3e43fcb58a33105a114986abf31c6ad625a84af17e0e11b1f6adb70488",
  );
  assert.equal(toHex(batchHash(genesis, 1, [link])), "cc0a7985ab31eb34be2984bb03f47ef108a7a50c320406d28e03589e5438d446");
  assert.equal(rowSum("settings", ["key", "value"]), "59bda27175fd49f7795c501694f49f09");
});
