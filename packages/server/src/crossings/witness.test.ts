import assert from "node:assert/strict";
import { test } from "node:test";
import { type Row, Witness } from "./witness.ts";

const life = `${"L".repeat(43)}/baker`;
const never = Number.MAX_SAFE_INTEGER - 1;

const open = (): Witness => new Witness({ rows: [], fences: [] });
const row = (by: string, epoch: number, to: string, given = false): Row => ({
  life,
  epoch,
  attempt: `${given ? epoch - 1 : epoch}`,
  by,
  to,
  given,
});

test("V67 what a host says to a witness of lives that it never had changes nothing for anybody", () => {
  const witness = open();
  assert.notEqual(witness.write(row("stranger", never, "stranger")), null);
  assert.notEqual(witness.write(row("left", 0, "right")), null, "it may leave");
  assert.equal(witness.write(row("stranger", 1, "stranger", true)), null, "who never let it go is given nothing back");
  assert.notEqual(witness.write(row("left", 1, "left", true)), null, "and be given back");
  assert.equal(witness.write({ ...row("left", 0, "right"), attempt: "another" }), null, "but an epoch of it ends once");
  assert.deepEqual(witness.rowsOf("left"), [row("left", 1, "left", true)]);
});

test("V67 a restored host is told of those alone who had a life one after the other, and by what it was to come back", () => {
  const witness = open();
  witness.write(row("left", 0, "right"));
  witness.write(row("stranger", 1, "stranger"));
  witness.write(row("right", 3, "haven"));
  witness.write(row("stranger", never, "haven"));
  assert.deepEqual(witness.rowsOf("left"), [row("right", 3, "haven")]);
  witness.write(row("haven", 4, "left"));
  assert.deepEqual(witness.rowsOf("left"), [row("haven", 4, "left")]);
  const apart = open();
  apart.write(row("left", 0, "right"));
  apart.write(row("haven", 6, "left"));
  assert.deepEqual(apart.rowsOf("left"), [row("haven", 6, "left")], "who was between them has another witness");
});

test("V11 a host is held to what the one it was restored from has said, and that one says no more", () => {
  const witness = open();
  witness.write(row("left", 0, "right"));
  witness.fence("left", "restored");
  assert.equal(witness.fence("right", "left"), null);
  assert.equal(witness.write(row("left", 1, "left", true)), null);
  assert.notEqual(witness.write(row("restored", 1, "restored", true)), null);
  assert.equal(witness.write({ ...row("restored", 0, "right"), attempt: "another" }), null);
  assert.deepEqual(witness.rowsOf("left"), [row("left", 1, "left", true)], "by the name that the backup knows");
  for (let epoch = 2; epoch < 40; epoch++) witness.write(row("restored", epoch, "right"));
  witness.fence("left", "again");
  assert.deepEqual(witness.rowsOf("left"), [row("left", 39, "right")]);
});
