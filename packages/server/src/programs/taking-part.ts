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
  #refused: { program: string; n: number; error: ErrorJson }[] = [];

  constructor(programs: Programs, world: World) {
    this.#programs = programs;
    this.#world = world;
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
    for (const live of this.#world.maps.values()) {
      for (const [body, { percepts }] of step.observations) {
        const view = live.state.body(body);
        if (view?.kind !== "program") continue;
        for (const percept of percepts) if (!isOwnDoing(percept, body)) append(mail, view.who.slice("program:".length), percept);
      }
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

/** A program knows what it did by the reply; hearing its own voice would only set it off again. */
function isOwnDoing(percept: Percept, body: number): boolean {
  return "from" in percept && percept.from.id === body;
}
