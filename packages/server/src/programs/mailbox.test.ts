import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, type Percept } from "@elsewhere/protocol";
import fc from "fast-check";
import type { DeliveryRow } from "../storage/contract.ts";
import { Mailbox } from "./mailbox.ts";
import { done, heard } from "./testing/percepts.ts";

const wordsOf = (percepts: readonly string[]): string[] =>
  percepts.map((json) => {
    const percept = JSON.parse(json) as Percept;
    return percept.kind === "heard" ? percept.text : percept.kind;
  });

function restored(rows: readonly DeliveryRow[], throughSeq: number): Mailbox {
  const box = new Mailbox(throughSeq);
  for (const row of rows) box.restore(row);
  return box;
}

const add = (box: Mailbox, tick: number, percepts: readonly Percept[]): ReturnType<Mailbox["add"]> =>
  box.add("a", tick, percepts, limits.mailboxItemsMax);

test("P23 a full mailbox drops the oldest mail that is no reply, and says how much", () => {
  const box = new Mailbox(0);
  assert.equal(add(box, 1, [done(1), heard("first"), heard("second")]).dropped, 0);
  const many = Array.from({ length: limits.mailboxItemsMax - 1 }, (_, i) => heard(`later ${i}`));
  const { rows, dropped } = add(box, 2, many);
  assert.equal(dropped, 2);
  assert.equal(rows.length, many.length);
  assert.deepEqual(wordsOf(box.hold(2).percepts).slice(0, 2), ["reply", "later 0"]);
});

test("P23 mail dropped on arrival is not stored either, and replies are kept whatever happens", () => {
  const box = new Mailbox(0);
  const replies = Array.from({ length: limits.mailboxItemsMax + 5 }, (_, i) => done(i + 1));
  assert.deepEqual(add(box, 1, [heard("x"), ...replies]).dropped, 1);
  assert.equal(box.size, replies.length);
});

test("P101 letters are counted as they are stored, and what goes along is neither an answer nor a sensation", () => {
  const box = new Mailbox(0);
  const replies = Array.from({ length: limits.mailboxItemsMax }, (_, i) => done(i + 1));
  const { rows } = add(box, 1, [...replies, heard("nobody stored this")]);
  assert.equal(box.lastSeq, rows.at(-1)!.seq);
  assert.equal(restored(rows, 0).lastSeq, box.lastSeq);
  const other = new Mailbox(0);
  add(other, 1, [heard("a"), done(1), { kind: "used", from: { id: 1, name: "Bob" } }, heard("b")]);
  const all = [
    { seq: 1, percept: heard("a") },
    { seq: 4, percept: heard("b") },
  ];
  assert.deepEqual([other.letters(), other.letters(1)], [all, all.slice(1)]);
});

test("P23 a percept larger than the limit is dropped, a reply becomes an error", () => {
  const box = new Mailbox(0);
  const large = "x".repeat(limits.perceptBytesMax);
  const { rows, dropped } = add(box, 1, [heard(large), { kind: "reply", n: 3, ok: true, data: large }]);
  assert.equal(dropped, 1);
  const reply = JSON.parse(rows[0]!.json) as Extract<Percept, { kind: "reply"; ok: false }>;
  assert.deepEqual([reply.n, reply.ok, reply.error.code], [3, false, "limit"]);
});

test("P27 mail of a later tick is not given out, and one turn is given at most its bytes", () => {
  const box = new Mailbox(0);
  add(box, 1, [heard("a")]);
  add(box, 2, [heard("b")]);
  assert.equal(box.hasMail(0), false);
  assert.deepEqual(wordsOf(box.hold(1).percepts), ["a"]);
  const full = new Mailbox(0);
  add(
    full,
    1,
    Array.from({ length: 100 }, () => heard("x".repeat(10_000))),
  );
  const { percepts, throughSeq } = full.hold(1);
  assert.ok(percepts.length >= 1 && percepts.length * 10_000 <= limits.turnInputBytesMax);
  assert.equal(throughSeq, percepts.length);
});

test("P24 mail with a turn that failed is given again, and is not dropped meanwhile", () => {
  const box = new Mailbox(0);
  add(box, 1, [heard("precious")]);
  box.hold(1);
  add(
    box,
    2,
    Array.from({ length: limits.mailboxItemsMax + 3 }, (_, i) => heard(`${i}`)),
  );
  assert.equal(wordsOf(box.hold(2).percepts)[0], "precious");
});

test("P25 a mailbox read back from its rows gives the mail that no committed turn has taken, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3), { maxLength: 40 }), (moves) => {
      let box = new Mailbox(0);
      let rows: { program: string; seq: number; tick: number; json: string }[] = [];
      let [said, settledSeq] = [0, 0];
      const taken: string[] = [];
      moves.forEach((move, tick) => {
        if (move < 2)
          rows.push(
            ...add(
              box,
              tick,
              Array.from({ length: move + 1 }, () => heard(`${said++}`)),
            ).rows,
          );
        if (move === 2 && box.hasMail(tick)) {
          const { percepts, throughSeq } = box.hold(tick);
          taken.push(...wordsOf(percepts));
          box.settle(throughSeq);
          settledSeq = throughSeq;
          rows = rows.filter(({ seq }) => seq > throughSeq);
        }
        if (move === 3) box = restored(rows, settledSeq);
      });
      taken.push(...wordsOf(restored(rows, settledSeq).hold(moves.length).percepts));
      assert.deepEqual(
        taken,
        Array.from({ length: said }, (_, i) => `${i}`),
      );
    }),
  );
});
