/**
 * Kills two hosts and the carrier between them with `kill -9`, again and again, while programs go to and fro that count. Then
 * every one of them must be alive at one host alone, and every number that it counted stand once in the two records.
 * `ELSEWHERE_CROSSINGS` says how often they cross, all together.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { verifyRecord } from "../../packages/server/src/record/verify.ts";
import { decodeTurn } from "../../packages/server/src/programs/transcript.ts";
import { openRecordReader } from "../../packages/server/src/storage/sqlite/record-reader.ts";
import { randomFrom } from "../support/random.ts";
import { Banks, type Side, sides } from "./banks.ts";

const crossings = Number(process.env["ELSEWHERE_CROSSINGS"] ?? 30);
const travellers = Array.from({ length: 10 }, (_, i) => `crosser-${i}`);
const rounds = Math.ceil(crossings / travellers.length);

/** Says each number once, in the middle of nested awaits, and crosses after every few of them until it has crossed often enough. */
const source = `
import { me, memory, sleep } from "@elsewhere/program";
let count = 0;
let crossed = 0;
async function few(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    count += 1;
    console.log("count " + count);
    await sleep({ ms: 200 });
  }
}
for (;;) {
  await few();
  if (crossed === memory["rounds"]) await sleep({ seconds: 2 });
  else {
    try {
      await me.ask({ cross: "over" });
      crossed += 1;
      console.log("crossed " + crossed);
    } catch (error) {
      console.log("stays " + String(error));
    }
  }
}
`;

test(
  "V1 V2 V9 kills of both hosts and the carrier while programs cross: each is alive once, and has counted without gap or repeat",
  { timeout: 30 * 60_000 },
  async (t) => {
    const banks = await Banks.open({ source, programs: travellers.map((id) => ({ id, memory: { rounds } })), tickMs: 50 });
    try {
      await banks.carry();
      const random = randomFrom(Number(process.env["ELSEWHERE_SEED"] ?? 5));
      let kills = 0;
      while (!(await haveAllCrossed(banks))) {
        await pause(100 + random() * 700);
        const all = ["left", "right", "carrier"] as const;
        const chosen = all.filter(() => random() < 0.4);
        const killed = chosen.length > 0 ? chosen : [all[Math.floor(random() * all.length)]!];
        kills += killed.length;
        await Promise.all(killed.map((each) => banks.restart(each, () => pause(random() * 300))));
      }
      const lives = await census(banks);
      assert.deepEqual([...lives.keys()].toSorted(), travellers);
      for (const [life, places] of lives) assert.equal(places.length, 1, `${life} is alive at ${places.join(" and ")}`);
      await banks.stop();
      const told = await holdAgainstRecords(banks);
      t.diagnostic(`${kills} kills; ${told}`);
      assert.ok(kills >= rounds, "too few kills for this test to mean anything");
    } finally {
      await banks.close();
    }
  },
);

/** Which life a program of either host is: the right one adds to its id where it was born. */
const lifeOf = (program: string): string => program.split("@")[0]!;

/** Where each life runs. */
async function census(banks: Banks): Promise<ReadonlyMap<string, readonly Side[]>> {
  const lives = new Map<string, Side[]>();
  for (const side of sides) {
    for (const { program, status, reason } of await banks.programs(side)) {
      const life = lifeOf(program);
      const places = lives.get(life) ?? [];
      lives.set(life, places);
      assert.ok(status === "running" || status === "crossed", `${program} at ${side} is ${status}: ${reason}`);
      if (status === "running") places.push(side);
    }
  }
  return lives;
}

/** Whether everybody has said so, and nobody is on the way. */
async function haveAllCrossed(banks: Banks): Promise<boolean> {
  const done = new Set<string>();
  for (const side of sides) {
    for (const { program, status } of await banks.programs(side)) {
      if (status === "running" && (await banks.log(side, program)).includes(`crossed ${rounds}`)) done.add(lifeOf(program));
    }
  }
  const open = (await Promise.all(sides.map((side) => banks.crossings(side)))).flat().filter(({ waitsFor }) => waitsFor !== null);
  return done.size === travellers.length && open.length === 0;
}

function assertEachOnce(numbers: readonly number[], life: string): void {
  const most = Math.max(...numbers);
  const missing = Array.from({ length: most }, (_, i) => i + 1).filter((n) => !numbers.includes(n));
  const again = numbers.filter((n, i) => numbers.indexOf(n) < i);
  assert.deepEqual({ missing, again }, { missing: [], again: [] }, `${life} has counted to ${most} with a gap or a repeat`);
}

/** Every number of every life stands in one record once. Says how many. */
async function holdAgainstRecords(banks: Banks): Promise<string> {
  const counted = new Map<string, number[]>();
  const crossed = new Map<string, number[]>();
  let stays = 0;
  for (const side of sides) {
    assert.deepEqual((await verifyRecord(banks.dataOf(side))).problems, []);
    const reader = openRecordReader(banks.dataOf(side));
    for (const row of reader.turns()) {
      const { outcome } = decodeTurn(row);
      const life = lifeOf(row.program);
      for (const [, what, n] of outcome.matchAll(/"(count|crossed) (\d+)"/g)) {
        const of = what === "count" ? counted : crossed;
        of.set(life, [...(of.get(life) ?? []), Number(n)]);
      }
      stays += outcome.split('"stays ').length - 1;
    }
    reader.close();
  }
  for (const life of travellers) {
    for (const numbers of [counted.get(life)!, crossed.get(life)!]) assertEachOnce(numbers, life);
    assert.equal(crossed.get(life)!.length, rounds);
  }
  const numbers = [...counted.values()].reduce((sum, each) => sum + each.length, 0);
  return `${travellers.length * rounds} crossings, ${stays} that ended where they began; ${numbers} numbers, each once`;
}
