import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ElsewhereError } from "../errors.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

test("Y2 numbers and texts read as they were written, and what was taken out stays when the writer grows", () => {
  const whole = fc.oneof(fc.nat(300), fc.maxSafeNat());
  const items = fc.array(fc.tuple(whole, fc.maxSafeInteger(), fc.double({ noNaN: true }), fc.string({ unit: "grapheme" })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(items, (list) => {
      const out = new ByteWriter(1);
      const taken = list.map(([number, , , text]) => {
        const start = out.length;
        out.varint(number);
        out.text(text);
        return out.since(start);
      });
      const start = out.length;
      for (const [, signed, float] of list) {
        out.signed(Math.trunc(signed / 2));
        out.float(float);
      }
      list.forEach(([number, , , text], i) => {
        const from = new ByteReader(taken[i]!);
        assert.deepEqual([from.varint(), from.text(), from.done], [number, text.toWellFormed(), true]);
      });
      const from = new ByteReader(out.since(start));
      for (const [, signed, float] of list) assert.deepEqual([from.signed() + 0, from.float()], [Math.trunc(signed / 2) + 0, float]);
    }),
  );
});

test("Y2 copies are the same, short or long", () => {
  for (const length of [0, 1, 64, 65, 1_000]) {
    const [from, to] = [new ByteWriter(8), new ByteWriter(8)];
    for (let i = 0; i < length; i++) from.byte(i & 0xff);
    to.byte(7);
    to.copy(from, 0, length);
    assert.deepEqual([...to.since(1)], [...from.since(0)]);
  }
});

test("Y2 bytes that end too soon, count too much or are no text are refused by name", () => {
  const refused = (bytes: number[], read: (from: ByteReader) => unknown): void => {
    assert.throws(
      () => read(new ByteReader(Uint8Array.from(bytes))),
      (error) => error instanceof ElsewhereError && error.code === "malformed",
    );
  };
  refused([], (from) => from.byte());
  refused([0x80], (from) => from.varint());
  refused(
    Array.from({ length: 9 }, () => 0xff),
    (from) => from.varint(),
  );
  refused([1, 2, 3], (from) => from.float());
  refused([5, 65], (from) => from.text());
  refused([1, 0xff], (from) => from.text());
  refused([0xff, 0x7f, 0], (from) => from.count(1));
});
