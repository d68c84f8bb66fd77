import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { WorldClock } from "../ticks/clock.ts";
import { parseMoment, type Span, tickAt } from "./moment.ts";

const start = Date.UTC(2026, 2, 1, 6);
const span: Span = {
  firstTick: 10,
  lastTick: 100_000,
  clock: new WorldClock({ tick: 0, now: start, worldMsPerTick: 3_000 }, 100),
};
const tickOf = (text: string): number => tickAt(parseMoment(text, "at"), span, "at");

test("R100 a moment is a tick, world time, a time of day or a while after the start", () => {
  assert.equal(tickOf("#77"), 77);
  assert.equal(tickOf("+90s"), 40);
  assert.equal(tickOf("+89.9s"), 39);
  assert.equal(tickOf("2026-03-01T06:01"), 20);
  assert.equal(tickOf("2026-03-01T06:01:02.999Z"), 20);
  // The record ends on 4 March at 17:20, so that 18:00 was last on the day before.
  assert.equal(tickOf("17:00"), (3 * 86_400_000 + 11 * 3_600_000) / 3_000);
  assert.equal(tickOf("18:00"), (2 * 86_400_000 + 12 * 3_600_000) / 3_000);
});

test("R100 the tick of a moment is the last that had begun by then", () => {
  fc.assert(
    fc.property(fc.integer({ min: 30_000, max: 299_999_999 }), (ms) => {
      const tick = tickOf(new Date(start + ms).toISOString());
      assert.ok(span.clock.at(tick) <= start + ms && start + ms < span.clock.at(tick + 1));
    }),
  );
});

test("R100 what is no moment, or outside the record, is an error that says what there is", () => {
  for (const text of ["", "noon", "#", "#-1", "+9", "25:00", "2026-03", "2026-13-01"]) {
    assert.throws(() => parseMoment(text, "at"), { code: "malformed" }, text);
  }
  assert.throws(() => tickOf("#9"), { code: "unknown", message: /tick 9 is before the record: it goes from tick 10/ });
  assert.throws(() => tickOf("#100001"), { code: "unknown", message: /after the record/ });
  assert.throws(() => tickOf("2026-03-01T06:00"), { code: "unknown", message: /before the record/ });
  assert.throws(() => tickOf("2027-01-01"), { code: "unknown", message: /after the record/ });
});
