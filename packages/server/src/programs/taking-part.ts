import { ElsewhereError, type ErrorJson, type Percept } from "@elsewhere/protocol";
import { holdsAt, type Wants } from "@elsewhere/world";
import { newProgramLuggage, programEpoch } from "../populate.ts";
import type { CommitBatch, DeliveryRow, ProgramRow } from "../storage/contract.ts";
import type { Participant } from "../ticks/ticker.ts";
import type { World, WorldStep } from "../ticks/world.ts";
import type { Collected, Programs } from "./programs.ts";

export interface TakingPartOptions {
  readonly programs: Programs;
  readonly world: World;
  /** The program of each body that is one; those of programs that are started later are added. */
  readonly programOf: Map<number, string>;
  /** Of a body that walks, 1/16 tile a tick. */
  readonly walkingSpeed: number;
}

/** How programs take part in ticks: outcomes become inputs, what their bodies perceive becomes mail. */
export class ProgramsTakingPart implements Participant {
  readonly #options: TakingPartOptions;
  /** Replies to intents that the world never sees. */
  #replies = new Map<string, Percept[]>();

  constructor(options: TakingPartOptions) {
    this.#options = options;
  }

  before(tick: number, now: number): CommitBatch {
    const { programs, world } = this.#options;
    const { intents, spawns, refused, ended, turns, images, grounds, programs: rows, logs, settings } = programs.collect(now, tick);
    this.#replies = new Map();
    for (const { program, n, error } of refused) this.#refuse(program, n, error);
    for (const { program, n, intent } of intents) {
      const taken = world.postTo(`program:${program}`, (body) => ({ kind: "intent", body, epoch: programEpoch, n, intent }));
      if (!taken) this.#refuse(program, n, away());
    }
    const born = spawns.flatMap((spawn) => this.#spawn(spawn));
    for (const { program } of rows) world.listensAnew(programs.resident(program)?.spec.body ?? -1);
    for (const program of ended) world.postTo(`program:${program}`, (body) => ({ kind: "remove", body }));
    return { turns, images, grounds, programs: [...rows, ...born], logs, settings };
  }

  after(tick: number, now: number, step: WorldStep): { batch: CommitBatch; publish: () => void } {
    const { programs, programOf } = this.#options;
    const mail = this.#replies;
    for (const [body, { percepts }] of step.observations) {
      const program = programOf.get(body);
      if (program === undefined) continue;
      for (const percept of percepts) append(mail, program, percept);
    }
    const deliveries: DeliveryRow[] = [];
    for (const [program, percepts] of mail) deliveries.push(...programs.deliver(program, tick, percepts));
    return { batch: { deliveries }, publish: () => programs.dispatch(now) };
  }

  /** Nothing is made for a program that it does not listen to. */
  wants(body: number): Wants | undefined {
    const program = this.#options.programOf.get(body);
    return program === undefined ? undefined : this.#options.programs.wants(program);
  }

  settled(): Promise<void> {
    return this.#options.programs.settled();
  }

  /** A child stands where its parent does from this tick on, or the parent is told why there is none. */
  #spawn({ program, n, intent }: Collected["spawns"][number]): readonly ProgramRow[] {
    const { programs, world, programOf, walkingSpeed } = this.#options;
    try {
      const where = world.locate(`program:${program}`);
      if (where?.kind !== "present") throw new ElsewhereError("away", "this body is not in the world");
      const { map, state } = where.live;
      const { x, y, layerOn, layerSees } = state.body(where.body)!;
      const { child, rows } = programs.spawn(program, intent, (id) => world.idFor(`program:${id}`));
      const { body } = child;
      const tile = Math.floor(y / 16) * map.width + Math.floor(x / 16);
      const speed = child.walks ? walkingSpeed : 0;
      // A child is where its parent is, in every sense.
      const inherited = { layerOn, layerSees, holds: holdsAt(map, tile) };
      const luggage = { ...newProgramLuggage(body, child.program, child.name, speed), ...inherited };
      world.post(map.name, { kind: "enter", luggage, at: { tile } });
      programOf.set(body, child.program);
      append(this.#replies, program, { kind: "reply", n, ok: true, data: { program: child.program, body } });
      return rows;
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      this.#refuse(program, n, error.toJSON());
      return [];
    }
  }

  #refuse(program: string, n: number, error: ErrorJson): void {
    append(this.#replies, program, { kind: "reply", n, ok: false, error });
  }
}

const away = (): ErrorJson => new ElsewhereError("away", "this body is not in the world").toJSON();

function append(mail: Map<string, Percept[]>, program: string, percept: Percept): void {
  const percepts = mail.get(program);
  if (percepts) percepts.push(percept);
  else mail.set(program, [percept]);
}
