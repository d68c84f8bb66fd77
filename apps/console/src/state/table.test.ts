import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesText, columns, heapText, msText, rangeText, spentText, statusText } from "./table.ts";

test("K12 every order of the host is a column, each once", () => {
  const orders = columns.map(({ order }) => order);
  assert.deepEqual(orders.toSorted(), ["faults", "heapBytes", "name", "totalMs", "turns", "wakeAt", "wakesPerMinute"]);
});

test("K12 sizes, times and states are written for people", () => {
  assert.equal(bytesText(512), "512 B");
  assert.equal(bytesText(18_400), "18 KB");
  assert.equal(bytesText(3_400_000), "3.4 MB");
  assert.deepEqual([heapText(0), heapText(18_400)], ["–", "18 KB"]);
  assert.equal(msText(0.0612), "0.06 ms");
  assert.equal(msText(47.3), "47 ms");
  assert.deepEqual(
    [spentText(640), spentText(12_540), spentText(180_000), spentText(600_000_000)],
    ["640 ms", "12.5 s", "3 min", "10,000 min"],
  );
  assert.equal(statusText("backing_off"), "backing off");
});

test("K60 a page says which of how many programs it holds", () => {
  assert.equal(rangeText(98_300, 4, 98_304), "98,301–98,304 of 98,304");
  assert.equal(rangeText(0, 30, 30), "1–30 of 30");
  assert.equal(rangeText(0, 0, 0), "none");
});
