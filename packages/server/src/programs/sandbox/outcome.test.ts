import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import fc from "fast-check";
import { fresh, good, startInput } from "../testing/guest.ts";
import { readOutcome } from "./outcome.ts";

const empty = { intents: [], wakeAt: null, wants: [], memory: null, log: [], failed: null };
const read = (change: object): ReturnType<typeof readOutcome> => readOutcome(JSON.stringify({ ...empty, ...change }));
const refuses = (change: object): void => assert.throws(() => read(change), ElsewhereError);

test("P11 an outcome of any other shape is refused", () => {
  assert.deepEqual(read({}).outcome, { intents: [], refused: [], wakeAt: null, wants: [], memory: null, log: [] });
  refuses({ more: 1 });
  refuses({ wakeAt: "soon" });
  refuses({ wants: ["secrets"] });
  refuses({ memory: [] });
  refuses({ memory: { big: "x".repeat(limits.memoryBytesMax) } });
  refuses({ log: [{ level: "host", text: "forged" }] });
  refuses({ log: [{ level: "log", text: "x".repeat(limits.logLineCharsMax + 1) }] });
  refuses({ log: Array.from({ length: limits.logLinesPerTurnMax + 1 }, () => ({ level: "log", text: "" })) });
  refuses({ intents: Array.from({ length: limits.intentsPerTurnMax + 1 }, (_, i) => ({ n: i + 1, intent: { kind: "stop" } })) });
  refuses({
    intents: [
      { n: 2, intent: { kind: "stop" } },
      { n: 2, intent: { kind: "stop" } },
    ],
  });
  refuses({ intents: [{ n: 1.5, intent: { kind: "stop" } }] });
  fc.assert(
    fc.property(fc.json(), (json) => assert.throws(() => readOutcome(json), ElsewhereError)),
    { numRuns: 300 },
  );
});

test("P12 a bad intent is refused alone, with its field and limit", () => {
  const { outcome } = read({
    intents: [
      { n: 1, intent: { kind: "fly" } },
      { n: 2, intent: null },
      { n: 3, intent: { kind: "say", text: "x".repeat(501) } },
      { n: 4, intent: { kind: "stop" } },
    ],
  });
  assert.deepEqual(outcome.intents, [{ n: 4, intent: { kind: "stop" } }]);
  assert.deepEqual(
    outcome.refused.map(({ n, error }) => [n, error.code, error.field, error.limit]),
    [
      [1, "unknown", "intent.kind", undefined],
      [2, "malformed", "intent", undefined],
      [3, "limit", "intent.text", 500],
    ],
  );
});

test("P11 a program that tampers with what its library uses harms no one's turn but its own", () => {
  const forgeries = [
    `Array.prototype.toJSON = () => "forged"; me.say("x");`,
    `JSON.stringify = () => '{"intents":"all"}'; Object.prototype.toJSON = () => ({ intents: [] });`,
    `Object.prototype.toJSON = () => ({ __proto__: null, constructor: { prototype: { polluted: 1 } } });`,
    `Array.prototype.push = () => { throw new Error("no"); }; me.say("x");`,
    `String.prototype.toString = () => "y"; Map.prototype.values = null; Array.prototype[Symbol.iterator] = null;`,
    `Promise.prototype.then = () => { throw 1; }; Object.defineProperty(Error.prototype, "message", { get() { throw 2; } }); throw new Error("z");`,
    `Object.defineProperty(Object.prototype, "intents", { get: () => [{ n: 9, intent: { kind: "leave" } }], set() {} });`,
    `throw { get name() { for (;;); }, toString() { throw this; } };`,
    `throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } });`,
  ];
  for (const forgery of forgeries) {
    const result = fresh(forgery).run(startInput());
    if (result.ok) assert.ok(result.outcome.intents.length <= 1, forgery);
    else assert.ok(["outcome", "threw", "time", "engine"].includes(result.fault.reason), `${forgery}: ${result.fault.reason}`);
  }
  assert.equal("polluted" in {}, false);
  assert.equal(good(fresh(`me.say("well");`).run(startInput())).outcome.intents.length, 1);
});
