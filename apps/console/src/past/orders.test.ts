import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReplayOrder } from "@elsewhere/protocol";
import fc from "fast-check";
import { joinOrders, Orders } from "./orders.ts";
import { Wire } from "./testing/wire.ts";

test("K104 a handle that is dragged asks at most ten times a second, and always for where it was left", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 200 }), (gaps) => {
      const wire = new Wire();
      const sent: { readonly ms: number; readonly order: ReplayOrder }[] = [];
      const orders = new Orders((order) => sent.push({ ms: wire.nowMs, order }), wire.after);
      orders.release();
      for (const [i, gap] of gaps.entries()) {
        wire.goOn(gap);
        orders.put({ at: i });
      }
      wire.goOn(1000);
      assert.deepEqual(sent.at(-1)?.order, { at: gaps.length - 1 });
      for (const [i, { ms }] of sent.slice(1).entries()) assert.ok(ms - sent[i]!.ms >= 100, `${sent[i]!.ms} and ${ms}`);
    }),
  );
});

test("K104 nothing is sent while the line is down, and what waited goes out after it", () => {
  const wire = new Wire();
  const sent: ReplayOrder[] = [];
  const orders = new Orders((order) => sent.push(order), wire.after);
  orders.put({ at: 1 });
  orders.put({ at: 2, speed: 10 });
  wire.goOn(1000);
  assert.deepEqual(sent, []);
  orders.release();
  assert.deepEqual(sent, [{ at: 2, speed: 10 }]);
  orders.put({ step: 1 });
  orders.clear();
  wire.goOn(1000);
  assert.equal(sent.length, 1, "what was forgotten is not sent");
});

test("K104 orders are joined only where that comes to the same", () => {
  assert.deepEqual(joinOrders({ at: 1, speed: 60 }, { at: 2 }), { at: 2, speed: 60 });
  assert.deepEqual(joinOrders({ step: 5 }, { at: 2 }), { at: 2 });
  assert.deepEqual(joinOrders({ step: 1 }, { step: -3 }), { step: -2 });
  assert.deepEqual(joinOrders({ at: 1 }, { speed: 0 }), { at: 1, speed: 0 });
  assert.equal(joinOrders({ at: 1 }, { step: 1 }), null);
  assert.equal(joinOrders({ step: 1 }, { speed: 1 }), null, "a step stands still, whoever runs after it");
  assert.equal(joinOrders({ step: 60_000 }, { step: 60_000 }), null, "farther than one step may go");
  assert.equal(joinOrders({ at: 1 }, { next: { kind: "heard", back: false } }), null);
  assert.equal(joinOrders({ next: { kind: "heard", back: false } }, { at: 1 }), null);
});
