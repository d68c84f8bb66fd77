import { ElsewhereError, type ErrorJson, type Percept } from "@elsewhere/protocol";
import type { CommitBatch, DeliveryRow } from "../storage/contract.ts";
import type { Participant } from "../ticks/ticker.ts";
import type { World, WorldStep } from "../ticks/world.ts";
import type { Programs } from "./programs.ts";

/** Programs act with this epoch: nobody else ever takes their bodies over. */
export const programEpoch = 1;

/** How programs take part in ticks: outcomes become inputs, what their bodies perceive becomes mail. */
export class ProgramsTakingPart implements Participant {
  readonly #programs: Programs;
  readonly #world: World;
  readonly #programOf: ReadonlyMap<number, string>;
  #refused: { program: string; n: number; error: ErrorJson }[] = [];

  /** `programOf` names the program of each body that is one. */
  constructor(programs: Programs, world: World, programOf: ReadonlyMap<number, string>) {
    this.#programs = programs;
    this.#world = world;
    this.#programOf = programOf;
  }

  before(tick: number, now: number): CommitBatch {
    const { intents, refused, turns, images, programs, logs } = this.#programs.collect(now, tick);
    this.#refused = [...refused];
    for (const { program, n, intent } of intents) {
      const taken = this.#world.postTo(`program:${program}`, (body) => ({ kind: "intent", body, epoch: programEpoch, n, intent }));
      if (!taken) this.#refused.push({ program, n, error: new ElsewhereError("away", "this body is not in the world").toJSON() });
    }
    return { turns, images, programs, logs };
  }

  after(tick: number, now: number, step: WorldStep): { batch: CommitBatch; publish: () => void } {
    const mail = new Map<string, Percept[]>();
    for (const { program, n, error } of this.#refused) append(mail, program, { kind: "reply", n, ok: false, error });
    for (const [body, { percepts }] of step.observations) {
      const program = this.#programOf.get(body);
      if (program === undefined) continue;
      for (const percept of percepts) append(mail, program, percept);
    }
    const deliveries: DeliveryRow[] = [];
    for (const [program, percepts] of mail) deliveries.push(...this.#programs.deliver(program, tick, percepts));
    return { batch: { deliveries }, publish: () => this.#programs.dispatch(now) };
  }

  settled(): Promise<void> {
    return this.#programs.settled();
  }
}

function append(mail: Map<string, Percept[]>, program: string, percept: Percept): void {
  const percepts = mail.get(program);
  if (percepts) percepts.push(percept);
  else mail.set(program, [percept]);
}
