/** What a doctored heap could say in the place of its library: the one text that ever leaves it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { readOutcome } from "../../packages/server/src/programs/sandbox/outcome.ts";

const say = { kind: "say", text: "x" };
const honest = { intents: [{ n: 5, intent: say }], wakeAt: null, wants: ["heard"], memory: null, log: [], failed: null };
const textOf = (change: object): string => JSON.stringify({ ...honest, ...change });
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

const refused: Readonly<Record<string, string>> = {
  "nothing at all": "",
  "no JSON": "{intents:[]}",
  "more than one outcome": `${textOf({})}${textOf({})}`,
  "a list": `[${textOf({})}]`,
  "text as JSON": JSON.stringify(textOf({})),
  "the name of another program": textOf({ program: "keeper" }),
  "the body of another": textOf({ body: 5 }),
  "a connection's epoch": textOf({ epoch: 9 }),
  "intents in another's name": textOf({ intents: [{ n: 5, intent: say, body: 3 }] }),
  "one number for two intents": textOf({
    intents: [
      { n: 5, intent: say },
      { n: 5, intent: say },
    ],
  }),
  "numbers that go back": textOf({
    intents: [
      { n: 6, intent: say },
      { n: 5, intent: say },
    ],
  }),
  "a number below all": textOf({ intents: [{ n: 0, intent: say }] }),
  "a number beyond all": textOf({}).replace('"n":5', '"n":1e300'),
  "a number that is text": textOf({ intents: [{ n: "5", intent: say }] }),
  "more intents than a turn may have": textOf({
    intents: Array.from({ length: limits.intentsPerTurnMax + 1 }, (_, i) => ({ n: i + 1, intent: say })),
  }),
  "intents that are no list": textOf({ intents: { length: 1, 0: { n: 5, intent: say } } }),
  "a wish for what there is not": textOf({ wants: ["heard", "everything"] }),
  "the same wish over and over": textOf({ wants: Array.from({ length: 1_000 }, () => "heard") }),
  "a waking that is no time": textOf({ wakeAt: "now" }),
  "a memory that is a list": textOf({ memory: [] }),
  "a memory that is too large": textOf({ memory: { x: "x".repeat(limits.memoryBytesMax) } }),
  "a memory that is too deep": textOf({}).replace('"memory":null', `"memory":{"x":${nested(30_000)}}`),
  "a log line in the host's name": textOf({ log: [{ level: "host", text: "suspended" }] }),
  "a log line that is too long": textOf({ log: [{ level: "log", text: "x".repeat(limits.logLineCharsMax + 1) }] }),
  "more log lines than a turn may have": textOf({
    log: Array.from({ length: limits.logLinesPerTurnMax + 1 }, () => ({ level: "log", text: "" })),
  }),
  "a failure that is an object": textOf({ failed: { message: "x" } }),
  "too few of its parts": JSON.stringify({ intents: [] }),
  "depth where nobody looks": textOf({}).replace('"wakeAt":null', `"wakeAt":${nested(30_000)}`),
};

for (const [name, text] of Object.entries(refused)) {
  test(`X13 an outcome of ${name} is refused as a whole`, () => assert.throws(() => readOutcome(text), ElsewhereError));
}

const alone: Readonly<Record<string, unknown>> = {
  "an intent in another's name": { ...say, body: 3, epoch: 9 },
  "an intent only a host has": { kind: "remove", body: 3 },
  "an intent that is no object": nested(3),
  "an intent that is too deep": { kind: "do", verb: "x", data: "DEEP" },
  "an intent that is too large": { kind: "say", text: "x".repeat(limits.textCharsMax + 1) },
  "an intent with a prototype of its own": JSON.parse('{"__proto__":{"kind":"say","text":"x"}}'),
  "no intent": null,
};

for (const [name, intent] of Object.entries(alone)) {
  test(`X13 ${name} is refused by itself, and the ones beside it stand`, () => {
    const { outcome } = readOutcome(
      textOf({
        intents: [
          { n: 5, intent: say },
          { n: 6, intent },
          { n: 7, intent: say },
        ],
      }).replace('"DEEP"', nested(9_000)),
    );
    assert.deepEqual(outcome.intents, [
      { n: 5, intent: say },
      { n: 7, intent: say },
    ]);
    assert.deepEqual(
      outcome.refused.map(({ n }) => n),
      [6],
    );
  });
}

test("X13 of what may be said twice only the last is heard, and it passes the same check", () => {
  const twice = textOf({}).replace("{", '{"intents":[{"n":1,"intent":{"kind":"leave"}}],"memory":{"a":1},');
  assert.deepEqual(readOutcome(twice).outcome.intents, honest.intents);
  assert.throws(() => readOutcome(textOf({}).replace(/}$/, ',"intents":"all"}')), ElsewhereError);
});

test("X13 what is named like a part of all objects becomes a part of none", () => {
  const { outcome } = readOutcome(
    textOf({}).replace('"memory":null', '"memory":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toJSON":1}'),
  );
  assert.equal("polluted" in {}, false);
  assert.equal(Object.getPrototypeOf({ ...outcome.memory }), Object.prototype);
  assert.deepEqual(Object.keys(outcome), ["intents", "refused", "wakeAt", "wants", "log", "memory"]);
});
