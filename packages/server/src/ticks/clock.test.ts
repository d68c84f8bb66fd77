import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ClockHistory, type ClockSetting, WorldClock } from "./clock.ts";

/** Starts of a world, each after so many ticks of the one before, with days of another length. */
const starts = fc.array(
  fc.record({ ticks: fc.integer({ min: 1, max: 100_000 }), dayMinutes: fc.double({ min: 0.5, max: 1440, noNaN: true }) }),
  {
    minLength: 1,
    maxLength: 6,
  },
);

test("D60 D10 the time of every tick is what it was when it ran, and leads back to that tick, however often the clock is set", () => {
  fc.assert(
    fc.property(starts, fc.integer({ min: -3e12, max: 3e12 }), (all, startMs) => {
      let kept: readonly ClockSetting[] = [];
      let tick = 0;
      const lived: { readonly tick: number; readonly now: number }[] = [];
      for (const { ticks, dayMinutes } of all) {
        const clock = WorldClock.resume(kept.at(-1) ?? null, tick, { startMs, tickMs: 100, dayMinutes });
        kept = ClockHistory.of(kept, clock.setting).settings;
        for (const after of [1, Math.ceil(ticks / 2), ticks]) lived.push({ tick: tick + after, now: clock.at(tick + after) });
        tick += ticks;
      }
      const history = new ClockHistory(kept);
      for (const one of lived) {
        assert.equal(history.at(one.tick), one.now);
        assert.equal(history.tickAt(one.now), one.tick);
        assert.equal(history.tickAt(one.now - 1), one.tick - 1);
      }
    }),
    // The time of its last tick lies half between two milliseconds.
    { examples: [[[{ ticks: 42_643, dayMinutes: 1.4046053932291538 }], 0]] },
  );
});

test("D60 a clock that is set as it was is not written down again", () => {
  const setting = { tick: 5, now: 1_000, worldMsPerTick: 60 };
  assert.deepEqual(ClockHistory.of([setting], setting).settings, [setting]);
  assert.equal(new ClockHistory([setting]).tickAt(-1e15), 0);
});
