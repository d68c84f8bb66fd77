import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clampTo, isAtEdge, keyStepMs, marksOf, momentAt, momentOfKey, shareOf, type Span, spanAround } from "./span.ts";

const hour = 3_600_000;
const record: Span = { from: Date.UTC(2030, 2, 21, 6), to: Date.UTC(2030, 2, 24, 18, 30) };

test("K100 a track shows an hour, a day or all of a record, and nothing beyond its ends", () => {
  assert.deepEqual(spanAround("all", record, record.from), record);
  assert.deepEqual(spanAround("day", record, record.to), { from: record.to - 24 * hour, to: record.to });
  assert.deepEqual(spanAround("hour", record, record.from), { from: record.from, to: record.from + hour });
  const short = { from: 0, to: 1000 };
  assert.deepEqual(spanAround("day", short, 500), short);
  fc.assert(
    fc.property(fc.constantFrom("hour", "day", "all"), fc.integer({ min: -1e10, max: 1e10 }), (zoom, offset) => {
      const at = clampTo(record, record.from + offset);
      const shown = spanAround(zoom, record, at);
      assert.ok(shown.from >= record.from && shown.to <= record.to && shown.from <= at && at <= shown.to);
    }),
  );
});

test("K100 the handle and the moment agree, and beyond an end lies that end", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
      const at = momentAt(record, share);
      assert.ok(Math.abs(shareOf(record, at) - share) < 1e-6);
    }),
  );
  assert.equal(momentAt(record, -3), record.from);
  assert.equal(momentAt(record, 2), record.to);
  assert.equal(shareOf({ from: 5, to: 5 }, 5), 1, "a record of one moment ends there");
});

test("K100 a moment at the edge of what is shown moves it on, but not beyond the record", () => {
  const shown = spanAround("hour", record, record.from + 10 * hour);
  assert.equal(isAtEdge(shown, record, shown.from + hour / 2), false);
  assert.equal(isAtEdge(shown, record, shown.from + 60_000), true);
  assert.equal(isAtEdge(shown, record, shown.to + hour), true);
  const first = spanAround("hour", record, record.from);
  assert.equal(isAtEdge(first, record, record.from), false);
});

test("K101 marks are whole days, hours or minutes of world time, no more than fit", () => {
  const days = marksOf(record, 6);
  assert.deepEqual(
    days.map(({ label }) => label),
    ["Fri 22 Mar", "Sat 23 Mar", "Sun 24 Mar"],
  );
  assert.ok(days.every(({ day }) => day));
  const minutes = marksOf(spanAround("hour", record, record.from), 6).map(({ label }) => label);
  assert.deepEqual(minutes, ["06:00", "06:10", "06:20", "06:30", "06:40", "06:50"]);
  const midnight = Date.UTC(2030, 2, 22);
  assert.deepEqual(
    marksOf({ from: midnight - 3 * hour, to: midnight + 3 * hour }, 6).map(({ label }) => label),
    ["21:00", "22:00", "23:00", "Fri 22 Mar", "01:00", "02:00"],
  );
  assert.deepEqual(marksOf({ from: 5, to: 5 }, 6), []);
});

test("K102 arrows, Page Up and Down, Home and End move the handle, other keys do not", () => {
  const shown = spanAround("hour", record, record.from + 10 * hour);
  const at = shown.from + hour / 2;
  assert.equal(keyStepMs(shown), 60_000);
  assert.equal(momentOfKey("ArrowLeft", at, shown, record), at - 60_000);
  assert.equal(momentOfKey("ArrowUp", at, shown, record), at + 60_000);
  assert.equal(momentOfKey("PageDown", at, shown, record), at - 600_000);
  assert.equal(momentOfKey("Home", at, shown, record), record.from);
  assert.equal(momentOfKey("End", at, shown, record), "live");
  assert.equal(momentOfKey("ArrowLeft", record.from, shown, record), record.from);
  assert.equal(momentOfKey("a", at, shown, record), null);
});
