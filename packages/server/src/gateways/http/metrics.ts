import { Counter, Gauge, Registry } from "prom-client";
import type { HostView } from "../contract.ts";

/** Figures as Prometheus scrapes them, read from `view` when asked for: sums over the host, nothing of any one inhabitant. */
export function createMetrics(view: Pick<HostView, "health" | "stats">): Registry {
  const registry = new Registry();
  const registers = [registry];

  const gauge = (name: string, help: string, read: () => number): void => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(read()) });
  };
  const counter = (name: string, help: string, read: () => number): void => {
    const made = new Counter({
      name,
      help,
      registers,
      collect() {
        made.reset();
        made.inc(read());
      },
    });
  };
  const quantiles = (name: string, help: string, read: () => readonly [p50Ms: number, p99Ms: number]): void => {
    const made = new Gauge({
      name,
      help,
      registers,
      labelNames: ["quantile"],
      collect() {
        const [p50Ms, p99Ms] = read();
        made.set({ quantile: "0.5" }, p50Ms / 1000);
        made.set({ quantile: "0.99" }, p99Ms / 1000);
      },
    });
  };

  gauge("elsewhere_up", "1 while the world goes on, 0 while it is paused or stopped", () => (view.health().status === "ok" ? 1 : 0));
  gauge("elsewhere_tick_lag_seconds", "How far the tick is behind real time", () => view.health().tickLagMs / 1000);
  gauge("elsewhere_maps", "Maps of the world", () => view.health().maps);
  gauge("elsewhere_bodies", "Bodies in the world", () => view.stats().bodies);
  gauge("elsewhere_programs", "Programs of the world", () => view.health().programs);
  gauge("elsewhere_programs_live", "Programs with a memory of their own", () => view.stats().programsLive);
  gauge("elsewhere_programs_parked", "Programs with an image in the host's memory", () => view.stats().programsParked);
  gauge("elsewhere_parked_bytes", "Images in the host's memory", () => view.stats().parkedBytes);
  gauge("elsewhere_sessions", "Live sessions", () => view.stats().sessions);
  gauge("elsewhere_ticks_per_second", "Ticks in the last seconds", () => view.stats().ticksPerSecond);
  gauge("elsewhere_resident_memory_bytes", "Resident memory of the process", () => view.stats().rssBytes);
  quantiles("elsewhere_tick_duration_seconds", "Time a tick takes", () => [view.stats().tickMsP50, view.stats().tickMsP99]);
  quantiles("elsewhere_commit_duration_seconds", "Time a commit takes", () => [view.stats().commitMsP50, view.stats().commitMsP99]);
  counter("elsewhere_ticks_total", "Ticks since the world began", () => view.health().tick);
  counter("elsewhere_records_total", "Committed records since the world began", () => view.health().seq);
  counter("elsewhere_turns_total", "Turns of programs", () => view.stats().turns);
  counter("elsewhere_faults_total", "Turns of programs that failed", () => view.stats().faults);
  counter("elsewhere_workers_lost_total", "Workers ended because a turn held them too long", () => view.stats().workersLost);
  counter("elsewhere_cpu_seconds_total", "CPU time of the process", () => view.stats().cpuSeconds);
  return registry;
}
