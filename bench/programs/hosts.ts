/** A real server with a crowd of programs: what it uses when they sleep and when they wake, and how it comes back after `kill -9`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Health, Stats } from "@elsewhere/protocol";
import { type Server, startServer } from "../../test/support/server.ts";
import { writeCrowd } from "./crowd.ts";

export interface CrowdFigures {
  readonly programs: number;
  /** Resident, bytes; CPU cores used; tick time p99, ms. */
  readonly rssBytes: number;
  readonly cores: number;
  readonly tickMsP99: number;
  readonly turnsPerSecond: number;
  /** From the start of a process after `kill -9` to its first tick, seconds; null if it was not tried. */
  readonly recoverySeconds: number | null;
}

export interface CrowdTrial {
  readonly programs: number;
  readonly woken: boolean;
  /** How long it is left alone before it is measured, and for how long it is. */
  readonly settledMs: number;
  readonly measuredMs: number;
  readonly kill: boolean;
}

export async function tryCrowd(
  { programs, woken, settledMs, measuredMs, kill }: CrowdTrial,
  say: (line: string) => void,
): Promise<CrowdFigures> {
  const root = await mkdtemp(join(tmpdir(), "elsewhere-crowd-"));
  const data = join(root, "data");
  const flags = ["--port", "0", "--world", join(root, "world"), "--data", data];
  let server: Server | null = null;
  try {
    await writeCrowd(join(root, "world"), programs, woken);
    server = await startServer(flags);
    await allStarted(server, programs, say);
    // What the start has left behind is cleared away by then, and whoever wakes has come to a minute of its own.
    await pause(settledMs);
    const before = await statsOf(server);
    const cpuBefore = before.cpuSeconds;
    const startedMs = performance.now();
    await pause(measuredMs);
    const after = await statsOf(server);
    const seconds = (performance.now() - startedMs) / 1000;
    if (after.faults > 0) throw new Error(`${after.faults} turns failed`);
    if (after.tick <= before.tick) throw new Error("no tick has passed");
    const turnsPerSecond = (after.turns - before.turns) / seconds;
    const expected = (programs / 60) * seconds;
    if (woken && turnsPerSecond * seconds < 0.9 * expected - 4 * Math.sqrt(expected))
      throw new Error(`only ${turnsPerSecond.toFixed(1)} turns a second: programs are not woken in time`);
    const recoverySeconds = kill ? await recovered(server, flags) : null;
    return {
      programs,
      rssBytes: after.rssBytes,
      cores: (after.cpuSeconds - cpuBefore) / seconds,
      tickMsP99: after.tickMsP99,
      turnsPerSecond,
      recoverySeconds,
    };
  } finally {
    await server?.kill().catch(() => {});
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Every program has had its first turn. */
async function allStarted(server: Server, programs: number, say: (line: string) => void): Promise<void> {
  for (let saidMs = performance.now(); ; await pause(500)) {
    const { turns } = await statsOf(server);
    if (turns >= programs) return;
    if (performance.now() - saidMs < 5_000) continue;
    saidMs = performance.now();
    say(`… ${turns} of ${programs} programs have begun`);
  }
}

/** Kills the server and starts another on its data; seconds until that one has ticked. */
async function recovered(server: Server, flags: readonly string[]): Promise<number> {
  const { tick } = await healthOf(server);
  await server.kill();
  const startedMs = performance.now();
  const next = await startServer(flags);
  try {
    while ((await healthOf(next)).tick <= tick) await pause(10);
    const seconds = (performance.now() - startedMs) / 1000;
    const { faults } = await statsOf(next);
    if (faults > 0) throw new Error(`${faults} turns failed after the kill`);
    return seconds;
  } finally {
    await next.kill();
  }
}

async function statsOf(server: Server): Promise<Stats> {
  const response = await fetch(`${server.url}/api/stats`, { headers: { authorization: `Bearer ${server.token}` } });
  return (await response.json()) as Stats;
}

async function healthOf(server: Server): Promise<Health> {
  return (await (await fetch(`${server.url}/healthz`)).json()) as Health;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
