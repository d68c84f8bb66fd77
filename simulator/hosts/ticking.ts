import { ElsewhereError, limits, type Percept } from "@elsewhere/protocol";
import type { CrossingIntent } from "../../packages/server/src/crossings/crossings.ts";
import { mergeBatches } from "../../packages/server/src/storage/batches.ts";
import type { CommitBatch } from "../../packages/server/src/storage/contract.ts";
import type { Engine } from "./engine.ts";
import type { DiskJournal } from "./journal.ts";
import type { Lifetime } from "./lifetime.ts";
import type { Mind } from "./mind.ts";
import type { Outcome, Population, Resident } from "./population.ts";
import type { Stage } from "./stage.ts";
import type { SimTravellers } from "./travellers.ts";

export interface TickingOptions {
  readonly host: string;
  readonly stage: Stage;
  readonly lifetime: Lifetime;
  readonly journal: DiskJournal;
  readonly population: Population;
  readonly travellers: SimTravellers;
  readonly mind: Mind;
  readonly engine: Engine;
  readonly tickMs: number;
  /** What it means that the batch of a tick is durable. */
  readonly means: (batch: CommitBatch, meaning: () => void) => void;
}

/** A host's ticks, from a start to a crash: turns, what they ask, letters, and what crossings have to say, all in one batch. */
export class Ticking {
  readonly #options: TickingOptions;
  #posted: { readonly who: string; readonly letter: string }[] = [];
  #tick = 0;

  constructor(options: TickingOptions) {
    this.#options = options;
  }

  get engine(): Engine {
    return this.#options.engine;
  }

  get residents(): readonly Resident[] {
    return [...this.#options.population.residents.values()];
  }

  /** Somebody here sends a letter to one whose body is here. It counts once the tick that delivers it is durable. */
  post(who: string, letter: string): void {
    this.#posted.push({ who, letter });
  }

  begin(): void {
    const { lifetime, journal, tickMs } = this.#options;
    lifetime.after(tickMs, () => {
      if (journal.size < limits.commitsInFlightMax) this.#make();
      this.begin();
    });
  }

  #make(): void {
    const { journal, population, travellers, mind, engine, tickMs, means } = this.#options;
    const tick = ++this.#tick;
    travellers.tick = tick;
    const batches: CommitBatch[] = [...population.bodiesGo()];
    const outcomes = engine.isQuarantined ? [] : population.turns(mind);
    for (const outcome of outcomes) batches.push(outcome.batch, ...this.#ask(outcome, tick));
    batches.push(engine.before(tick, tick * tickMs));
    // Bodies come in once a restored host has been told who is here.
    const letters = (engine.isQuarantined ? [] : this.#posted.splice(0)).flatMap((each) => {
      const batch = this.#deliver(each.who, each.letter, tick);
      if (batch === null) return [];
      batches.push(batch);
      return [each];
    });
    const publish = engine.after();
    travellers.tick = null;
    const agreed = outcomes.flatMap(({ program }) => population.residents.get(program)!.kept.held ?? []);
    const batch = mergeBatches(batches);
    means(batch, () => this.#tell(outcomes, agreed, letters));
    journal.write(batch, publish);
  }

  /** What is true from now on, whatever crashes. */
  #tell(
    outcomes: readonly Outcome[],
    agreed: readonly string[],
    letters: readonly { readonly who: string; readonly letter: string }[],
  ): void {
    const { host, stage } = this.#options;
    const { census, scheduler } = stage;
    for (const { heap } of outcomes) {
      census.counted(heap.who, heap.count, host);
      census.read(heap.who, heap.took);
    }
    for (const attempt of agreed) census.consented(attempt);
    for (const { who, letter } of letters) stage.trace(`${host} has accepted ${letter} to ${who}`);
    for (const { who, letter } of letters) census.accepted(letter, { who, at: host, sinceMs: scheduler.nowMs });
  }

  #deliver(who: string, letter: string, tick: number): CommitBatch | null {
    const resident = this.residents.find(({ kept }) => kept.heap.who === who && kept.hasBody && kept.status === "alive");
    const percept: Percept = { kind: "heard", from: { id: 1, name: "a friend" }, how: "whisper", text: letter };
    return resident?.deliver([percept], tick) ?? null;
  }

  /** What a turn asked for that no world sees. */
  #ask({ program, intents }: Outcome, tick: number): readonly CommitBatch[] {
    const { population, travellers } = this.#options;
    const resident = population.residents.get(program)!;
    travellers.speaker = program;
    const batches = intents.flatMap(({ n, intent }) => {
      const { batch, reply } = this.#intent(resident, n, intent, tick);
      if (reply !== null) return [batch, resident.deliver([reply], tick)];
      return [batch, resident.change({ heap: { ...resident.kept.heap, asked: n } })];
    });
    travellers.speaker = null;
    return batches;
  }

  #intent(resident: Resident, n: number, intent: CrossingIntent, tick: number): ReturnType<Engine["intent"]> {
    const { host, stage, engine } = this.#options;
    stage.trace(`${resident.program} at ${host} asks ${JSON.stringify(intent)}`);
    try {
      if (resident.kept.held !== null) throw new ElsewhereError("forbidden", "it has agreed to leave already");
      const answer = engine.intent(resident.program, n, intent, tick);
      if (intent.kind === "accept" && answer.reply !== null) stage.census.mayCome(host, intent.offer);
      return answer;
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      stage.trace(`${host} refuses: ${error.message}`);
      return { batch: {}, reply: { kind: "reply", n, ok: false, error: error.toJSON() } };
    }
  }
}
