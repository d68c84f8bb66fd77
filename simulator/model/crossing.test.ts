// The protocol under every order of events within the bounds; and each bug put into it on purpose, so that it is seen what
// each invariant is worth.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { explore } from "./explore.ts";
import { invariants } from "./invariants.ts";
import type { Bounds, Bug, Rules } from "./state.ts";

const bounds = (attemptsMax: 1 | 2, restoresMax: 0 | 1, lettersMax: 0 | 1): Bounds => ({ attemptsMax, restoresMax, lettersMax });
const tell = ({ attemptsMax, restoresMax, lettersMax }: Bounds): string =>
  `attempts ${attemptsMax}, destinations ${attemptsMax}, restores ${restoresMax}, letters ${lettersMax}`;

const sound = (within: Bounds, witness: Rules["witness"] = "third host"): Rules => ({ bounds: within, witness, bug: "none" });

/** That nothing is broken within the bounds, and that as many states are visited as ever. */
const holds =
  (rules: Rules, states: number, healed: number) =>
  (t: TestContext): void => {
    const found = explore(rules, invariants);
    assert.equal(found.violation, undefined, found.violation?.trace.join("\n"));
    t.diagnostic(`${tell(rules.bounds)}, crashes and messages unbounded: ${found.states} states; ${found.healed} to resolve them`);
    assert.deepEqual([found.states, found.healed], [states, healed]);
  };

/** That a protocol breaks `invariant`, by a shortest trace of `steps` steps that ends with `last`. */
const breaks =
  (invariant: string, rules: Rules, steps: number, last: string) =>
  (t: TestContext): void => {
    const asked = invariants.filter(({ name }) => name === invariant);
    assert.equal(asked.length, invariant === "resolvable" ? 0 : 1);
    const { states, violation } = explore(rules, asked);
    assert.ok(violation, `not found in ${states} states`);
    t.diagnostic(`${rules.bug}: found after ${states} states (${tell(rules.bounds)})\n  ${violation.trace.join("\n  ")}`);
    assert.deepEqual([violation.invariant, violation.trace.length, violation.trace.at(-1)], [invariant, steps, last]);
  };

const broken = (bug: Bug, within: Bounds = bounds(2, 1, 1)): Rules => ({ bounds: within, witness: "third host", bug });
const allLost = "all messages are lost, disturbances end";

test("V1, V2, V3, V4, V5, V6, V7, V8 and V9 hold, two attempts and a letter", holds(sound(bounds(2, 0, 1)), 33734, 42844));
test("V1, V2, V3, V4, V5, V7, V8 and V9 hold, two attempts and a restore", holds(sound(bounds(2, 1, 0)), 125750, 34440));
test("V1, V2, V3, V4, V5, V6, V7, V8 and V9 hold, a restore and a letter", holds(sound(bounds(1, 1, 1)), 14996, 6690));

test(
  "V1 a source that asks no witness once restored lives twice",
  breaks("one life", broken("no fence after restore"), 11, "source: asks no witness; sent: ABORT"),
);
test(
  "V1 a commit before the witness's row lets an old copy live",
  breaks("one life", broken("commit before witness"), 10, "source: learns of 0 rows, leaves quarantine; sent: ABORT"),
);
test(
  "V1 a commit honoured after GONE makes two",
  breaks("one life", broken("commit honoured after gone"), 12, "source: is given it back, RUNNING again (attempt 1); sent: ABORT"),
);
test(
  "V2 an ACCEPT of another attempt releases to nobody",
  breaks("a copy that may run", broken("accept not bound to its attempt"), 7, "source: RELEASED (attempt 2); sent: ROW0"),
);
test(
  "V2 what is discarded before GONE is durable is missed",
  breaks("a copy that may run", broken("discard before gone is durable"), 5, "destination 1: discards the payload (attempt 1)"),
);
test(
  "V3 consent to one attempt releases no other",
  breaks("consent", broken("consent not bound"), 6, "source: RELEASED (attempt 2); sent: ROW0"),
);
test(
  "V4 a destination that lets in what it did not admit is found",
  breaks("admission", broken("alive without admission"), 3, "destination 1: ALIVE, unasked (attempt 1); sent: ALIVE"),
);
test(
  "V5 a carrier that keeps its parcel is found",
  breaks("blind carrier", broken("carrier keeps its parcel"), 3, "carrier: its deadline passes (attempt 1)"),
);
test("V5 a key that is not sealed is found", breaks("blind carrier", broken("key not sealed"), 7, "carrier: reads the key (attempt 1)"));
test(
  "V6 a letter whose number is not known is taken twice",
  breaks("mail once", broken("mail not known by its number"), 13, "destination 1: the program takes the letter (attempt 1)"),
);
test(
  "V7 room that is not given back is missed",
  breaks("quota", broken("room not given back"), 5, "destination 1: discards the payload (attempt 1)"),
);
test(
  "V8 a freeze amid a turn lets output out after it",
  breaks("silence", broken("freeze amid a turn"), 3, "source: FROZEN, for destination 1 (attempt 1); sent: OFFER"),
);
test(
  "V9 a destination that says GONE once leaves its source waiting",
  breaks("resolvable", broken("gone not repeated", bounds(1, 0, 0)), 6, allLost),
);

test(
  "V10 a program taken back without the witness can never leave again",
  breaks("resolvable", broken("return without the witness", bounds(2, 0, 0)), 11, allLost),
);
test(
  "V11 a fence that only asks lets an old row in behind it",
  breaks("resolvable", broken("fence only asks", bounds(2, 1, 0)), 14, allLost),
);
test(
  "V12 rows in the source's own store are as good, for as long as it is not restored",
  holds(sound(bounds(2, 0, 1), "source"), 33734, 42844),
);
test(
  "V12 and fence nothing once it is",
  breaks("one life", sound(bounds(2, 1, 0), "source"), 12, "source: learns of 0 rows, leaves quarantine; sent: ABORT"),
);
test(
  "V13 a destination that forgets that it said GONE can be talked into it again, and makes two",
  breaks("one life", broken("gone forgotten", bounds(2, 0, 0)), 14, "source: is given it back, RUNNING again (attempt 1); sent: ABORT"),
);
