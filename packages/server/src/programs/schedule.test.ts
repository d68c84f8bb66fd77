import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MinHeap } from "./min-heap.ts";
import { Schedule, type Scheduled } from "./schedule.ts";

class Sleeper implements Scheduled {
  queued = false;
  sleepsUntil: number | null = null;
  readonly name: number;
  constructor(name: number) {
    this.name = name;
  }
}

const byNumber = (a: number, b: number): number => a - b;

function takeAll(schedule: Schedule<Sleeper>): number[] {
  const names: number[] = [];
  for (let next = schedule.take(); next !== null; next = schedule.take()) names.push(next.name);
  return names;
}

test("P34 the heap gives the least key first, whatever order they came in, and forgets what is not kept", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), (keys) => {
      const heap = new MinHeap<number>();
      for (const key of keys) heap.push(key, key);
      heap.retain((item) => item % 3 !== 0);
      const given: number[] = [];
      for (let item = heap.pop(); item !== undefined; item = heap.pop()) given.push(item);
      assert.deepEqual(
        given,
        keys.filter((key) => key % 3 !== 0).sort((a, b) => a - b),
      );
    }),
  );
});

test("P34 a sleeper wakes at the time it was last given and at no other", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(4), fc.option(fc.nat(20))), { maxLength: 60 }), (moves) => {
      const sleepers = Array.from({ length: 5 }, (_, name) => new Sleeper(name));
      const schedule = new Schedule<Sleeper>();
      const until = new Map<number, number>();
      moves.forEach(([name, after], now) => {
        schedule.advance(now, 0);
        const due = [...until].filter(([, at]) => at <= now).map(([each]) => each);
        assert.deepEqual(takeAll(schedule).toSorted(byNumber), due.toSorted(byNumber));
        for (const each of due) until.delete(each);
        schedule.sleep(sleepers[name]!, after === null ? null : now + after);
        if (after === null) until.delete(name);
        else until.set(name, now + after);
      });
    }),
  );
});

test("P34 sleepers are not looked at until they are due, and times that no longer count do not pile up", () => {
  let looks = 0;
  class Watched extends Sleeper {
    #until: number | null = null;
    // @ts-expect-error An accessor takes the place of the field, to count who looks.
    override get sleepsUntil(): number | null {
      looks++;
      return this.#until;
    }
    override set sleepsUntil(until: number | null) {
      this.#until = until;
    }
  }
  const schedule = new Schedule<Sleeper>();
  const sleepers = Array.from({ length: 1_000 }, (_, name) => new Watched(name));
  for (const sleeper of sleepers) schedule.sleep(sleeper, 1_000_000 + sleeper.name);
  looks = 0;
  for (let now = 0; now < 1_000; now++) schedule.advance(now, now);
  assert.equal(looks, 0);
  schedule.advance(1_000_000, 0);
  assert.deepEqual(takeAll(schedule), [0]);
  assert.ok(looks < 10, `${looks} looks for one who was due`);
});

test("P35 who is due is taken in the order in which they became due, and stands in the queue once", () => {
  const schedule = new Schedule<Sleeper>();
  const sleepers = Array.from({ length: 4 }, (_, name) => new Sleeper(name));
  schedule.wake(sleepers[2]!);
  schedule.wake(sleepers[0]!);
  schedule.wake(sleepers[2]!);
  schedule.wait(sleepers[1]!, 50);
  schedule.advance(0, 49);
  assert.deepEqual(takeAll(schedule), [2, 0]);
  schedule.advance(0, 50);
  schedule.wake(sleepers[2]!);
  assert.deepEqual(takeAll(schedule), [1, 2]);
});
