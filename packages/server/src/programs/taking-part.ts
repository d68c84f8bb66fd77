import { ElsewhereError, type ErrorJson, type Percept } from "@elsewhere/protocol";
import { holdsAt, type Wants } from "@elsewhere/world";
import { newProgramLuggage, programEpoch, removeBody } from "../populate.ts";
import { mergeBatches } from "../storage/batches.ts";
import type { CommitBatch, DeliveryRow, ProgramRow } from "../storage/contract.ts";
import type { Participant } from "../ticks/ticker.ts";
import type { World, WorldStep } from "../ticks/world.ts";
import type { CrossingIntent } from "./asked.ts";
import type { Collected } from "./collected.ts";
import type { Programs } from "./programs.ts";

/** Who decides about crossings. */
export interface CrossingDesk {
  /** As long as it is so no turn begins: it may be that another host runs the same programs. */
  readonly isQuarantined: boolean;
  /**
   * A program's word about a crossing, given in the turn that this tick takes: what is to be committed with the tick, and the
   * answer; null where that comes later, where the program goes on. Throws `ElsewhereError` for what is refused.
   */
  intent(program: string, n: number, intent: CrossingIntent, tick: number, now: number): { batch: CommitBatch; reply: Percept | null };
}

export interface TakingPartOptions {
  readonly programs: Programs;
  readonly world: World;
  /** The program of each body that is one; those of programs that are started later are added. */
  readonly programOf: Map<number, string>;
  /** Of a body that walks, 1/16 tile a tick. */
  readonly walkingSpeed: number;
  /** Left out where nobody ever leaves or arrives. */
  readonly crossings?: CrossingDesk;
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
    const {
      intents,
      spawns,
      crossings,
      refused,
      gone,
      turns,
      images,
      grounds,
      programs: rows,
      logs,
      settings,
    } = programs.collect(now, tick);
    this.#replies = new Map();
    for (const { program, n, error } of refused) this.#refuse(program, n, error);
    for (const { program, n, intent } of intents) {
      const taken = world.postTo(`program:${program}`, (body) => ({ kind: "intent", body, epoch: programEpoch, n, intent }));
      if (!taken) this.#refuse(program, n, away());
    }
    const born = spawns.flatMap((spawn) => this.#spawn(spawn));
    for (const { program } of rows) world.listensAnew(programs.resident(program)?.spec.body ?? -1);
    for (const program of gone) removeBody(world, program);
    const own = { turns, images, grounds, programs: [...rows, ...born], logs, settings };
    return crossings.length === 0 ? own : mergeBatches([own, ...crossings.map((each) => this.#cross(each, tick, now))]);
  }

  after(tick: number, now: number, step: WorldStep): { batch: CommitBatch; publish: () => void } {
    const { programs, programOf, crossings } = this.#options;
    // Nobody is there to take it, and the numbers of its letters may have been used already.
    if (crossings?.isQuarantined === true) return { batch: {}, publish: () => {} };
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

  /** After everything else that its turn asked for: a program that has consented is held from then on. */
  #cross({ program, n, intent }: Collected["crossings"][number], tick: number, now: number): CommitBatch {
    const { programs, crossings } = this.#options;
    try {
      if (intent.kind !== "decline" && programs.resident(program)?.status.kind === "crossing")
        throw new ElsewhereError("forbidden", "it has consented to a crossing already, and one turn can have but one", { field: "intent" });
      if (crossings === undefined) throw new ElsewhereError("unsupported", "no program leaves this host", { field: "intent" });
      const { batch, reply } = crossings.intent(program, n, intent, tick, now);
      if (reply !== null) append(this.#replies, program, reply);
      return batch;
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      this.#refuse(program, n, error.toJSON());
      return {};
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
