import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import fc from "fast-check";
import {
  base,
  codeOf,
  dawn,
  fresh,
  good,
  Guest,
  heapOf,
  loadOf,
  openPager,
  restored,
  startInput,
  templatesOf,
  turnInput,
} from "../testing/guest.ts";
import { heard } from "../testing/percepts.ts";
import { applyDelta, encodeDelta } from "./delta.ts";
import { openPayload, readEnvelope } from "./envelope.ts";
import { differing, granuleBytes, putBack } from "./granules.ts";

const source = `const heap = Array.from({ length: 500 }, (_, i) => ({ i, text: "word " + i })); me.on("heard", () => heap.push({ i: heap.length }));`;
const code = codeOf(source);
const live = fresh(source);
good(live.run(startInput()));
live.image();
good(live.run(turnInput(2, dawn, [heard("a"), heard("b")])));
const image = live.image();
const bytes = Buffer.from(image.bytes);
const wordsAt = 136;

const codeOfThrown = (run: () => unknown): string => {
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
  const body = Buffer.from(bytes.subarray(0, -32));
  change(body);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
};
/** What comes of waking a program from these bytes and running a turn of it. */
function wake(changed: Uint8Array, of = code): string {
  const pager = openPager();
  pager.addTemplate(templatesOf(live.pager).get(image.template)!);
  const turn = pager.run("p", loadOf(of, changed), JSON.stringify(turnInput(3, dawn, [heard("c")])), false);
  return turn.ok ? "ran" : `${turn.fault.reason}: ${turn.fault.message}`;
}

test("P8 an image with any bit flipped, cut short or made longer is refused as corrupt", () => {
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), fc.constantFrom("flip", "cut", "add"), (at, bit, how) => {
      let damaged = Buffer.from(bytes);
      if (how === "flip") damaged[at]! ^= 1 << bit;
      else damaged = how === "cut" ? damaged.subarray(0, at) : Buffer.concat([damaged, Buffer.alloc(bit + 1)]);
      assert.equal(
        codeOfThrown(() => readEnvelope(damaged)),
        "corrupt",
      );
    }),
    { numRuns: 1000 },
  );
  assert.equal(wake(bytes), "ran");
  assert.match(wake(bytes.subarray(1)), /^image: the image is not an image/);
});

test("P8 an image doctored behind a right hash is refused, or is some heap of its size, and nothing outside is written", () => {
  fc.assert(
    fc.property(fc.integer({ min: 6, max: bytes.length - 33 }), fc.nat(255), (at, byte) => {
      const end = wake(rehashed((body) => (body[at] = byte)));
      assert.match(end, /^(ran$|image:|engine:|time:|threw:|memory:|outcome:)/);
    }),
    { numRuns: 100 },
  );
});

test("P8 no delta, whatever is in it, is written outside the heap it is applied to", () => {
  const around = 4096;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (delta) => {
      const whole = Buffer.alloc(3 * around, 7);
      const end = codeOfThrown(() => applyDelta(delta, whole.subarray(around, 2 * around)));
      assert.ok(end === "ran" || end === "corrupt", end);
      assert.ok(whole.subarray(0, around).every((byte) => byte === 7) && whole.subarray(2 * around).every((byte) => byte === 7));
    }),
    { numRuns: 2000 },
  );
});

test("P9 an image of another version, engine, base, code or template is refused", () => {
  const flipped = (at: number): Buffer => rehashed((body) => (body[at]! ^= 0xff));
  assert.equal(
    codeOfThrown(() => readEnvelope(flipped(4))),
    "unsupported",
  );
  assert.match(wake(flipped(4)), /^image: .* has version/);
  assert.match(wake(flipped(8)), /^image: .* another engine/);
  assert.match(wake(flipped(40)), /^image: .* another base/);
  assert.match(wake(flipped(72)), /^image: .* other code/);
  assert.match(wake(flipped(104)), /^image: .* not known here/);
  assert.match(wake(flipped(wordsAt + 5)), /^image: .* another base/);
  assert.match(wake(bytes, codeOf("// other code")), /^image: .* other code/);
  assert.match(wake(templatesOf(live.pager).get(image.template)!), /^image: .* template/);
});

test("P9 an image of an impossible size or turn is refused before anything of it is opened", () => {
  for (const [at, word] of [
    [wordsAt, 65_535],
    [wordsAt, 0],
    [wordsAt, 1 << 30],
    [wordsAt + 4, 1 << 28],
    [wordsAt + 8, 0],
  ] as const) {
    assert.equal(
      codeOfThrown(() => readEnvelope(rehashed((body) => body.writeUInt32LE(word, at)))),
      "corrupt",
    );
  }
  const tooLarge = rehashed((body) => body.writeUInt32LE(0xffff_ffff, wordsAt + 12));
  assert.equal(
    codeOfThrown(() => openPayload(tooLarge)),
    "corrupt",
  );
});

test("P9 a template is taken only if it is one, sound, and of a base that is known", () => {
  const template = templatesOf(live.pager).get(image.template)!;
  const pager = openPager();
  assert.equal(pager.addTemplate(template), image.template);
  assert.equal(pager.addTemplate(template), image.template);
  assert.equal(
    codeOfThrown(() => pager.addTemplate(bytes)),
    "unsupported",
  );
  assert.equal(
    codeOfThrown(() => pager.addTemplate(template.subarray(0, -1))),
    "corrupt",
  );
  assert.equal(
    codeOfThrown(() => openPager(1, []).addTemplate(template)),
    "unsupported",
  );
});

test("P6 an image holds the whole heap: taken again from what it restores, it is the same", () => {
  const again = restored(source, image);
  assert.deepEqual(again.image(), image);
  assert.deepEqual(readEnvelope(image.bytes).turn, 2);
  good(again.run(turnInput(3, dawn, [heard("c")])));
  assert.notEqual(again.image().hash, image.hash);
});

/** A heap, and another that differs from it in some bytes and perhaps in size. */
const heaps = fc
  .record({
    pages: fc.integer({ min: 1, max: 3 }),
    otherPages: fc.integer({ min: 1, max: 3 }),
    edits: fc.array(fc.tuple(fc.nat(3 * 65_536 - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 60 }),
  })
  .map(({ pages, otherPages, edits }) => {
    const from = Buffer.alloc(pages * 65_536, 3);
    const heap = Buffer.alloc(otherPages * 65_536);
    from.copy(heap);
    for (const [at, byte] of edits) if (at < heap.length) heap[at] = byte;
    return { from, heap };
  });

test("P43 a heap comes back from its difference, and putting it back leaves nothing of it", () => {
  fc.assert(
    fc.property(heaps, ({ from, heap }) => {
      const granules = differing(heap, from);
      const delta = Buffer.from(encodeDelta(heap, from, granules));
      const again = Buffer.alloc(heap.length);
      from.copy(again);
      const untouched = Buffer.from(again);
      applyDelta(delta, again);
      assert.ok(again.equals(heap));
      putBack(again, from, granules);
      assert.ok(again.equals(untouched));
    }),
    { numRuns: 60 },
  );
});

test("P43 the granules in which two heaps differ are exactly those with a byte that differs", () => {
  fc.assert(
    fc.property(heaps, ({ from, heap }) => {
      const expected = new Set<number>();
      for (let at = 0; at < heap.length; at++) if (heap[at] !== (from[at] ?? 0)) expected.add(Math.floor(at / granuleBytes));
      assert.deepEqual(differing(heap, from), [...expected]);
    }),
    { numRuns: 15 },
  );
});

test("P43 an image tells how much of its heap differs from the base, whatever template it stands on", () => {
  const pager = openPager(8);
  for (const seed of [1, 2]) {
    const guest = new Guest(code, null, pager);
    pager.drop("guest");
    good(guest.run(startInput(seed)));
    for (let turn = 2; turn < 40; turn++) {
      const taken = guest.image();
      assert.equal(taken.heapBytes, granuleBytes * differing(heapOf(taken), Buffer.from(base.heap)).length);
      good(
        guest.run(
          turnInput(
            turn,
            dawn,
            Array.from({ length: turn * seed }, () => heard("x")),
          ),
        ),
      );
    }
  }
});
