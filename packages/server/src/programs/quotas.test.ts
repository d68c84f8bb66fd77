import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError, type Quota } from "@elsewhere/protocol";
import fc from "fast-check";
import { Families } from "./families.ts";
import { defaultQuota, Meter } from "./quotas.ts";

const given: Quota = { ...defaultQuota(true), programs: 10 };
const total = (quotas: readonly Quota[]): Quota =>
  quotas.reduce(
    (sum, quota) =>
      Object.fromEntries(Object.entries(sum).map(([key, value]) => [key, value + quota[key as keyof Quota]])) as unknown as Quota,
  );

test("P36 turns beyond the quota wait for their time, and time that was overspent has to pass", () => {
  const meter = new Meter({ ...given, turnsPerSecond: 2, msPerSecond: 100 }, 0);
  for (let i = 0; i < 2; i++) {
    assert.equal(meter.turnWaitMs(0), 0);
    meter.takeTurn();
  }
  assert.equal(meter.turnWaitMs(0), 500);
  assert.equal(meter.turnWaitMs(500), 0);
  meter.spent(300);
  const waitMs = meter.turnWaitMs(500);
  assert.ok(waitMs > 2_000 && waitMs <= 2_020, String(waitMs));
  assert.equal(meter.turnWaitMs(500 + waitMs), 0);
});

test("P36 speech and log have a minute's worth, and no more", () => {
  const meter = new Meter({ ...given, speechPerMinute: 3, logBytesPerMinute: 100 }, 0);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => meter.takeSpeech(0)),
    [true, true, true, false],
  );
  assert.equal(meter.takeSpeech(20_000), true);
  assert.deepEqual([meter.takeLog(0, 60), meter.takeLog(0, 60), meter.takeLog(0, 40)], [true, false, true]);
});

test("P37 whatever a family starts and ends, together it never has more than its first ancestor was given", () => {
  const moves = fc.array(fc.tuple(fc.nat(20), fc.double({ min: 0.01, max: 0.9, noNaN: true }), fc.boolean()), { maxLength: 40 });
  fc.assert(
    fc.property(moves, (list) => {
      const families = new Families();
      const alive = new Map<string, Quota>([["root", given]]);
      list.forEach(([pick, share, ends], i) => {
        const names = [...alive.keys()];
        const name = names[pick % names.length]!;
        if (ends && name !== "root") {
          families.end(name);
          alive.delete(name);
        } else {
          try {
            alive.set(`c${i}`, families.give(name, alive.get(name)!, `c${i}`, share, 0));
          } catch (error) {
            assert.ok(error instanceof ElsewhereError && error.code === "limit");
          }
        }
        const sum = total([...alive].map(([each, quota]) => families.left(each, quota)));
        for (const key of Object.keys(given) as (keyof Quota)[]) assert.ok(sum[key] <= given[key] * (1 + 1e-9), `${key} ${sum[key]}`);
        assert.ok(alive.size <= given.programs);
      });
    }),
  );
});

test("P37 what a child had goes back when it ends, and its own children then live on its parent's", () => {
  const families = new Families();
  const child = families.give("root", given, "child", 0.5, 0);
  families.give("child", child, "grandchild", 0.5, 0);
  assert.deepEqual(families.end("child"), { parent: "root", children: ["grandchild"] });
  const left = families.left("root", given);
  assert.ok(left.turnsPerSecond > given.turnsPerSecond * 0.7);
  families.end("grandchild");
  assert.deepEqual(families.left("root", given), given);
});

test("P37 a program whose own heap would not fit into the rest gives nothing away", () => {
  assert.throws(() => new Families().give("root", given, "child", 0.5, given.heapBytes * 0.6), { code: "limit" });
});
