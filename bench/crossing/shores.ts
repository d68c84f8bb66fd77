/** Two real hosts that are paired with each other, each in a process of its own with a data directory of its own, and programs that go to and fro. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sides, writeBank } from "../../test/crossing/banks.ts";
import { Child, type Saying } from "../perception/children.ts";
import { type Looked } from "./looks.ts";

interface Ready extends Saying {
  readonly kind: "ready";
  readonly url: string;
  readonly token: string;
}

export interface Crowd {
  /** How many go to and fro. */
  readonly programs: number;
  /** What each has in its heap, besides what any has. */
  readonly ballastBytes: number;
  /** World time between coming and leaving, ms. */
  readonly restMs: number;
  readonly tickMs: number;
}

/** Fills its heap bit by bit, each within a turn's budget, and then crosses for ever. */
const source = `
import { me, memory, sleep } from "@elsewhere/program";
const ballast = new Uint32Array(Number(memory["ballastBytes"]) / 4);
for (let at = 0; at < ballast.length; at += 8192) {
  for (let i = at; i < Math.min(at + 8192, ballast.length); i++) ballast[i] = Math.random() * 2 ** 32;
  await sleep({ ms: 10 });
}
for (let crossed = 1; ; crossed++) {
  await me.ask({ cross: "over" });
  console.log("crossed " + crossed);
  await sleep({ ms: Number(memory["restMs"]) });
}
`;

/** What is seen of them until it is enough, from when the first has crossed; `heapBytes` is how large they are then. */
export async function watchCrossings(
  { programs, ballastBytes, restMs, tickMs }: Crowd,
  isEnough: (hosts: readonly Looked[], seconds: number) => boolean,
): Promise<{ readonly hosts: readonly Looked[]; readonly heapBytes: number; readonly payloadBytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), "elsewhere-crossing-"));
  const children: Child[] = [];
  try {
    const crowd = Array.from({ length: programs }, (_, i) => ({ id: `crosser-${i}`, memory: { ballastBytes, restMs } }));
    const hosts = await Promise.all(
      sides.map(async (side) => {
        const world = await writeBank(folder, side, source, side === "left" ? crowd : []);
        const where = ["--world", world, "--data", join(folder, `${side}-data`), "--port", "0"];
        const child = new Child("../crossing/host.ts", ["up", "--json", ...where, "--tick-ms", String(tickMs)]);
        children.push(child);
        return { child, ...(await child.hear<Ready>("ready")) };
      }),
    );
    const lines = await Promise.all(hosts.map(async (host) => (await ask<{ readonly line: string }>(host, "/api/pairings")).line));
    await Promise.all(hosts.map((host, i) => ask(host, "/api/pairings", { line: lines[1 - i], name: "over", admits: "always" })));
    // The largest heaps take a while to be filled.
    await untilOneIsOver(hosts[0]!);
    const beganMs = performance.now();
    let looked: readonly Looked[] = hosts.map(() => ({ kind: "looked", turns: [], commits: [], triedNs: [], bodies: [] }));
    while (!isEnough(looked, (performance.now() - beganMs) / 1000)) {
      await pause(200);
      const more = await Promise.all(hosts.map(({ child }) => (child.tell({ kind: "look" }), child.hear<Looked>("looked"))));
      looked = looked.map((before, i) => joined(before, more[i]!));
    }
    return { hosts: looked, ...(await sizesOf(hosts)) };
  } finally {
    for (const child of children) await child.end();
    await rm(folder, { recursive: true, maxRetries: 5 });
  }
}

const joined = (a: Looked, b: Looked): Looked => ({
  kind: "looked",
  turns: [...a.turns, ...b.turns],
  commits: [...a.commits, ...b.commits],
  triedNs: [...a.triedNs, ...b.triedNs],
  bodies: [...a.bodies, ...b.bodies],
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Place {
  readonly url: string;
  readonly token: string;
}

async function ask<T>({ url, token }: Place, path: string, body?: object): Promise<T> {
  const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` }, ...request });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

interface Crossings {
  readonly crossings: readonly { readonly state: string; readonly payloadBytes: number | null }[];
}

async function untilOneIsOver(host: Place): Promise<void> {
  for (let waited = 0; waited < 600; waited++) {
    if ((await ask<Crossings>(host, "/api/crossings")).crossings.some(({ state }) => state === "closed")) return;
    await pause(100);
  }
  throw new Error("nobody has crossed within a minute");
}

interface Page {
  readonly programs: readonly { readonly heapBytes: number }[];
}

/** Of the largest. */
async function sizesOf(hosts: readonly Place[]): Promise<{ readonly heapBytes: number; readonly payloadBytes: number }> {
  const pages = await Promise.all(hosts.map((host) => ask<Page>(host, "/api/programs")));
  const crossings = await Promise.all(hosts.map((host) => ask<Crossings>(host, "/api/crossings")));
  return {
    heapBytes: Math.max(...pages.flatMap(({ programs }) => programs.map(({ heapBytes }) => heapBytes))),
    payloadBytes: Math.max(...crossings.flatMap((each) => each.crossings.map(({ payloadBytes }) => payloadBytes ?? 0))),
  };
}
