import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "./encode.ts";
import { explore, type Sending, visit } from "./explore.ts";
import { type Invariant, invariants } from "./invariants.ts";
import { initial, nothingSent, type Rules, type State } from "./state.ts";

const rules: Rules = { bounds: { attemptsMax: 1, restoresMax: 1, lettersMax: 1 }, witness: "third host", bug: "none" };
const twice: Rules = { ...rules, bounds: { attemptsMax: 2, restoresMax: 0, lettersMax: 0 } };

/** An invariant that the protocol is meant to break. */
const never = (name: string, happens: (state: State) => boolean): Invariant => ({
  name,
  sentence: `${name} never happens`,
  holds: (state) => !happens(state),
});

test("V20 a planted invariant that cannot hold is found, by a shortest trace", () => {
  const closed = never("closed", ({ source }) => source.status === "closed");
  assert.deepEqual(explore(rules, [closed]).violation, {
    invariant: "closed",
    sentence: "closed never happens",
    trace: [
      "source: the program consents (attempt 1)",
      "source: FROZEN, for destination 1 (attempt 1); sent: OFFER",
      "destination 1: STAGED (attempt 1); sent: ACCEPT",
      "source: RELEASED (attempt 1); sent: ROW0",
      "witness: epoch 0 has left (attempt 1); sent: RECEIPT",
      "source: has the receipt (attempt 1); sent: COMMIT",
      "destination 1: opens the payload and tries it (attempt 1)",
      "destination 1: ALIVE (attempt 1); sent: ALIVE",
      "source: CLOSED (attempt 1)",
    ],
  });
  assert.deepEqual(explore(rules, [never("nothing", () => true)]).violation?.trace, [], "the first state is looked at too");
});

test("V20 the model gets where the protocol leads: on, back, and back and on", () => {
  const ways = {
    "given back": never("given back", ({ source }) => source.status === "running" && source.epoch === 2),
    "left again": never("left again", ({ source, attempts }) => source.status === "closed" && attempts[1]?.epoch === 2),
    "elsewhere instead": never("elsewhere instead", ({ attempts }) => attempts[1]?.to === 1 && attempts[1].stay.status === "alive"),
    "given back twice": never("given back twice", ({ source }) => source.status === "running" && source.epoch === 4),
    "no room": never("no room", ({ attempts, rooms }) => attempts[1]?.to === 0 && attempts[1].stay.status === "gone" && rooms[0] === 0),
  };
  for (const way of Object.values(ways)) assert.equal(explore(twice, [way]).violation?.invariant, way.name);
  const after = {
    "closed without its key": never("closed without its key", ({ source }) => source.status === "closed" && !source.hasKey),
    "back without its key": never(
      "back without its key",
      ({ source, isRestored }) => isRestored && source.epoch === 2 && !source.quarantined,
    ),
    "a letter forwarded": never("a letter forwarded", ({ attempts }) => attempts[0]?.stay.read === 1 && !attempts[0].payload.box),
  };
  for (const way of Object.values(after)) assert.equal(explore(rules, [way]).violation?.invariant, way.name);
});

const disks = (under: Rules, sending: Sending): readonly string[] =>
  [...new Set(visit(under, sending).map((state) => encode({ ...state, sent: nothingSent })))].sort();

test("V21 sending with the write, or at any time after it, reaches the same disks and memories", () => {
  for (const under of [rules, twice]) {
    const apart = disks(under, "apart");
    const together = disks(under, "together");
    assert.ok(together.length > 1000, `${together.length}`);
    assert.deepEqual(together, apart);
  }
});

test("V22 no two states are taken for one, and none for two", () => {
  const byText = visit(rules, "together", (state) => JSON.stringify(state));
  assert.equal(visit(rules, "together").length, byText.length);
  assert.equal(new Set(byText.map(encode)).size, byText.length);
  assert.notEqual(encode(initial), encode({ ...initial, isMailSent: true }));
});

test("V23 all holds with writing and sending apart as well", (t) => {
  const found = explore(rules, invariants, "apart");
  t.diagnostic(`attempts 1, restores 1, letters 1, apart: ${found.states} states; ${found.healed} to resolve them`);
  assert.equal(found.violation, undefined);
});
