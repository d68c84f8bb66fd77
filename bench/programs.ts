/**
 * Programs beside isolated-vm, which holds the same script with the same library and the same seeded state: memory, turns,
 * creation; what a wake costs; and a whole server with up to a hundred thousand of them.
 */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Benchmark } from "./main.ts";
import { colors, plotOf } from "./plot.ts";
import { type CrowdFigures, tryCrowd } from "./programs/hosts.ts";
import { askedIn } from "./programs/script.ts";
import { storedBytesPerProgram } from "./programs/stored.ts";
import { turnFigures } from "./programs/turns.ts";
import { againstPeer, type Figure } from "./report.ts";

const run = promisify(execFile);

interface Held {
  readonly bytesEach: number;
  readonly asked: string;
}

async function hold(side: "ours" | "peer", count: number): Promise<Held> {
  const entry = fileURLToPath(new URL("./programs/hold.ts", import.meta.url));
  const { stdout } = await run(process.execPath, ["--expose-gc", "--no-node-snapshot", ...process.execArgv, entry, side, String(count)], {
    maxBuffer: 2 ** 20,
  });
  const { before, after, last } = JSON.parse(stdout) as { before: number; after: number; last: string };
  return { bytesEach: (after - before) / count, asked: askedIn(last) };
}

export const programs: Benchmark = async ({ quick, say }) => {
  const runs = quick ? 1 : 3;
  const figures: Figure[] = [];
  const [held, heldPeers] = quick ? [2_000, 100] : [20_000, 1_000];
  const memory: [number, number][] = [];
  for (let i = 1; i <= runs; i++) {
    say(`run ${i} of ${runs}: holding ${held} programs, and ${heldPeers} isolates beside them`);
    const [ours, peer] = [await hold("ours", held), await hold("peer", heldPeers)];
    // The last of each has another seed, so its prices differ; what it is and does must not.
    if (ours.asked.replaceAll(/\d/g, "") !== peer.asked.replaceAll(/\d/g, "")) throw new Error("the two sides did not say the same");
    memory.push([2 ** 30 / ours.bytesEach, 2 ** 30 / peer.bytesEach]);
  }
  figures.push(againstPeer("programs_per_gb", "programs/GB resident", memory, { target: ">=100", reached: (ratio) => ratio >= 100 }));
  const sizes = { runs: quick ? 1 : 5, live: 32, turnsEach: quick ? 40 : 100, created: quick ? 50 : 200, parked: quick ? 200 : 1_000 };
  figures.push(...turnFigures(sizes, say));
  const siblings = quick ? 200 : 1_000;
  say(`storing ${siblings} programs of one kind`);
  const stored = await storedBytesPerProgram(siblings);
  figures.push({ ...plain("stored_bytes", stored, "bytes/program"), target: "<=1024", reached: stored <= 1_024 });
  figures.push(...(await crowds(quick, say)));
  return figures;
};

/** Whole servers: the same number of programs asleep for good, and woken once a minute. */
async function crowds(quick: boolean, say: (line: string) => void): Promise<Figure[]> {
  const asleep: CrowdFigures[] = [];
  const awake: CrowdFigures[] = [];
  const counts = quick ? [100, 300] : [1_000, 10_000, 100_000];
  const largest = counts.at(-1)!;
  const settledMs = quick ? 500 : 20_000;
  for (const programs of counts) {
    say(`a server with ${programs} programs asleep`);
    asleep.push(await tryCrowd({ programs, woken: false, settledMs, measuredMs: quick ? 2_000 : 10_000, kill: false }, say));
    say(`a server with ${programs} programs, each woken once a minute`);
    // A whole minute of the largest: each has exactly one turn in it.
    const measuredMs = quick ? 2_000 : programs < largest ? 20_000 : 60_000;
    awake.push(await tryCrowd({ programs, woken: true, settledMs, measuredMs, kill: programs === largest }, say));
  }
  const most = awake.at(-1)!;
  const recovery = most.recoverySeconds!;
  if (!quick) await writeFile(new URL("./growth.svg", import.meta.url), growth(asleep, awake));
  return [
    { ...plain("hundred_thousand", most.cores, `CPU cores, ${most.programs} programs`), target: "<=1.0", reached: most.cores <= 1 },
    plain("hundred_thousand_tick_p99", most.tickMsP99, "ms"),
    plain("hundred_thousand_turns", most.turnsPerSecond, "turns/s"),
    { ...plain("recovery", recovery, `s, ${most.programs} programs`), target: "<=5", reached: recovery <= 5 },
    ...awake.map(({ programs, cores, rssBytes }) =>
      plain(`growth_${programs}_awake`, rssBytes / 1e6, `MB resident, ${cores.toFixed(3)} cores`),
    ),
    ...asleep.map(({ programs, cores, rssBytes }) =>
      plain(`growth_${programs}_asleep`, rssBytes / 1e6, `MB resident, ${cores.toFixed(3)} cores`),
    ),
  ];
}

function growth(asleep: readonly CrowdFigures[], awake: readonly CrowdFigures[]): string {
  const series = (value: (figures: CrowdFigures) => number): { name: string; color: string; points: [number, number][] }[] => [
    { name: "each woken once a minute", color: colors[0], points: awake.map((each) => [each.programs, value(each)]) },
    { name: "asleep", color: colors[1], points: asleep.map((each) => [each.programs, value(each)]) },
  ];
  return plotOf("A server's cost as programs grow", [
    { title: "memory", unit: "MB resident", along: "programs", series: series(({ rssBytes }) => rssBytes / 1e6) },
    { title: "CPU", unit: "cores", along: "programs", series: series(({ cores }) => cores) },
  ]);
}

function plain(figure: string, ours: number, unit: string): Figure {
  return { figure, ours, peer: null, ratio: null, unit, target: null, reached: null, runs: 1 };
}
