import { CrossingRows, fencedKey } from "../../packages/server/src/crossings/journal.ts";
import type { CommitBatch } from "../../packages/server/src/storage/contract.ts";
import { HostClock } from "./clock.ts";
import { type Contents, copyOf, Disk } from "./disk.ts";
import type { Engine } from "./engine.ts";
import { isLive, type Kept, keptOf, rowOf } from "./heap.ts";
import { DiskJournal } from "./journal.ts";
import { Lifetime } from "./lifetime.ts";
import { Mind } from "./mind.ts";
import { SimPeers } from "./peers.ts";
import type { HostPlan } from "./plan.ts";
import { Population, type Resident } from "./population.ts";
import type { Stage } from "./stage.ts";
import { Ticking } from "./ticking.ts";
import { SimTravellers } from "./travellers.ts";

/** A host: a disk that stays, and what runs on it from time to time. */
export class SimHost {
  readonly plan: HostPlan;
  readonly peers: SimPeers;
  readonly disk = new Disk();
  /** Fingerprint that those born here are named after. */
  readonly home: string;
  fingerprint: string;
  /** What its clock on the wall says besides the true time, seconds. */
  wallSeconds: number;
  readonly #stage: Stage;
  readonly #meanings = new WeakMap<CommitBatch, () => void>();
  #lifetime: Lifetime | null = null;
  /** Null until it has read what is on the disk. */
  #ticking: Ticking | null = null;
  /** Restored, and not told yet what it may run. */
  #isQuarantined = false;

  constructor(plan: HostPlan, stage: Stage) {
    this.plan = plan;
    this.#stage = stage;
    this.home = this.fingerprint = stage.chance.text(43);
    this.wallSeconds = plan.wallSeconds;
    const porters = (): readonly string[] => this.residents.filter(({ kept }) => isLive(kept)).map(({ program }) => program);
    this.peers = new SimPeers(porters, plan.name, stage, plan.hospitality);
    stage.wires.connect(this);
  }

  get name(): string {
    return this.plan.name;
  }

  get isUp(): boolean {
    return this.#lifetime !== null;
  }

  get engine(): Engine | null {
    return this.#ticking?.engine ?? null;
  }

  get residents(): readonly Resident[] {
    return this.#ticking?.residents ?? [];
  }

  /** Somebody is born here before anything begins. */
  bear(program: string, kept: Kept): void {
    this.disk.apply({ programs: [rowOf(program, kept)] });
  }

  post(who: string, letter: string): void {
    this.#ticking?.post(who, letter);
  }

  start(): void {
    const { scheduler } = this.#stage;
    const lifetime = new Lifetime(scheduler);
    this.#lifetime = lifetime;
    void this.#open(lifetime);
  }

  crash(): void {
    this.#lifetime?.end();
    this.#lifetime = null;
    this.#ticking = null;
  }

  /** Another host on an older disk, which is to speak for the one it was copied from. */
  restore(contents: Contents): void {
    const { wires, chance, census } = this.#stage;
    const from = this.fingerprint;
    wires.disconnect(from);
    this.fingerprint = chance.text(43);
    this.disk.contents = copyOf(contents);
    this.disk.apply({ settings: [{ key: "restored", value: JSON.stringify({ from }) }] });
    this.#isQuarantined = true;
    census.vanished(this.name);
    wires.connect(this);
  }

  hears(from: string): boolean {
    return this.engine !== null && this.peers.isPaired(from);
  }

  receive(from: string, message: Parameters<Engine["receive"]>[1]): void {
    this.engine?.receive(from, message);
  }

  payload(attempt: string): Promise<Uint8Array | null> {
    return this.engine?.payload(attempt) ?? Promise.resolve(null);
  }

  async #open(lifetime: Lifetime): Promise<void> {
    const { plan, peers, fingerprint: self, name } = this;
    const { scheduler, chance, census, vault, wires, packing, open, names, trace, fingerprintOf } = this.#stage;
    const journal = this.#journal(lifetime);
    const rows = await CrossingRows.read(journal);
    const population = new Population(this.disk.contents, (program) => rows.hasLeft(program));
    const travellers = new SimTravellers({ ...plan.gates, name, home: this.home }, population, census, chance, lifetime);
    const engine = await open({
      self,
      travellers,
      peers,
      network: wires.of(name, self, lifetime),
      cipher: vault,
      packing,
      journal,
      clock: new HostClock(
        lifetime,
        () => scheduler.nowMs,
        plan.clockRate,
        () => this.wallSeconds + scheduler.nowMs / 1_000,
      ),
      witness: plan.witness === null ? null : fingerprintOf(plan.witness),
      carrier: plan.carrier ? "http://carrier" : null,
      // Its ticks come as they come.
      hasten: () => {},
      say: (line) => trace(`${name} says: ${line}`),
    });
    if (lifetime.isOver) return;
    const mind = new Mind(
      chance,
      () => this.#stage.temper,
      names.filter((each) => each !== name),
    );
    const means = (batch: CommitBatch, meaning: () => void): void => void this.#meanings.set(batch, meaning);
    const { stage, tickMs } = { stage: this.#stage, tickMs: plan.tickMs };
    this.#ticking = new Ticking({
      host: name,
      stage,
      lifetime,
      journal,
      population,
      travellers,
      mind,
      engine,
      tickMs,
      means,
    });
    this.#ticking.begin();
  }

  #journal(lifetime: Lifetime): DiskJournal {
    const { scheduler, chance } = this.#stage;
    return new DiskJournal(this.disk, lifetime, () => scheduler.nowMs, {
      delayMs: () => chance.between(1, this.plan.writeMs),
      at: (point) => {
        if (chance.hits(this.#stage.crashShare)) this.#stage.crash(this, point);
      },
      applied: (batch) => this.#applied(batch),
    });
  }

  /** What is true from now on, by its disk. */
  #applied(batch: CommitBatch): void {
    this.#meanings.get(batch)?.();
    const isTold = batch.settings?.some(({ key, value }) => key === fencedKey && value === this.fingerprint) === true;
    if (isTold) this.#isQuarantined = false;
    if (this.#isQuarantined) return;
    const states = isTold ? this.disk.contents.programs : new Map(batch.programs?.map(({ program, state }) => [program, state]));
    for (const kept of [...states.values()].map(keptOf)) this.#stage.census.stands(kept.heap.who, this.name, isLive(kept));
  }
}
