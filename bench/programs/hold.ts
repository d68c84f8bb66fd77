/**
 * A process of its own that holds programs and says what memory it takes: `hold.ts ours|peer COUNT`. Prints one line of
 * JSON: bytes resident before the first program and with all of them, each woken twice, and what the last one said.
 */
import { inputOf } from "./script.ts";

const [side, counted] = process.argv.slice(2);
const count = Number(counted);
const collect = (globalThis as { gc?: () => void }).gc ?? ((): void => {});

/** What is free is given back before it is counted. */
async function residentBytes(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage.rss();
}

async function holdOurs(): Promise<() => Promise<string>> {
  const { openOurPool } = await import("./our-pool.ts");
  const { run } = await openOurPool();
  return async () => {
    let last = "";
    const batch = 2_000;
    for (let turn = 1; turn <= 2; turn++) {
      for (let from = 0; from < count; from += batch) {
        const programs = Array.from({ length: Math.min(batch, count - from) }, (_, i) => from + i);
        last = (await Promise.all(programs.map((program) => run(program, inputOf(turn, program))))).at(-1)!;
      }
    }
    return last;
  };
}

async function holdPeers(): Promise<() => Promise<string>> {
  const { PeerProgram } = await import("./peer.ts");
  const held: InstanceType<typeof PeerProgram>[] = [];
  new PeerProgram().dispose();
  return () => {
    let last = "";
    for (let program = 0; program < count; program++) {
      const peer = new PeerProgram();
      held.push(peer);
      for (let turn = 1; turn <= 2; turn++) last = peer.run(inputOf(turn, program));
    }
    return Promise.resolve(last);
  };
}

const fill = side === "ours" ? await holdOurs() : await holdPeers();
const before = await residentBytes();
const last = await fill();
const after = await residentBytes();
process.stdout.write(`${JSON.stringify({ before, after, last })}\n`, () => process.exit(0));
