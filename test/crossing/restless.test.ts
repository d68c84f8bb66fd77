/** Programs that leave as soon as they have come: each arrival meets what is still to be written of the stay before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProgramDetail, ProgramsPage } from "@elsewhere/protocol";
import { Banks, sides } from "./banks.ts";

const count = 8;
const crossingsMin = 80;
const source = `
import { me, sleep } from "@elsewhere/program";
for (let crossed = 0; ; ) {
  try {
    await me.ask({ cross: "over" });
    console.log(++crossed);
  } catch {
    await sleep({ ms: 200 });
  }
}
`;

async function counted(banks: Banks): Promise<ReadonlyMap<string, readonly number[]>> {
  const numbers = new Map<string, number[]>();
  for (const side of sides) {
    const { programs } = await banks.ask<ProgramsPage>(side, "/api/programs");
    for (const { program } of programs) {
      const { log } = await banks.ask<ProgramDetail>(side, `/api/programs/${encodeURIComponent(program)}`);
      const said = log.flatMap(({ level, text }) => (level === "log" ? [Number(text)] : []));
      const life = program.split("@")[0]!;
      numbers.set(life, [...(numbers.get(life) ?? []), ...said]);
    }
  }
  return numbers;
}

test("V61 who goes to and fro without rest goes on from the very heap with which it left", { timeout: 120_000 }, async () => {
  const programs = Array.from({ length: count }, (_, i) => ({ id: `restless-${i}` }));
  const banks = await Banks.open({ source, programs, tickMs: 10 });
  try {
    let numbers = await counted(banks);
    while ([...numbers.values()].flat().length < crossingsMin) numbers = await counted(banks);
    assert.equal(numbers.size, count);
    for (const [life, said] of numbers) {
      const sorted = said.toSorted((a, b) => a - b);
      // What a host has said of it and the other one's next may be read in between; what is there has no repeat.
      assert.equal(new Set(sorted).size, sorted.length, `${life} says a number twice: ${sorted.join()}`);
    }
  } finally {
    await banks.close();
  }
});
