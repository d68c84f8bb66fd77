import assert from "node:assert/strict";
import { test } from "node:test";
import { mark, marksBytes } from "./messages.ts";
import { Watchdog } from "./watchdog.ts";

const turnMsMax = 50;
const startMsMax = 500;

/** A worker's clock and processor as the watchdog sees them: looks come every interval, answers at once unless told otherwise. */
class Watched {
  readonly #words: Int32Array;
  readonly #watchdog: Watchdog;
  nowMs = 0;
  cpuMs = 0;

  constructor() {
    const marks = new SharedArrayBuffer(marksBytes);
    this.#words = new Int32Array(marks);
    this.#words[mark.request] = 9;
    this.#watchdog = new Watchdog(marks, turnMsMax, startMsMax);
  }

  begin(start = false): void {
    this.#words[mark.start] = start ? 1 : 0;
    this.#words[mark.beat]!++;
  }

  end(): void {
    this.#words[mark.beat]!++;
  }

  /** Lets time pass, of which the worker's thread gets a share; then one look. The request found to have overrun. */
  pass(ms: number, share = 1, between: () => void = () => {}): number | null {
    this.nowMs += ms;
    this.cpuMs += ms * share;
    const { ask, overrun } = this.#watchdog.look(this.nowMs);
    if (overrun !== null || ask === null) return overrun;
    const answerMs = this.cpuMs;
    between();
    return this.#watchdog.answered(ask, answerMs);
  }

  /** Time passes without an answer from the worker. */
  passUnanswered(ms: number): number | null {
    this.nowMs += ms;
    return this.#watchdog.look(this.nowMs).overrun;
  }

  /** Processor time at which the turn that runs is found to have overrun. */
  foundMs(share = 1): number {
    for (const fromMs = this.cpuMs; this.cpuMs < fromMs + 5000;)
      if (this.pass(this.#watchdog.intervalMs, share) === 9) return this.cpuMs - fromMs;
    throw new Error("never found");
  }
}

test("P32 a turn that overruns is found between one and two budgets, a start by its own budget", () => {
  for (const share of [1, 0.5, 0.01]) {
    const turn = new Watched();
    turn.begin();
    const turnMs = turn.foundMs(share);
    assert.ok(turnMs >= turnMsMax && turnMs <= 2 * turnMsMax, `${turnMs} at ${share}`);
    const first = new Watched();
    first.begin(true);
    const firstMs = first.foundMs(share);
    assert.ok(firstMs >= startMsMax && firstMs <= 2 * startMsMax);
  }
});

test("P32 turns that end are never found, however many there are and however much they use", () => {
  const watched = new Watched();
  for (let i = 0; i < 1000; i++) {
    watched.begin();
    assert.equal(watched.pass(40), null);
    watched.end();
    watched.begin();
    const next = (): void => (watched.end(), watched.begin());
    assert.equal(watched.pass(40, 1, next), null, "an answer that came when the next turn had begun says nothing of that one");
    watched.end();
  }
});

test("P32 time that a turn's thread did not get is not held against it, be the machine busy or asleep", () => {
  const watched = new Watched();
  watched.begin();
  watched.pass(0);
  for (let i = 0; i < 40; i++) assert.equal(watched.pass(10_000, 0.0001), null);
  assert.equal(watched.passUnanswered(3_600_000), null, "a machine that was asleep for an hour");
  assert.equal(watched.pass(5), null);
});

test("P32 what one turn has used is not held against the one that has taken its place when the worker answers", () => {
  const watched = new Watched();
  const next = (): void => (watched.end(), watched.begin());
  watched.begin();
  assert.equal(watched.pass(25), null);
  assert.equal(watched.pass(40), null);
  assert.equal(watched.pass(25, 1, next), null);
  assert.equal(watched.pass(25), null);
});

test("P32 an answer that comes late, in a later turn, is not taken for that turn's", () => {
  const marks = new SharedArrayBuffer(marksBytes);
  const words = new Int32Array(marks);
  const watchdog = new Watchdog(marks, turnMsMax, startMsMax);
  words[mark.beat] = 1;
  const early = watchdog.look(25).ask!;
  words[mark.beat] = 3;
  const { ask } = watchdog.look(50);
  assert.equal(watchdog.answered(early, 0), null);
  assert.equal(watchdog.answered(ask!, 1000), null, "it is the first of its turn");
});

test("P32 a worker that does not answer at all any more is ended in the end", () => {
  const watched = new Watched();
  watched.begin();
  let foundMs: number | null = null;
  for (let i = 0; i < 1000 && foundMs === null; i++) if (watched.passUnanswered(25) === 9) foundMs = watched.nowMs;
  assert.ok(foundMs !== null && foundMs > 20 * turnMsMax);
});
