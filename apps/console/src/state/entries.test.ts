import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogLine } from "@elsewhere/protocol";
import { entriesOf } from "./entries.ts";

const line = (now: number, text: string, level: LogLine["level"] = "log"): LogLine => ({ now, level, text });
const keysOf = (log: readonly LogLine[]): readonly string[] => entriesOf(log).map(({ key }) => key);

test("K64 a line keeps its key while newer lines come and older ones go, and equal lines have keys of their own", () => {
  const log = [line(1, "a"), line(2, "a"), line(2, "a"), line(3, "b")];
  const keys = keysOf(log);
  assert.equal(new Set(keys).size, 4);
  const later = keysOf([...log.slice(1), line(4, "a"), line(4, "c")]);
  assert.deepEqual(later.slice(2), keys.slice(0, 3));
  assert.equal(new Set(later).size, 5);
});

test("K63 what was perceived stands with the error of its turn, one percept a line", () => {
  const perceived = 'perceived in that turn: {"kind":"used"}, {"kind":"heard","text":"a}, {b"}';
  const log = [
    line(1, "kneading"),
    line(1, "Error: no flour\n    at f (a.ts:1:1)", "error"),
    line(1, "still kneading"),
    line(1, perceived, "host"),
    line(2, "fault (again): threw: Error: no oven", "host"),
    line(2, 'perceived in that turn: {"kind":"used"}', "host"),
    line(3, 'perceived in that turn: {"kind":"door"}', "host"),
  ];
  assert.deepEqual(
    entriesOf(log).map(({ line: { text }, perceived: with_ }) => [text.split("\n")[0], with_]),
    [
      ["perceived", '{"kind":"door"}'],
      ["fault (again): threw: Error: no oven", '{"kind":"used"}'],
      ["still kneading", null],
      ["Error: no flour", '{"kind":"used"}\n{"kind":"heard","text":"a}, {b"}'],
      ["kneading", null],
    ],
  );
});

test("K63 what a program itself writes is never taken for the host's word", () => {
  const text = 'perceived in that turn: {"kind":"used"}';
  const entries = entriesOf([line(1, "Error", "error"), line(1, text)]);
  assert.deepEqual(
    entries.map(({ line: { text: told }, perceived }) => [told, perceived]),
    [
      [text, null],
      ["Error", null],
    ],
  );
});
