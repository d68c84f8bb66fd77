import { reportOf, type Figure } from "./report.ts";
import { crossing } from "./crossing.ts";
import { perception } from "./perception.ts";
import { programs } from "./programs.ts";
import { record } from "./record.ts";
import { world } from "./world.ts";

/** A benchmark measures, after checking that what it measured did its work, and reports figures. */
export type Benchmark = (options: { readonly quick: boolean; say(line: string): void }) => Promise<readonly Figure[]>;

const benchmarks: Readonly<Record<string, { readonly about: string; readonly run: Benchmark }>> = {
  crossing: { about: "how long a program is away that goes to another host, and how many can in a second", run: crossing },
  perception: { about: "what a thousand people see of ten thousand bodies, beside Colyseus", run: perception },
  programs: { about: "programs beside isolated-vm, and a server with a hundred thousand of them", run: programs },
  record: { about: "what a record takes, how quickly the past is seen again, and what recording costs", run: record },
  world: { about: "the harbour with its programs and a crowd of people: ticks, CPU and memory", run: world },
};

const args = process.argv.slice(2);
const name = args.find((arg) => !arg.startsWith("--"));
const json = args.includes("--json");
const quick = args.includes("--quick");
const benchmark = name === undefined ? undefined : benchmarks[name];

if (benchmark === undefined) {
  if (name !== undefined) process.stderr.write(`there is no benchmark "${name}"\n`);
  process.stdout.write("npm run bench -- NAME [--json] [--quick]\n");
  for (const [each, { about }] of Object.entries(benchmarks)) process.stdout.write(`  ${each.padEnd(12)} ${about}\n`);
  process.exitCode = name === undefined ? 0 : 1;
} else {
  const figures = await benchmark.run({ quick, say: (line) => void process.stderr.write(`${line}\n`) });
  process.stdout.write(reportOf(name!, figures, { json, quick }));
}
