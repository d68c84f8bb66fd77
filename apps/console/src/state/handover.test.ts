import assert from "node:assert/strict";
import { test } from "node:test";
import type { CrossingInfo, CrossingState } from "@elsewhere/protocol";
import { inOrder, isOver, leftText, stepsOf, whereOf } from "./handover.ts";

const crossing = (direction: CrossingInfo["direction"], state: CrossingState, rest: Partial<CrossingInfo> = {}): CrossingInfo => ({
  attempt: `${direction}-${state}`,
  direction,
  program: "traveller",
  name: "Ottilie",
  host: "haven",
  state,
  waitsFor: null,
  secondsLeft: null,
  epoch: 0,
  payloadBytes: null,
  error: null,
  ...rest,
});

const out = ["offered", "consented", "frozen", "released", "unclear", "returning", "closed", "stayed", "lost"] as const;
const into = ["asked", "staged", "trying", "alive", "gone", "void"] as const;
const all = [...out.map((state) => crossing("out", state)), ...into.map((state) => crossing("in", state))];

/** `###>..`: done, next, not yet; `x` for what is not reached any more. */
const picture = (info: CrossingInfo): string =>
  stepsOf(info)
    .map(({ at }) => ({ done: "#", now: ">", ahead: ".", never: "x" })[at])
    .join("");

test("K117 the steps of a crossing are lit as far as it is, and those it will not reach are told apart", () => {
  assert.deepEqual(Object.fromEntries(all.map((info) => [info.state, picture(info)])), {
    offered: "#>...",
    consented: "##>..",
    frozen: "###>.",
    released: "####>",
    unclear: "####>",
    returning: "####x",
    closed: "#####",
    stayed: "#xxxx",
    lost: "####x",
    asked: "#>..",
    staged: "##>.",
    trying: "###>",
    alive: "####",
    gone: "#xxx",
    void: "####",
  });
});

test("K117 the program stands at its source until it is released, and at its destination once it lives there", () => {
  const at = (where: string): readonly string[] => all.filter((info) => whereOf(info) === where).map(({ state }) => state);
  assert.deepEqual(at("between"), ["released", "unclear", "returning", "lost", "trying"]);
  assert.deepEqual(at("destination"), ["closed", "alive"]);
});

test("K117 crossings under way come before those that are over, and time left is told in words", () => {
  const over = crossing("out", "closed");
  const [first, second] = [crossing("out", "frozen"), crossing("in", "asked")];
  assert.deepEqual(inOrder([over, first, second]), [first, second, over]);
  assert.deepEqual(
    all.filter(isOver).map(({ state }) => state),
    ["closed", "stayed", "lost", "alive", "gone", "void"],
  );
  const left = (secondsLeft: number | null) => leftText(crossing("out", "frozen", { secondsLeft }));
  assert.deepEqual(
    [left(null), left(-1), left(59.2), left(600), left(86_400)],
    [null, "0 s left", "60 s left", "10 min left", "24 h left"],
  );
});
