/**
 * A store under system calls that fail: what was acknowledged is there, what was refused is asked for again and is then there
 * once, and nothing else. `ELSEWHERE_FAULTS=all` lets every call of a run fail in its turn, which takes half an hour.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { verifyRecord } from "../../record/verify.ts";
import { Store } from "./store.ts";
import { batchOf, everything } from "./testing.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-fault-"));
after(() => rmSync(root, { recursive: true, force: true }));

const child = fileURLToPath(new URL("./testing/fault-child.ts", import.meta.url));
const batches = 24;
/** More of each call than any one thing takes that is asked of a store, so that what was refused once is not refused for ever. */
const between = { pwrite64: 101, pread64: 67, fsync: 31, ftruncate: 3, openat: 23, link: 2, unlink: 3, mkdir: 2, read: 7 } as const;

type Call = keyof typeof between;

/** From the `first` call of each thread on every so many fail. */
interface Fault {
  readonly call: Call;
  readonly error: "EIO" | "ENOSPC";
  readonly first: number;
}

const few: readonly Fault[] = [
  { call: "pwrite64", error: "EIO", first: 90 },
  { call: "pwrite64", error: "ENOSPC", first: 101 },
  { call: "fsync", error: "EIO", first: 12 },
  { call: "fsync", error: "ENOSPC", first: 17 },
  { call: "pread64", error: "EIO", first: 30 },
];
/** Twice as many as lie between: where it is the opening that fails, nothing that comes later is reached. */
const firsts = (call: Call): readonly number[] => Array.from({ length: 2 * between[call] }, (_, i) => i + 1);
const writing: readonly Call[] = ["pwrite64", "fsync", "ftruncate", "openat", "link", "unlink", "mkdir"];
const all: readonly Fault[] = [
  ...writing.flatMap((call) => firsts(call).flatMap((first) => (["EIO", "ENOSPC"] as const).map((error) => ({ call, error, first })))),
  ...(["pread64", "read"] as const).flatMap((call) => firsts(call).map((first): Fault => ({ call, error: "EIO", first }))),
];

/** Why calls cannot be made to fail here; false where they can. */
function unable(): string | false {
  const tried = spawnSync("strace", ["-f", "--seccomp-bpf", "-o", join(root, "tried"), "-e", "inject=chdir:error=EIO", "true"]);
  if (tried.error !== undefined) return "strace is not installed";
  return tried.status === 0 ? false : `strace cannot run here: ${tried.stderr.toString().trim()}`;
}

interface Outcome {
  readonly status: number | null;
  readonly output: string;
  /** How many calls have failed. */
  readonly failed: number;
}

/** Lets the child do its work in `dir` while calls fail on the files of the store; where it has to be started again, on a disk that works. */
async function work(dir: string, { call, error, first }: Fault): Promise<Outcome> {
  mkdirSync(dir);
  const files = ["", "-wal", "-journal", ".new", ".new-journal"].map((end) => `data/elsewhere.db${end}`);
  const paths = ["", "data", "backup", ...files].flatMap((file) => ["-P", join(dir, file)]);
  const log = `${dir}.log`;
  const inject = ["-e", `trace=${call}`, "-e", `inject=${call}:error=${error}:when=${first}+${between[call]}`];
  const program = [process.execPath, ...process.execArgv, child, dir, `${batches}`];
  const faulty = await run("strace", ["-f", "--seccomp-bpf", "-qq", "-o", log, ...inject, ...paths, ...program]);
  const failed = readFileSync(log, "utf8").split("(INJECTED)").length - 1;
  if (faulty.status !== startAgain) return { ...faulty, failed };
  const [command, ...args] = program;
  const again = await run(command!, args);
  return { status: again.status, output: `${faulty.output}started again\n${again.output}`, failed };
}

const startAgain = 75;

function run(command: string, args: readonly string[]): Promise<Pick<Outcome, "status" | "output">> {
  // Most of what a run takes is reading our sources, which is done once.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(root, "compiled") };
  const running = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [running.stdout, running.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => running.once("close", (status) => resolve({ status, output })));
}

const reference = ((): ReturnType<typeof everything> => {
  const store = new Store(join(root, "reference"));
  for (let n = 1; n <= batches; n++) assert.deepEqual(store.commit([{ ticket: n, batch: batchOf(n) }]), [null]);
  const all = everything(store);
  store.close();
  return all;
})();

async function requireSound(dir: string, what: string): Promise<void> {
  const { ok, problems } = await verifyRecord(dir);
  assert.deepEqual([ok, problems], [true, []], what);
  const store = new Store(dir);
  assert.deepEqual(everything(store), reference, what);
  store.close();
}

async function workOn(fault: Fault): Promise<number> {
  const dir = join(root, `${fault.call}-${fault.error}-${fault.first}`);
  const { status, output, failed } = await work(dir, fault);
  const what = `${JSON.stringify(fault)}, ${failed} calls failed\n${output}`;
  assert.equal(status, 0, what);
  const committed = [...output.matchAll(/^committed (\d+)$/gm)].map(([, n]) => Number(n));
  // A batch of which the answer was lost when all was given up may be there all the same.
  const numbers = Array.from({ length: batches }, (_, i) => i + 1);
  assert.deepEqual(committed, output.includes("started again") ? numbers.filter((n) => committed.includes(n)) : numbers, what);
  assert.doesNotMatch(output, /^note .*not whole/m, what);
  await requireSound(join(dir, "data"), what);
  const restored = join(dir, "restored");
  mkdirSync(restored);
  linkSync(join(dir, "backup"), join(restored, "elsewhere.db"));
  assert.ok((await verifyRecord(restored)).ok, what);
  rmSync(dir, { recursive: true });
  return failed;
}

const wanted = process.env["ELSEWHERE_FAULTS"] === "all" ? all : few;

test(
  "R113 whichever write, sync or read fails, what was acknowledged is there, and what was refused is there once when asked for again",
  { skip: unable() },
  async (t) => {
    const failed = new Map<string, number>();
    const todo = [...wanted];
    const worker = async (): Promise<void> => {
      for (let fault = todo.shift(); fault !== undefined; fault = todo.shift()) {
        const name = `${fault.call} ${fault.error}`;
        failed.set(name, (failed.get(name) ?? 0) + (await workOn(fault)));
      }
    };
    for (const ended of await Promise.allSettled([worker(), worker()])) if (ended.status === "rejected") throw ended.reason;
    t.diagnostic(`calls that failed: ${[...failed].map(([name, count]) => `${name} ${count}`).join(", ")}`);
    for (const [name, count] of failed) if (/pwrite64|fsync|pread64/.test(name)) assert.ok(count > 0, name);
  },
);
