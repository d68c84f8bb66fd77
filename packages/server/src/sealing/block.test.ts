import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import fc from "fast-check";
import { code } from "../storage/testing/rows.ts";
import { openSealedBlock, sealBlock, spanOf } from "./block.ts";
import { placeKey } from "./place-key.ts";

const [cellar, attic] = await Promise.all([placeKey("inn", "cellar", "below"), placeKey("inn", "attic", "above")]);
const span = { fromTick: 700, throughTick: 1_300 };

test("Z27 a block opens to the same film and tells its ticks without a key", async () => {
  const film = fc.oneof(fc.uint8Array({ maxLength: 3_000, size: "max" }), fc.constant(new Uint8Array(200_000).fill(3)));
  const ticks = fc.tuple(fc.maxSafeNat(), fc.maxSafeNat()).map((pair) => pair.sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(film, ticks, async (film, [fromTick, throughTick]) => {
      const of = { fromTick, throughTick };
      const block = await sealBlock(cellar.recipient, of, film);
      assert.deepEqual([spanOf(block), await openSealedBlock(cellar.identity, block)], [of, film]);
    }),
    { numRuns: 50 },
  );
});

test("Z28 a block opens with its place's key alone, with no bit changed, and as of no other ticks", async () => {
  const block = await sealBlock(cellar.recipient, span, new Uint8Array(10).fill(1));
  await assert.rejects(openSealedBlock(attic.identity, block), code("forbidden"));
  const refused = (error: unknown) => error instanceof ElsewhereError && ["corrupt", "forbidden", "unsupported"].includes(error.code);
  // Every bit of what age writes before the film, and every 13th of the film: its tag is over all of them alike.
  for (let bit = 0; bit < block.length * 8; bit += bit < 250 * 8 ? 1 : 13) {
    const other = Uint8Array.from(block);
    other[bit >> 3]! ^= 1 << (bit & 7);
    await assert.rejects(openSealedBlock(cellar.identity, other), bit < 8 ? code("unsupported") : refused, `bit ${bit}`);
  }
  for (let end = 0; end < block.length; end += 7) await assert.rejects(openSealedBlock(cellar.identity, block.subarray(0, end)), refused);
  assert.throws(() => spanOf(Uint8Array.of(1, 5, 4)), code("corrupt"));
  assert.throws(() => spanOf(Uint8Array.of(1, 5)), code("corrupt"));
  assert.throws(() => spanOf(new Uint8Array(0)), code("corrupt"));
  assert.throws(() => spanOf(Uint8Array.of(2, 4, 5)), code("unsupported"));
});

test("Z29 of films of one class of size the blocks are as long as each other, whatever is in them", async () => {
  const lengthOf = async (film: Uint8Array) => (await sealBlock(cellar.recipient, span, film)).length;
  const quiet = await lengthOf(new Uint8Array(0));
  const busy = await Promise.all([1, 300, 700, 1_014].map((bytes) => lengthOf(new Uint8Array(bytes).fill(bytes))));
  assert.deepEqual(new Set([quiet, ...busy]), new Set([quiet]));
  assert.deepEqual([quiet, (await lengthOf(new Uint8Array(1_020))) - quiet], [1_229, 64]);
});
