/** One program alone on a stage: the test says what it perceives and what is refused, and sees what it does. */
import type { Crossing, ErrorJson, Intent, Json, JsonObject, Percept, Seen } from "@elsewhere/protocol";
import { bundleProgram } from "../../packages/server/src/programs/author/bundle.ts";
import type { Outcome, ProgramPool, TurnInput } from "../../packages/server/src/programs/contract.ts";

const dawn = Date.UTC(2030, 2, 21, 9);

export class Stage {
  readonly log: string[] = [];
  /** Who is in sight. */
  bodies: readonly Seen[] = [];
  /** What the world refuses, by the kind of intent. */
  refused: { readonly [K in Intent["kind"]]?: ErrorJson } = {};
  /** What its memory holds at its start. */
  memory: JsonObject = {};
  now = dawn;
  wants: Outcome["wants"] = [];
  readonly #pool: ProgramPool;
  readonly #program: string;
  #wakeAt: number | null = null;
  #turn = 0;
  #children = 0;
  #body = 1;
  /** The intent by which it has consented to leave: answered where it arrives. */
  #consent: number | null = null;

  private constructor(pool: ProgramPool, program: string) {
    this.#pool = pool;
    this.#program = program;
  }

  static async set(pool: ProgramPool, file: string, read: (path: string) => Promise<string>): Promise<Stage> {
    const { code: text, codeHash: hash } = await bundleProgram(file, read);
    pool.add(file, { hash, text }, { heap: () => Promise.resolve({ image: null, turns: [] }), letGo: () => {} });
    return new Stage(pool, file);
  }

  /** Lets it perceive, and answers all it asks for until it asks no more, or leaves; gives what it asked for. */
  perceive(...percepts: readonly Percept[]): Promise<readonly Intent[]> {
    return this.#play(percepts);
  }

  /** The crossing it has consented to takes it to a world whose clock is ahead by `shiftMs`. */
  arrive(crossing: Crossing, shiftMs: number): Promise<readonly Intent[]> {
    const n = this.#consent;
    if (n === null) throw new Error(`${this.#program} has not consented to leave`);
    this.#consent = null;
    this.now += shiftMs;
    const arrived = { id: ++this.#body, name: "Somebody", shiftMs, n };
    const data = { from: crossing.from, to: crossing.to, program: "somebody", body: this.#body };
    return this.#play(
      [
        { kind: "reply", n, ok: true, data },
        { kind: "arrived", map: "room", x: 8, y: 8, crossing },
      ],
      { arrived },
    );
  }

  async #play(percepts: readonly Percept[], head: Pick<TurnInput, "arrived"> = {}): Promise<readonly Intent[]> {
    const done: Intent[] = [];
    let next = percepts;
    let more = head;
    do {
      const { intents, refused } = await this.#take(next, more);
      more = {};
      done.push(...intents.map(({ intent }) => intent));
      next = [
        ...refused.map(({ n, error }): Percept => ({ kind: "reply", n, ok: false, error })),
        ...intents.flatMap((one) => this.#answer(one)),
      ];
    } while (next.length > 0);
    return done;
  }

  /** Lets time pass, and wakes it whenever it wanted to be woken. */
  async pass(ms: number): Promise<readonly Intent[]> {
    const until = this.now + ms;
    const done: Intent[] = [];
    while (this.#wakeAt !== null && this.#wakeAt <= until) {
      this.now = Math.max(this.now, this.#wakeAt);
      done.push(...(await this.perceive()));
    }
    this.now = until;
    return done;
  }

  async #take(percepts: readonly Percept[], more: Pick<TurnInput, "arrived">): Promise<Outcome> {
    this.#turn++;
    const start = this.#turn === 1 ? { id: this.#body, name: "Somebody", seed: 1, memory: this.memory, lastN: 0 } : null;
    const input = { turn: this.#turn, now: this.now, start, rewound: null, heapBytesMax: 2 * 1024 * 1024, ...more, percepts };
    const result = await this.#pool.run(this.#program, JSON.stringify(input), false);
    if (!result.ok) throw new Error(`${this.#program}: ${result.fault.message}`);
    const { outcome } = result;
    this.log.push(...outcome.log.map(({ text }) => text));
    this.wants = outcome.wants;
    this.#wakeAt = outcome.wakeAt;
    return outcome;
  }

  #answer({ n, intent }: Outcome["intents"][number]): readonly Percept[] {
    const error = this.refused[intent.kind];
    if (error !== undefined) return [{ kind: "reply", n, ok: false, error }];
    if (intent.kind !== "accept" && intent.kind !== "cross") return [{ kind: "reply", n, ok: true, data: this.#data(intent) }];
    this.#consent = n;
    return [];
  }

  #data(intent: Intent): Json {
    if (intent.kind === "spawn") return { program: `child-${++this.#children}`, body: 100 + this.#children };
    if (intent.kind !== "look") return null;
    const look = { map: "room", x: 8, y: 8, place: "room", description: "", bodies: this.bodies, doors: [], places: [], carried: [] };
    return look as unknown as Json;
  }
}

export const person = (id: number, name: string): Seen => ({
  id,
  name,
  kind: "person",
  x: 9,
  y: 8,
  facing: "west",
  posture: "awake",
  traits: {},
  marks: {},
  carries: [],
});
