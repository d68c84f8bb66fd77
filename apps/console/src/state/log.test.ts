import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { append, appendComings, emptyLog, type Log } from "./log.ts";

const say = (log: Log, text: string, tick: number): Log => append(log, { tone: "speech", text, body: 1 }, tick * 100, tick);
const texts = (log: Log): string[] => log.entries.map(({ text }) => text);

test("K6 a crowd that passes is one sentence that grows", () => {
  let log = appendComings(emptyLog, ["Ada"], [], 0, 10);
  log = appendComings(log, ["Tom"], [], 0, 20);
  assert.deepEqual(texts(log), ["Ada and Tom come into sight."]);
  log = appendComings(log, [], ["Jo"], 0, 25);
  assert.deepEqual(texts(log), ["Ada and Tom come into sight; Jo is out of sight."]);
});

test("K6 who only flickers at the edge of sight is not told of", () => {
  let log = appendComings(emptyLog, ["Ada"], [], 0, 10);
  log = appendComings(log, [], ["Ada"], 0, 12);
  assert.deepEqual(texts(log), []);
});

test("K6 speech and time part one crowd from the next", () => {
  let log = appendComings(emptyLog, ["Ada"], [], 0, 10);
  log = say(log, "Ada says: Hi", 11);
  log = appendComings(log, ["Tom"], [], 0, 12);
  log = appendComings(log, ["Jo"], [], 0, 100);
  assert.deepEqual(texts(log), ["Ada comes into sight.", "Ada says: Hi", "Tom comes into sight.", "Jo comes into sight."]);
});

test("K6 the log keeps the newest entries, in order, each with a number of its own", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant("say"), fc.constantFrom("Ada", "Tom", "Jo")), { maxLength: 700 }), (steps) => {
      let log = emptyLog;
      for (const [tick, step] of steps.entries())
        log = step === "say" ? say(log, `${tick}`, tick) : appendComings(log, [step], [], 0, tick);
      const ids = log.entries.map(({ id }) => id);
      assert.ok(ids.length <= 300);
      assert.ok(ids.every((id, index) => index === 0 || id > ids[index - 1]!));
      if (steps.at(-1) === "say") assert.equal(log.entries.at(-1)?.text, `${steps.length - 1}`);
    }),
    { numRuns: 30 },
  );
});
