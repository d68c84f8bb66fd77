/**
 * The inside of a program: everything here lives in its heap and is part of its image.
 *
 * The host speaks to it in text only. A turn is `begin(input)`, then `next()` for as long as the one before said that there is
 * more, each followed by all promise jobs, then `finish()`. Each timer and each percept is a step of its own, so that what a program begins to
 * listen to while it handles one percept already hears the next.
 */
import {
  type Duration,
  durationMs,
  ElsewhereError,
  type Intent,
  type JsonObject,
  limits,
  type Percept,
  type PerceptKind,
} from "@elsewhere/protocol";
import { type Chance, chanceFrom } from "./chance.ts";
import type { Child, Spawned } from "./child.ts";
import { describe, Log } from "./log.ts";
import { type Me, MePort } from "./me.ts";
import { Memory } from "./memory/memory.ts";
import { type Moment, momentMs } from "./moment.ts";
import { Random } from "./random.ts";
import { type Timer, Timers } from "./timers.ts";

/** The wire form of a turn's input, as far as the inside reads it. */
interface Input {
  readonly now: number;
  readonly start: {
    readonly id: number;
    readonly name: string;
    readonly seed: number;
    readonly memory: JsonObject;
    readonly lastN: number;
  } | null;
  readonly rewound: { readonly lastN: number } | null;
  readonly chance?: number;
  readonly arrived?: { readonly id: number; readonly name: string; readonly shiftMs: number; readonly n: number };
  readonly percepts: readonly Percept[];
}

/** Taken before any program is there, so that what a program does to `JSON` is its own affair. */
const { parse, stringify } = JSON;
const none: readonly never[] = [];

export class Runtime {
  readonly memory = new Memory();
  readonly log = new Log();
  readonly random: Chance = chanceFrom(() => this.#random.next());
  readonly #port: MePort;
  readonly #timers = new Timers();
  #random = new Random(0);
  #now = 0;
  /** The steps of this turn, timers before percepts, and how many of them were taken. */
  #due: readonly Timer[] = none;
  #percepts: readonly Percept[] = none;
  #taken = 0;
  /** The intents of this turn as JSON, with commas between them. */
  #intents = "";
  #intentCount = 0;
  #wants: readonly PerceptKind[] = none;
  #wantsJson = "[]";
  #failed: string | null = null;

  constructor() {
    this.#port = new MePort(
      (n, intent) => this.#send(n, intent),
      (error) => this.uncaught(error),
      (ms, wake) => this.#timers.add(this.#now + ms, wake),
    );
  }

  get me(): Me {
    return this.#port;
  }

  /** What nobody in the program caught: it is logged and the turn goes on. */
  uncaught(...values: readonly unknown[]): void {
    this.log.write("error", values);
    this.#port.sites.rearm();
  }

  async sleep(duration: Duration): Promise<void> {
    const at = this.#now + durationMs(duration, "sleep");
    await new Promise<void>((resolve) => this.#timers.add(at, resolve));
  }

  async at(moment: Moment): Promise<void> {
    const at = momentMs(moment, this.#now);
    await new Promise<void>((resolve) => this.#timers.add(at, resolve));
  }

  async spawn(child: Child): Promise<Spawned> {
    return (await this.#port.act({ ...child, kind: "spawn" } as Intent)) as unknown as Spawned;
  }

  /** Takes what a turn is given; whether there is a step to take. */
  begin(json: string): boolean {
    const { now, start, rewound, chance, arrived, percepts } = parse(json) as Input;
    this.#now = now;
    if (start !== null) this.#start(start);
    if (arrived !== undefined) this.#arrive(arrived);
    if (rewound) this.#rewind(rewound.lastN);
    if (chance !== undefined) this.#random = new Random(chance);
    this.#due = this.#timers.takeDue(now);
    this.#percepts = percepts;
    this.#taken = 0;
    return this.#due.length + percepts.length > 0;
  }

  /** Takes one step; whether there is another. */
  next(): boolean {
    const step = this.#taken++;
    const timers = this.#due.length;
    if (step < timers) this.#due[step]!.fire();
    else this.#port.perceive(this.#percepts[step - timers]!);
    return this.#taken < timers + this.#percepts.length;
  }

  /** The module's own promise: that it never settles is normal, that it rejects ends the turn as a fault. */
  watch(module: Promise<unknown>): void {
    module.then(undefined, (error: unknown) => (this.#failed = describe(error)));
  }

  /**
   * The outcome as JSON, put together from texts: to write the whole of it as one object takes half as long again.
   * What was perceived is forgotten here, so that no image has to hold it.
   */
  finish(): string {
    const memory = this.#memoryIfChanged();
    const { wants } = this.#port;
    if (wants !== this.#wants) {
      this.#wants = wants;
      this.#wantsJson = stringify(wants);
    }
    const log = this.log.take();
    const failed = this.#failed === null ? null : stringify(this.#failed);
    const json =
      `{"intents":[${this.#intents}],"wakeAt":${this.#timers.next},"wants":${this.#wantsJson},` +
      `"memory":${memory},"log":${log.length === 0 ? "[]" : stringify(log)},"failed":${failed}}`;
    this.#intents = "";
    this.#intentCount = 0;
    this.#due = none;
    this.#percepts = none;
    return json;
  }

  #start({ id, name, seed, memory, lastN }: NonNullable<Input["start"]>): void {
    this.#port.id = id;
    this.#port.name = name;
    this.#port.startAfter(lastN);
    this.#random = new Random(seed);
    this.memory.begin(memory);
  }

  /** It goes on in another body and by another clock; of what it had asked for at the old host, `n` alone is answered here. */
  #arrive({ id, name, shiftMs, n }: NonNullable<Input["arrived"]>): void {
    this.#port.id = id;
    this.#port.name = name;
    this.#timers.shift(shiftMs);
    this.#port.rejectUnanswered(
      new ElsewhereError("interrupted", "this program has crossed to another host: what it had asked for there may be done or not"),
      n,
    );
  }

  /** What this heap had asked for was answered to a later one, which is gone. */
  #rewind(lastN: number): void {
    this.#port.startAfter(lastN);
    this.#port.rejectUnanswered(
      new ElsewhereError(
        "interrupted",
        "this program was taken back to an earlier state of its heap: what it had asked for may be done or not",
      ),
    );
  }

  #send(n: number, intent: Intent): void {
    if (this.#intentCount < limits.intentsPerTurnMax) {
      const json = `{"n":${n},"intent":${stringify(intent)}}`;
      this.#intents = this.#intentCount++ === 0 ? json : `${this.#intents},${json}`;
      return;
    }
    const limit = limits.intentsPerTurnMax;
    const error = new ElsewhereError("limit", `more than ${limit} intents in one turn`, { field: "intents", limit }).toJSON();
    queueMicrotask(() => this.#port.perceive({ kind: "reply", n, ok: false, error }));
  }

  /** A memory that is too large, too deep or not JSON is left as it was kept last, and the log says so. */
  #memoryIfChanged(): string | null {
    try {
      return this.memory.changed();
    } catch (error) {
      this.log.write("error", ["memory was not kept:", error]);
      return null;
    }
  }
}

/** The one program this module is evaluated for. */
export const inside = new Runtime();
