// Runs what a seed means and tells of all that happens, or runs many seeds and tells which of them break something:
//   node --conditions=source simulator/hosts/main.ts SEED [WHAT IS WRONG ON PURPOSE]
//   node --conditions=source simulator/hosts/main.ts FIRST-LAST [WHAT IS WRONG ON PURPOSE]
import { simulateCrossings } from "./crossings.ts";
import { type Plant, plants } from "./planted.ts";
import type { Verdict } from "./simulation.ts";

const [seeds = "", ...words] = process.argv.slice(2);
const asked = words.join(" ");
const plant = plants.find(({ name }) => name === asked);
const range = /^(\d+)(?:-(\d+))?$/.exec(seeds);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (range === null || (asked !== "" && plant === undefined)) {
  process.stderr.write(`Say a seed, or FIRST-LAST, and perhaps what is to be wrong: ${plants.map(({ name }) => name).join("; ")}.\n`);
  process.exitCode = 2;
} else if (range[2] === undefined) {
  const verdict = await simulateCrossings(Number(range[1]), plant, say);
  const { seed, simulatedMs, events, turns, letters, crossings, hash } = verdict;
  const seconds = Math.round(simulatedMs / 1_000);
  say(`seed ${seed}: ${seconds} s, ${events} events, ${turns} turns, ${letters} letters, ${crossings} crossings; trace ${hash}`);
  tellFailure(verdict);
} else await runMany(Number(range[1]), Number(range[2]), plant);

async function runMany(first: number, last: number, plant: Plant | undefined): Promise<void> {
  let [crossings, broken] = [0, 0];
  for (let seed = first; seed <= last; seed++) {
    const verdict = await simulateCrossings(seed, plant);
    crossings += verdict.crossings;
    if (verdict.failure !== null) broken++;
    tellFailure(verdict);
  }
  const cpuSeconds = process.cpuUsage().user / 1e6;
  say(
    `${last - first + 1} seeds, ${broken} broken; ${crossings} crossings, ${Math.round(crossings / cpuSeconds)} a second of processor time`,
  );
}

function tellFailure({ seed, failure }: Verdict): void {
  if (failure === null) return;
  say(`seed ${seed} breaks: ${failure.what}: ${failure.how}`);
  process.exitCode = 1;
}
