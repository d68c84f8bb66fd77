import assert from "node:assert/strict";
import { test } from "node:test";
import { mark, marksBytes } from "./messages.ts";
import { Watchdog } from "./watchdog.ts";

const turnMsMax = 50;
const startMsMax = 500;

function watched(): { watchdog: Watchdog; begin: (start?: boolean) => void; end: () => void } {
  const marks = new SharedArrayBuffer(marksBytes);
  const words = new Int32Array(marks);
  words[mark.request] = 9;
  return {
    watchdog: new Watchdog(marks, turnMsMax, startMsMax),
    begin: (start = false) => {
      words[mark.start] = start ? 1 : 0;
      words[mark.beat]!++;
    },
    end: () => void words[mark.beat]!++,
  };
}

/** Looks every interval from `fromMs` on; returns when the turn was found to have overrun. */
function lookUntil(watchdog: Watchdog, fromMs: number, untilMs: number, everyMs = watchdog.intervalMs): number | null {
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += everyMs) if (watchdog.look(nowMs) !== null) return nowMs;
  return null;
}

test("P32 a turn that overruns is found between one and two budgets, a start by its own budget", () => {
  const { watchdog, begin } = watched();
  lookUntil(watchdog, 0, 100);
  begin();
  const foundMs = lookUntil(watchdog, 110, 1000)!;
  assert.ok(foundMs - 110 >= turnMsMax && foundMs - 110 <= 2 * turnMsMax);
  const other = watched();
  other.begin(true);
  const startFoundMs = lookUntil(other.watchdog, 0, 5000)!;
  assert.ok(startFoundMs >= startMsMax && startFoundMs <= 2 * startMsMax);
});

test("P32 turns that end are never found, however many there are", () => {
  const { watchdog, begin, end } = watched();
  for (let nowMs = 0; nowMs < 10_000; nowMs += watchdog.intervalMs) {
    begin();
    assert.equal(watchdog.look(nowMs), null);
    end();
    begin();
    assert.equal(watchdog.look(nowMs + 1), null);
    end();
  }
});

test("P32 time in which the machine stood still is not held against a turn", () => {
  const { watchdog, begin } = watched();
  begin();
  watchdog.look(0);
  assert.equal(watchdog.look(10_000), null);
  assert.equal(watchdog.look(20_000), 9, "but a turn that is there at every look is found, late as they are");
});
