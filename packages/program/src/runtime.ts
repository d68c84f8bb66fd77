/**
 * The inside of a program: everything here lives in its heap and is part of its image.
 *
 * The host speaks to it in text only. A turn is `begin(input)`, then `next()` for as long as the one before said that there is
 * more, each followed by all promise jobs, then `finish()`. Each timer and each percept is a step of its own, so that what a program begins to
 * listen to while it handles one percept already hears the next.
 */
import { type Duration, durationMs, ElsewhereError, type Intent, type JsonObject, limits, type Percept } from "@elsewhere/protocol";
import { type Chance, chanceFrom } from "./chance.ts";
import type { Child, Spawned } from "./child.ts";
import { describe, Log } from "./log.ts";
import { type Me, MePort } from "./me.ts";
import { type Moment, momentMs } from "./moment.ts";
import { Random } from "./random.ts";
import { Timers } from "./timers.ts";

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
  readonly percepts: readonly Percept[];
}

export class Runtime {
  readonly memory: Record<string, unknown> = {};
  readonly log = new Log();
  readonly random: Chance = chanceFrom(() => this.#random.next());
  readonly #port: MePort;
  readonly #timers = new Timers();
  #random = new Random(0);
  #now = 0;
  #steps: (() => void)[] = [];
  #intents: { n: number; intent: Intent }[] = [];
  #memoryKept = "{}";
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
    const { now, start, rewound, percepts } = JSON.parse(json) as Input;
    this.#now = now;
    if (start !== null) this.#start(start);
    if (rewound) this.#rewind(rewound.lastN);
    this.#steps = [
      ...this.#timers.takeDue(now).map(({ fire }) => fire),
      ...percepts.map((percept) => () => this.#port.perceive(percept)),
    ].toReversed();
    return this.#steps.length > 0;
  }

  /** Takes one step; whether there is another. */
  next(): boolean {
    this.#steps.pop()?.();
    return this.#steps.length > 0;
  }

  /** The module's own promise: that it never settles is normal, that it rejects ends the turn as a fault. */
  watch(module: Promise<unknown>): void {
    module.then(undefined, (error: unknown) => (this.#failed = describe(error)));
  }

  finish(): string {
    const outcome = {
      intents: this.#intents,
      wakeAt: this.#timers.next,
      wants: this.#port.wants,
      memory: this.#memoryIfChanged(),
      log: this.log.take(),
      failed: this.#failed,
    };
    this.#intents = [];
    return JSON.stringify(outcome);
  }

  #start({ id, name, seed, memory, lastN }: NonNullable<Input["start"]>): void {
    this.#port.id = id;
    this.#port.name = name;
    this.#port.startAfter(lastN);
    this.#random = new Random(seed);
    Object.assign(this.memory, memory);
    this.#memoryKept = JSON.stringify(this.memory);
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
    if (this.#intents.length < limits.intentsPerTurnMax) {
      this.#intents.push({ n, intent });
      return;
    }
    const limit = limits.intentsPerTurnMax;
    const error = new ElsewhereError("limit", `more than ${limit} intents in one turn`, { field: "intents", limit }).toJSON();
    queueMicrotask(() => this.#port.perceive({ kind: "reply", n, ok: false, error }));
  }

  /** A memory that is too large or is not JSON is left as it was kept last, and the log says so. */
  #memoryIfChanged(): unknown {
    try {
      const text = JSON.stringify(this.memory);
      if (text === this.#memoryKept) return null;
      requireMemoryBytes(text);
      this.#memoryKept = text;
      return this.memory;
    } catch (error) {
      this.log.write("error", ["memory was not kept:", error]);
      return null;
    }
  }
}

function requireMemoryBytes(text: string): void {
  const limit = limits.memoryBytesMax;
  let bytes = text.length;
  // A UTF-16 unit takes at most 3 bytes of UTF-8, so only near the limit do they have to be counted.
  if (bytes * 3 > limit) for (const char of text) bytes += char < "\u0080" ? 0 : char < "\u0800" ? 1 : 2;
  if (bytes > limit) throw new ElsewhereError("limit", `memory is larger than ${limit} bytes`, { field: "memory", limit });
}

/** The one program this module is evaluated for. */
export const inside = new Runtime();
