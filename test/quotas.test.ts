/** Quotas of programs and of their owners, in a whole host. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Quota } from "@elsewhere/protocol";
import { boundless } from "../packages/server/src/programs/quotas.ts";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import type { LoadedProgram } from "../packages/server/src/worlds/load.ts";
import { twoFields } from "./support/fields.ts";
import { TestHost } from "./support/host.ts";
import { type Script, scriptedPool, scriptedProgram } from "./support/scripted-pool.ts";

/** Speaks in every turn, has one in every tick, and counts what it was refused. */
function chatter(told: { turns: number; refused: string[] }): Script {
  return ({ turn, now, percepts }) => {
    told.turns = turn;
    for (const percept of percepts) if (percept.kind === "reply" && !percept.ok) told.refused.push(percept.error.field ?? "");
    return { wakeAt: now + 1, intents: [{ n: turn, intent: { kind: "say", text: `word ${turn}` } }] };
  };
}

async function chat(owner: string, owners: ReadonlyMap<string, Quota>, quota: Partial<Quota>, ticks: number) {
  const told = {
    a: { turns: 0, refused: [] as string[] },
    b: { turns: 0, refused: [] as string[] },
    other: { turns: 0, refused: [] as string[] },
  };
  const programOf = (id: string, own: Partial<LoadedProgram>): LoadedProgram => {
    const plain = scriptedProgram(id, id, "east/start");
    return { ...plain, ...own, quota: { ...plain.quota, ...own.quota } };
  };
  const given = { ...scriptedProgram("a", "a", "east/start").quota, ...quota };
  const programs = [programOf("a", { owner, quota: given }), programOf("b", { owner, quota: given }), programOf("other", {})];
  const pool = scriptedPool({ a: chatter(told.a), b: chatter(told.b), other: chatter(told.other) });
  const host = await TestHost.open(openMemory(), { loaded: twoFields({ programs, owners }), pool });
  await host.tick(ticks);
  return told;
}

test("P36 who says more than its quota has is refused, and nobody else is", async () => {
  const { a, b, other } = await chat("ada", new Map(), { speechPerMinute: 3 }, 20);
  for (const { turns, refused } of [a, b]) {
    assert.ok(turns > 8 && refused.length >= turns - 5, `${turns} ${refused.length}`);
    assert.ok(refused.every((field) => field === "quota.speechPerMinute"));
  }
  assert.deepEqual(other.refused, []);
});

test("P36 turns beyond the quota wait, and those of others do not", async () => {
  const { a, b, other } = await chat("ada", new Map(), { turnsPerSecond: 1 }, 30);
  assert.ok(a.turns >= 2 && a.turns <= 5 && b.turns <= 5, `${a.turns} ${b.turns}`);
  assert.ok(other.turns > 12, `${other.turns}`);
});

test("P36 what all programs of an owner use is counted together", async () => {
  const owners = new Map([["ada", { ...boundless, speechPerMinute: 4, turnsPerSecond: 2, intentsPerTurn: 1 }]]);
  const { a, b, other } = await chat("ada", owners, {}, 40);
  assert.ok(a.turns + b.turns <= 2 + 2 * 4 + 2, `${a.turns} ${b.turns}`);
  assert.ok(a.turns > 0 && b.turns > 0);
  assert.ok(a.turns + b.turns - a.refused.length - b.refused.length <= 4 + 2);
  assert.ok(other.turns > 15 && other.refused.length === 0);
});
