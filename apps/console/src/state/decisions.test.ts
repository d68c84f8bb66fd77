import assert from "node:assert/strict";
import { test } from "node:test";
import type { CrossingInfo, CrossingState } from "@elsewhere/protocol";
import { choicesIn } from "./decisions.ts";

const choices = (state: CrossingState, direction: CrossingInfo["direction"] = "out") =>
  choicesIn({ direction, state, name: "Ottilie", host: "haven" } as CrossingInfo);
/** `?` where it is asked about once more. */
const shown = (state: CrossingState, direction: CrossingInfo["direction"] = "out"): readonly string[] =>
  choices(state, direction).map(({ decision, question }) => `${decision}${question === null ? "" : "?"}`);

test("K118 what can be decided of a crossing follows from how far it is, and what cannot be undone is asked about once more", () => {
  assert.deepEqual(shown("asked", "in"), ["admit", "refuse"]);
  for (const state of ["offered", "consented", "frozen"] as const) assert.deepEqual(shown(state), ["take-back"]);
  for (const state of ["released", "unclear"] as const) assert.deepEqual(shown(state), ["take-back?", "let-go?"]);
  for (const state of ["returning", "closed", "stayed", "lost"] as const) assert.deepEqual(shown(state), []);
  for (const state of ["staged", "trying", "alive", "gone", "void"] as const) assert.deepEqual(shown(state, "in"), []);
  for (const { question } of [...choices("released"), ...choices("unclear")]) assert.match(question!, /Ottilie.*haven/);
});
