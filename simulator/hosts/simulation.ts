import type { Packing } from "../../packages/server/src/crossings/contract.ts";
import { Carrier } from "./carrier.ts";
import { Census, type Failure } from "./census.ts";
import { Chance } from "./chance.ts";
import type { OpenEngine } from "./engine.ts";
import { quotaOf } from "./heap.ts";
import { SimHost } from "./host.ts";
import { Wires } from "./network.ts";
import { attend } from "./operators.ts";
import { type Plan, planOf } from "./plan.ts";
import { restoreOnce } from "./restoring.ts";
import { Scheduler } from "./scheduler.ts";
import type { Stage } from "./stage.ts";
import { Trace } from "./trace.ts";
import { Troubles } from "./troubles.ts";
import { openMatters } from "./settled.ts";
import { Vault } from "./vault.ts";

const seconds = 1_000;
/** Within that everything is over once nothing disturbs any more, simulated. */
const healingMsMax = 600 * seconds;

export interface Verdict {
  readonly seed: number;
  readonly failure: Failure | null;
  /** Of all that happened, in order: the same for the same seed. */
  readonly hash: string;
  readonly events: number;
  readonly simulatedMs: number;
  readonly turns: number;
  readonly crossings: number;
  readonly letters: number;
}

export interface Means {
  readonly open: OpenEngine;
  readonly packing: Packing;
  /** Told each thing that happens. */
  readonly tell?: (line: string) => void;
}

/** Runs all that a seed means, until it is over or something is broken. */
export async function simulate(seed: number, means: Means): Promise<Verdict> {
  const simulation = new Simulation(seed, means);
  await simulation.run();
  return simulation.verdict();
}

class Simulation {
  readonly #seed: number;
  readonly #chance: Chance;
  readonly #scheduler = new Scheduler();
  readonly #trace: Trace;
  readonly #census: Census;
  readonly #plan: Plan;
  readonly #stage: Stage;
  readonly #hosts: readonly SimHost[];
  readonly #troubles: Troubles;
  #healedMs = Number.POSITIVE_INFINITY;

  constructor(seed: number, { open, packing, tell }: Means) {
    this.#seed = seed;
    this.#chance = new Chance(seed);
    this.#trace = new Trace(() => this.#scheduler.nowMs, tell);
    const vault = new Vault(this.#chance);
    this.#census = new Census(vault);
    this.#plan = planOf(this.#chance);
    const carrier = new Carrier(() => this.#scheduler.nowMs);
    const wires = new Wires(this.#scheduler, this.#chance, { ...this.#plan.weather }, carrier, {
      sent: (from, message) => this.#census.sent(from, message),
      delivered: (from, to, message) => this.#trace.add(`${from} to ${to}: ${message.kind} ${"attempt" in message ? message.attempt : ""}`),
    });
    this.#stage = {
      scheduler: this.#scheduler,
      chance: this.#chance,
      census: this.#census,
      vault,
      wires,
      packing,
      open,
      names: this.#plan.hosts.map(({ name }) => name),
      temper: this.#plan.temper,
      crashShare: this.#plan.troubles.crashShare,
      crash: (host, point) => {
        this.#trace.add(`${host.name} crashes, its write ${point}`);
        host.crash();
        this.#troubles.startLater(host);
      },
      healedMs: () => this.#healedMs,
      fingerprintOf: (name) => this.#hosts.find((host) => host.name === name)!.fingerprint,
      trace: (line) => this.#trace.add(line),
    };
    this.#hosts = this.#plan.hosts.map((plan) => new SimHost(plan, this.#stage));
    this.#troubles = new Troubles(this.#stage, this.#plan, this.#hosts);
    this.#populate();
  }

  async run(): Promise<void> {
    try {
      for (const host of this.#hosts) host.start();
      attend(this.#stage, this.#hosts);
      this.#troubles.begin();
      if (this.#plan.restores) restoreOnce(this.#stage, this.#hosts, this.#hosts[this.#chance.below(2)]!);
      const endMs = this.#chance.between(40 * seconds, 120 * seconds);
      await this.#goOn(endMs, () => false);
      this.#trace.add("all is whole again");
      this.#healedMs = this.#scheduler.nowMs;
      this.#troubles.end();
      await this.#goOn(endMs + healingMsMax, () => openMatters(this.#hosts, this.#census, this.#stage).length === 0);
      const left = openMatters(this.#hosts, this.#census, this.#stage);
      if (left.length > 0) this.#census.fail("liveness", `not over after ${healingMsMax / seconds} s: ${left.join("; ")}`);
    } catch (error) {
      this.#census.fail("fault", error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }

  verdict(): Verdict {
    const { failure, turns, crossings, letters } = this.#census;
    const { events, nowMs: simulatedMs } = this.#scheduler;
    if (failure !== null) this.#trace.add(`broken: ${failure.what}: ${failure.how}`);
    return { seed: this.#seed, failure, hash: this.#trace.hash, events, simulatedMs, turns, crossings, letters: letters.size };
  }

  /** Until then, or until there is nothing more to see. */
  async #goOn(untilMs: number, isOver: () => boolean): Promise<void> {
    while (this.#scheduler.nowMs < untilMs && this.#census.failure === null && !isOver())
      await this.#scheduler.run(Math.min(untilMs, this.#scheduler.nowMs + seconds));
  }

  #populate(): void {
    for (const host of this.#hosts)
      for (const other of this.#hosts) if (other !== host) host.peers.pair(other.fingerprint, other.name, null);
    for (let number = 1; number <= this.#plan.lives; number++) {
      const host = this.#chance.pick(this.#hosts);
      const who = `${host.name}'s ${number}`;
      const quota = quotaOf(number);
      const heap = { who, count: 0, took: [], asked: null };
      const kept = { name: `number ${number}`, status: "alive", held: null, hasBody: true, heap, lastN: 0, throughSeq: 0, quota } as const;
      this.#census.born(who, host.name, quota);
      host.bear(`p${number}`, kept);
    }
  }
}
