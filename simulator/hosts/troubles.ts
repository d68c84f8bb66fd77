import { ElsewhereError } from "@elsewhere/protocol";
import type { SimHost } from "./host.ts";
import type { Plan } from "./plan.ts";
import type { Stage } from "./stage.ts";

const seconds = 1_000;

/** What befalls hosts until all is healed: what operators and friends want, and what breaks. */
export class Troubles {
  readonly #stage: Stage;
  readonly #plan: Plan;
  readonly #hosts: readonly SimHost[];
  #isOver = false;
  #letters = 0;

  constructor(stage: Stage, plan: Plan, hosts: readonly SimHost[]) {
    this.#stage = stage;
    this.#plan = plan;
    this.#hosts = hosts;
  }

  begin(): void {
    const { offers, letters, crashes, cuts, fullDisks, jumps, carrierLosses, takeBacks } = this.#plan.troubles;
    this.#every(offers, (host) => this.#offer(host));
    this.#every(letters, (host) => this.#write(host));
    this.#every(crashes, (host) => this.#crash(host));
    this.#every(cuts, (host) => this.#cut(host));
    this.#every(fullDisks, (host) => this.#fill(host));
    this.#every(jumps, (host) => this.#jump(host));
    this.#every(carrierLosses, () => this.#loseParcels());
    this.#every(takeBacks, (host) => this.#takeBack(host));
  }

  /** All is whole again, and nothing new begins. */
  end(): void {
    const { wires } = this.#stage;
    this.#isOver = true;
    this.#stage.crashShare = 0;
    this.#stage.temper = { ...this.#stage.temper, accepts: 0, wanders: 0, errs: 0 };
    wires.mendAll();
    Object.assign(wires.weather, { lost: 0, twice: 0, late: 0 });
    wires.carrier.isDown = false;
    for (const host of this.#hosts) {
      host.disk.fullUntilMs = 0;
      if (!host.isUp) host.start();
    }
  }

  /** A host that has crashed starts again after a while. */
  startLater(host: SimHost): void {
    const { scheduler, chance, trace } = this.#stage;
    scheduler.after(chance.hits(0.2) ? chance.between(0, 40 * seconds) : chance.between(0, 2 * seconds), () => {
      if (host.isUp) return;
      trace(`${host.name} starts`);
      host.start();
    });
  }

  #every(meanMs: number, act: (host: SimHost) => void): void {
    const { scheduler, chance } = this.#stage;
    if (!Number.isFinite(meanMs)) return;
    scheduler.after(chance.wait(meanMs), () => {
      if (this.#isOver) return;
      act(chance.pick(this.#hosts));
      this.#every(meanMs, act);
    });
  }

  #offer(host: SimHost): void {
    const { chance, names, trace } = this.#stage;
    const there = host.residents.filter(({ kept }) => kept.status === "alive");
    if (host.engine === null || there.length === 0) return;
    const { program } = chance.pick(there);
    const to = chance.pick(names.filter((name) => name !== host.name));
    trace(`${host.name} offers ${program} to go to ${to}`);
    this.#mayBeRefused(host.engine.offer(program, to, this.#plan.forMs));
  }

  #write(host: SimHost): void {
    const there = host.residents.filter(({ kept }) => kept.status === "alive" && kept.hasBody);
    if (there.length === 0) return;
    host.post(this.#stage.chance.pick(there).kept.heap.who, `letter ${++this.#letters}`);
  }

  #crash(host: SimHost): void {
    if (!host.isUp) return;
    this.#stage.trace(`${host.name} ends`);
    if (this.#stage.chance.hits(0.2)) host.engine?.close();
    host.crash();
    this.startLater(host);
  }

  #cut(from: SimHost): void {
    const { scheduler, chance, wires, trace } = this.#stage;
    const to = chance.pick(this.#hosts);
    trace(`what ${from.name} says does not reach ${to.name}`);
    wires.cut(from.name, to.name);
    scheduler.after(chance.between(0, 40 * seconds), () => wires.mend(from.name, to.name));
  }

  #fill(host: SimHost): void {
    const { scheduler, chance, trace } = this.#stage;
    trace(`the disk of ${host.name} is full`);
    host.disk.fullUntilMs = scheduler.nowMs + chance.between(0, 15 * seconds);
  }

  #jump(host: SimHost): void {
    const { chance, trace } = this.#stage;
    host.wallSeconds += chance.pick([-5, 5, -3_600, 3_600, -86_400, 86_400, -1_700_000_000, 1_700_000_000]);
    trace(`the clock of ${host.name} jumps`);
  }

  #loseParcels(): void {
    const { carrier } = this.#stage.wires;
    carrier.loseAll();
    carrier.isDown = !carrier.isDown;
  }

  #takeBack(host: SimHost): void {
    const { census, trace } = this.#stage;
    const released = (host.engine?.list() ?? []).filter(({ direction, state }) => direction === "out" && state === "released");
    if (released.length === 0) return;
    const { attempt, program } = this.#stage.chance.pick(released);
    trace(`${host.name} takes ${program} back from ${attempt}`);
    census.contested(host.residents.find((resident) => resident.program === program)!.kept.heap.who);
    this.#mayBeRefused(host.engine!.decide(attempt, "take-back"));
  }

  #mayBeRefused(wish: Promise<unknown>): void {
    wish.catch((error: unknown) => {
      if (!(error instanceof ElsewhereError)) this.#stage.census.fail("fault", String(error));
    });
  }
}
