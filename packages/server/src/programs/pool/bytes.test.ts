import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteStore } from "./bytes.ts";

test("P53 byte strings of any size come back as they were put, whatever was put and freed between", () => {
  const size = fc.oneof(fc.nat(300), fc.nat(9_000), fc.nat(200_000));
  const step = fc.oneof(fc.record({ put: size }), fc.record({ free: fc.nat(1000) }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const store = new ByteStore();
      const kept: { at: number; bytes: Uint8Array }[] = [];
      let fill = 0;
      for (const each of steps) {
        if ("put" in each) {
          const bytes = new Uint8Array(each.put).fill((fill = (fill % 255) + 1));
          kept.push({ at: store.put(bytes), bytes });
        } else if (kept.length > 0) store.free(kept.splice(each.free % kept.length, 1)[0]!.at);
        for (const { at, bytes } of kept) assert.equal(Buffer.compare(store.view(at, bytes.length), bytes), 0);
      }
      while (kept.length > 0) store.free(kept.pop()!.at);
      assert.equal(store.pagesBytes, 0);
    }),
    { numRuns: 60 },
  );
});

test("P53 what is kept costs an eighth more than its bytes at most, beside one page a size", () => {
  const store = new ByteStore();
  let bytes = 0;
  for (let i = 0; i < 20_000; i++) {
    const length = 320 + ((i * 7919) % 5000);
    store.put(new Uint8Array(length));
    bytes += length;
  }
  assert.ok(store.pagesBytes < bytes * 1.125 + 64 * 65_536, `${store.pagesBytes} for ${bytes}`);
});
