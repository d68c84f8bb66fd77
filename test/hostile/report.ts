/**
 * Says of every hostile program how it was contained and how long that took, with the budgets a host has. For a person to
 * read: times are those of the machine it runs on, and of what else runs there.
 */
import { limits } from "@elsewhere/protocol";
import { engineFaults } from "./corpus/engine.ts";
import { escapePrelude, escapes } from "./corpus/escapes.ts";
import type { Hostile } from "./corpus/hostile.ts";
import { memoryCatchers, memoryHogs, memoryLeaks } from "./corpus/memory.ts";
import { listeners, readers, readingPrelude } from "./corpus/reading.ts";
import { stallsInBuiltIns, stallsInPatterns } from "./corpus/stalls-in-built-ins.ts";
import { stallsInCode } from "./corpus/stalls-in-code.ts";
import { stallsInJobs, stallsOverTurns } from "./corpus/stalls-in-jobs.ts";
import { Cell, type Ended } from "./support/cell.ts";

const groups: readonly { readonly name: string; readonly programs: readonly Hostile[]; readonly prelude?: string }[] = [
  { name: "stalls in code", programs: stallsInCode },
  { name: "stalls in patterns", programs: stallsInPatterns },
  { name: "stalls in built-ins", programs: stallsInBuiltIns },
  { name: "stalls in jobs", programs: [...stallsInJobs, ...stallsOverTurns] },
  { name: "memory", programs: [...memoryHogs, ...memoryCatchers, ...memoryLeaks] },
  { name: "reading", programs: [...readers, ...listeners], prelude: readingPrelude },
  { name: "escapes", programs: escapes, prelude: escapePrelude },
  { name: "engine", programs: engineFaults },
];

interface Line {
  readonly group: string;
  readonly name: string;
  readonly how: string;
  readonly tookMs: number;
  /** Processor time over its budget, which is one of processor time, too. */
  readonly ratio: number;
}

const { turnMsMax, startMsMax } = limits;

function howOf({ end, fault, workersLost }: Ended): string {
  if (end === "well") return "no harm done";
  if (end !== "time") return `fault: ${end}`;
  return workersLost > 0 ? "ended with its worker" : (fault?.message ?? "fuel").startsWith("used") ? "ended by fuel" : "ended from outside";
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const lines: Line[] = [];
for (const { name: group, programs, prelude = "" } of groups) {
  const cell = await Cell.open({ turnMsMax, startMsMax });
  for (const hostile of programs) {
    const ended = await cell.attack(hostile, prelude);
    const budgetMs = hostile.times === 0 ? startMsMax : turnMsMax;
    lines.push({ group, name: hostile.name, how: howOf(ended), tookMs: ended.tookMs, ratio: ended.cpuMs / budgetMs });
    const { how, tookMs, ratio } = lines.at(-1)!;
    say(
      `${group.padEnd(20)} ${how.padEnd(22)} ${tookMs.toFixed(0).padStart(6)} ms  ${ratio.toFixed(2).padStart(5)} of its budget of processor time  ${hostile.name}`,
    );
  }
  const { here, alone } = await cell.neighbour();
  say(
    `${group.padEnd(20)} neighbour: ${here.length} turns, ${JSON.stringify(here) === JSON.stringify(alone) ? "as it is alone" : "NOT AS IT IS ALONE"}`,
  );
  await cell.close();
}

const byRatio = lines.toSorted((a, b) => b.ratio - a.ratio);
const beyond = byRatio.filter(({ ratio }) => ratio > 2);
say(`\n${lines.length} programs; beyond twice their budget: ${beyond.length}`);
for (const { name, how, tookMs, ratio } of byRatio.slice(0, 5))
  say(`  ${ratio.toFixed(2)} of its budget, ${tookMs.toFixed(0)} ms by the wall: ${name} (${how})`);
