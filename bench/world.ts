/**
 * The harbour as it ships, in a server of its own, with people who walk and talk in this process.
 * Real time: a minute of the map's time at ten ticks a second, for CPU, tick times and memory.
 * Full speed: as many ticks as the machine can in lockstep, for ticks per second.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enter, type World } from "@elsewhere/client";
import type { Stats } from "@elsewhere/protocol";
import { type Server, startServer } from "../test/support/server.ts";
import type { Benchmark } from "./main.ts";
import { baseline, type Figure } from "./report.ts";

export const world: Benchmark = async ({ quick, say }) => {
  const runs = quick ? 1 : 3;
  const realMs = quick ? 8_000 : 60_000;
  const fullMs = quick ? 5_000 : 20_000;
  const people = quick ? 10 : 50;
  const samples = new Map<string, { unit: string; values: number[] }>();
  const add = (figure: string, unit: string, value: number): void => {
    const sample = samples.get(figure) ?? { unit, values: [] };
    samples.set(figure, sample);
    sample.values.push(value);
  };
  for (let run = 1; run <= runs; run++) {
    say(`run ${run} of ${runs}: real time with ${people} people, ${realMs / 1000} s`);
    await withServer([], async (server) => {
      const crowd = await Promise.all(Array.from({ length: people }, (_, i) => walker(server, i)));
      const before = await statsOf(server);
      await pause(realMs);
      const after = await statsOf(server);
      const minutes = (after.tick - before.tick) / 600;
      if (after.sessions < people || after.turns <= before.turns)
        throw new Error("the world did not do its work: people or turns are missing");
      add("bodies", "bodies", after.bodies);
      add("sessions", "sessions", after.sessions);
      add("programs", "programs", after.programs);
      add("tick_p50", "ms", after.tickMsP50);
      add("tick_p99", "ms", after.tickMsP99);
      add("commit_p50", "ms", after.commitMsP50);
      add("commit_p99", "ms", after.commitMsP99);
      add("turns_per_minute", "turns", (after.turns - before.turns) / minutes);
      add("cpu_per_minute", "CPU s per 600 ticks", (after.cpuSeconds - before.cpuSeconds) / minutes);
      add("memory", "MB resident", after.rssBytes / 1e6);
      for (const person of crowd) person.close();
    });
    say(`run ${run} of ${runs}: full speed, ${fullMs / 1000} s`);
    await withServer(["--speed", "max"], async (server) => {
      const before = await statsOf(server);
      const startedMs = performance.now();
      await pause(fullMs);
      const after = await statsOf(server);
      add("ticks_per_second", "ticks/s at --speed max", ((after.tick - before.tick) * 1000) / (performance.now() - startedMs));
      add("cpu_per_minute_full_speed", "CPU s per 600 ticks", ((after.cpuSeconds - before.cpuSeconds) * 600) / (after.tick - before.tick));
    });
  }
  return [...samples].map(([figure, { unit, values }]): Figure => baseline(figure, values, unit));
};

async function withServer(flags: readonly string[], use: (server: Server) => Promise<void>): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), "elsewhere-bench-"));
  const server = await startServer(["--port", "0", "--data", data, ...flags]);
  try {
    await use(server);
  } finally {
    await server.stop();
    await rm(data, { recursive: true });
  }
}

/** One person who walks from place to place and greets. */
async function walker(server: Server, i: number): Promise<World> {
  const world = await enter({ url: server.url, name: `Walker ${i}` });
  const live = async (): Promise<void> => {
    for (let n = 0; world.state.kind === "open"; n++) {
      const { places } = await world.me.look();
      await world.me.go(places[(i * 7 + n) % places.length]!).catch(() => {});
      await world.me.say(`Good day, I am walker ${i}.`).catch(() => {});
    }
  };
  void live().catch(() => {});
  return world;
}

async function statsOf(server: Server): Promise<Stats> {
  const response = await fetch(`${server.url}/api/stats`, { headers: { authorization: `Bearer ${server.token}` } });
  return (await response.json()) as Stats;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
