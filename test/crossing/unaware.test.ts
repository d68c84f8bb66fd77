/** A program in the middle of everything crosses ten times between two hosts, and is told so by `arrived` alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { decodeTurn } from "../../packages/server/src/programs/transcript.ts";
import { openRecordReader } from "../../packages/server/src/storage/sqlite/record-reader.ts";
import { Banks, type Side, sides } from "./banks.ts";

const crossings = 10;
const alarmSeconds = 6;
const stepMs = 150;

/** Three awaits deep, with a map, a closure, a generator half-way, an instance of a class, and a timer that outlasts it all. */
const source = `
import { me, sleep } from "@elsewhere/program";

class Tally {
  #sum = 0;
  readonly steps = new Map<number, string>();
  add(step: number, day: string): number {
    this.steps.set(step, day);
    return (this.#sum += step);
  }
}
const tally = new Tally();
function* days(): Generator<string> {
  for (;;) yield* ["Monday", "Tuesday", "Wednesday"];
}
const day = days();
const adder = (by: number) => (to: number) => (by += 1) + to;
const plus = adder(10);

async function rest<T>(value: T): Promise<T> {
  await sleep({ ms: ${stepMs} });
  return value;
}
async function named(step: number): Promise<string> {
  const name = day.next().value as string;
  return (await rest(name)) + " " + plus(step);
}
async function told(step: number): Promise<string> {
  const words = await named(step);
  return ["step", step, words, tally.add(step, words), tally.steps.size, me.name].join(" ");
}

me.on("offered", (offer) => void me.accept(offer));
me.on("arrived", ({ crossing }) => crossing && console.log("arrived at " + crossing.to));
void sleep({ seconds: ${alarmSeconds} }).then(() => console.log("alarm"));
for (let step = 1; ; step++) console.log(await told(step));
`;

/** What it must say in its steps, if nothing ever happened to it. */
function* expected(): Generator<string> {
  let sum = 0;
  for (let step = 1; ; step++) {
    const day = ["Monday", "Tuesday", "Wednesday"][(step - 1) % 3]!;
    yield `step ${step} ${day} ${10 + step + step} ${(sum += step)} ${step} walker`;
  }
}

test("V1 V3 a program in the middle of three awaits crosses ten times and goes on as if nothing were", { timeout: 180_000 }, async (t) => {
  const banks = await Banks.open({ source, programs: [{ id: "walker" }], tickMs: 20 });
  try {
    for (let i = 0; i < crossings; i++) {
      const [from, to] = i % 2 === 0 ? sides : [...sides].reverse();
      const program = await livingAt(banks, from);
      await banks.ask(from, "/api/crossings", { program, to: "over" });
      await livingAt(banks, to);
    }
    const steps = async (): Promise<number> => (await banks.log("left", "walker")).filter((line) => line.startsWith("step")).length;
    for (const before = await steps(); (await steps()) < before + 3;) await pause(50);
    await saysAlarm(banks);
    await banks.stop();
    const lines = saidIn(banks);
    const said = lines.filter((line) => line.startsWith("step"));
    const should = expected();
    for (const line of said) assert.equal(line, should.next().value);
    const arrivals = lines.filter((line) => line.startsWith("arrived"));
    assert.deepEqual(
      arrivals,
      Array.from({ length: crossings }, (_, i) => `arrived at ${sides[(i + 1) % 2]}`),
    );
    assert.equal(lines.length, said.length + arrivals.length + 1, "and it rang once");
    const before = lines.slice(0, lines.indexOf("alarm")).filter((line) => line.startsWith("step")).length;
    assert.ok(
      before <= (alarmSeconds * 1000) / stepMs,
      `the alarm rang after ${before} steps: time on the way, or between worlds, has counted`,
    );
    t.diagnostic(`${said.length} steps, ${arrivals.length} crossings; the alarm rang after ${before} steps`);
  } finally {
    await banks.close();
  }
});

/** Its id where it is to live; waits until it does. */
async function livingAt(banks: Banks, side: Side): Promise<string> {
  for (let tries = 0; tries < 600; tries++) {
    const living = (await banks.programs(side)).find(({ status, turns }) => status === "running" && turns > 0);
    const isOver = (await banks.crossings(side)).every(({ waitsFor }) => waitsFor === null);
    if (living !== undefined && isOver) return living.program;
    await pause(50);
  }
  assert.fail(`it never came to ${side}: ${JSON.stringify(await banks.crossings(side))}`);
}

async function saysAlarm(banks: Banks): Promise<void> {
  const all = async (): Promise<readonly string[]> => {
    const logs = sides.map(async (side) => Promise.all((await banks.programs(side)).map(({ program }) => banks.log(side, program))));
    return (await Promise.all(logs)).flat(2);
  };
  while (!(await all()).includes("alarm")) await pause(50);
}

/** All that it said, at both hosts, in the order of its turns. */
function saidIn(banks: Banks): readonly string[] {
  const turns: { readonly turn: number; readonly lines: readonly string[] }[] = [];
  for (const side of sides) {
    const reader = openRecordReader(banks.dataOf(side));
    for (const row of reader.turns()) {
      const { log } = JSON.parse(decodeTurn(row).outcome) as { readonly log: readonly { readonly text: string }[] };
      turns.push({ turn: row.turn, lines: log.map(({ text }) => text) });
    }
    reader.close();
  }
  return turns.toSorted((a, b) => a.turn - b.turn).flatMap(({ lines }) => lines);
}
