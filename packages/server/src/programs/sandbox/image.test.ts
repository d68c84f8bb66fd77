import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import fc from "fast-check";
import { base, dawn, fresh, good, heard, program, restored, sha256, startInput, turnInput } from "../testing/support.ts";
import { apply, difference } from "./granules.ts";
import { decodeImage, hashHeap } from "./image.ts";
import { LiveProgram } from "./live.ts";

const code = `const heap = Array.from({ length: 500 }, (_, i) => ({ i, text: "word " + i })); me.on("heard", () => heap.push({ i: heap.length }));`;
const live = fresh(code);
good(live.run(startInput()));
const image = live.image();

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof ElsewhereError) return error.code;
    throw error;
  }
  return "ran";
};
/** The image with `change` made to it and its own hash made right again. */
const rehashed = (change: (body: Buffer) => void): Buffer => {
  const body = Buffer.from(image.subarray(0, -32));
  change(body);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
};

test("P8 an image with any bit flipped, cut short or made longer is refused as corrupt", () => {
  fc.assert(
    fc.property(fc.nat(image.length - 1), fc.nat(7), fc.constantFrom("flip", "cut", "add"), (at, bit, how) => {
      let damaged = Buffer.from(image);
      if (how === "flip") damaged[at]! ^= 1 << bit;
      else damaged = how === "cut" ? damaged.subarray(0, at) : Buffer.concat([damaged, Buffer.alloc(bit + 1)]);
      assert.equal(
        codeOf(() => restored(code, damaged)),
        "corrupt",
      );
    }),
    { numRuns: 1000 },
  );
});

test("P8 an image doctored behind a right hash still writes nowhere outside its memory", () => {
  fc.assert(
    fc.property(fc.integer({ min: 104, max: image.length - 33 }), fc.nat(255), (at, byte) => {
      const doctored = rehashed((body) => (body[at] = byte));
      assert.ok(["corrupt", "unsupported", "ran"].includes(codeOf(() => restored(code, doctored))));
    }),
    { numRuns: 300 },
  );
  const memory = new Uint8Array(4096);
  const outside = { memoryBytes: 4096, runs: Uint32Array.of(60, 8), bytes: new Uint8Array(512).fill(1) };
  assert.equal(
    codeOf(() => apply(outside, memory, 0)),
    "corrupt",
  );
  assert.equal(
    codeOf(() => apply({ ...outside, runs: Uint32Array.of(1, 8) }, memory, 1024)),
    "corrupt",
  );
  assert.ok(memory.every((byte) => byte === 0));
});

test("P9 an image of another version, engine, base or code is refused as unsupported", () => {
  for (const at of [4, 8, 40, 72])
    assert.equal(
      codeOf(() =>
        restored(
          code,
          rehashed((body) => (body[at]! ^= 0xff)),
        ),
      ),
      "unsupported",
    );
  assert.equal(
    codeOf(() => restored("// other code", image)),
    "unsupported",
  );
});

test("P6 an image holds the whole heap: taken again from what it restores, it is the same", () => {
  assert.deepEqual(Buffer.from(restored(code, image).image()), Buffer.from(image));
  const { difference: granules, turn } = decodeImage(image, { base: base(), codeHash: sha256(program(code)) });
  assert.equal(turn, 1);
  const { heapHash } = good(LiveProgram.fresh(base(), program(code), sha256(program(code))).run(startInput()));
  assert.equal(hashHeap(base(), granules), heapHash);
});

test("P6 the heap hash tells any two heaps apart that differ in a byte above the stack, and no others", () => {
  const { memory, stackPointer } = base();
  const changed = Uint8Array.from(memory);
  const hash = (): string => hashHeap(base(), difference(memory, changed, stackPointer));
  const same = hash();
  changed[stackPointer - 1]! ^= 1;
  assert.equal(hash(), same);
  for (const at of [stackPointer, stackPointer + 65, memory.length - 1]) {
    changed[at]! ^= 1;
    assert.notEqual(hash(), same);
    changed[at]! ^= 1;
  }
  assert.equal(hash(), same);
});

test("P5 a heap that grew goes on from its image, and one that grew larger still has the memory it needs", () => {
  const growing = `const kept = []; me.on("heard", ({ text }) => { for (let i = 0; i < 2000; i++) kept.push({ text, i }); console.log(kept.length); });`;
  const one = fresh(growing);
  good(one.run(startInput()));
  for (let turn = 2; turn < 6; turn++) good(one.run(turnInput(turn, dawn, [heard("more")])));
  const other = restored(growing, one.image());
  const next = turnInput(6, dawn, [heard("again")]);
  assert.deepEqual(good(other.run(next)), good(one.run(next)));
});
