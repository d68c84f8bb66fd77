import type { Percept } from "@elsewhere/protocol";
import type { Runtime } from "../runtime.ts";

export interface Outcome {
  readonly intents: readonly { readonly n: number; readonly intent: unknown }[];
  readonly wakeAt: number | null;
  readonly wants: readonly string[];
  readonly memory: unknown;
  readonly log: readonly { readonly level: string; readonly text: string }[];
}

interface Given {
  readonly percepts?: readonly Percept[];
  readonly start?: unknown;
  readonly rewound?: { readonly lastN: number };
  readonly arrived?: { readonly id: number; readonly name: string; readonly shiftMs: number; readonly n: number };
}

const jobs = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A turn as a host runs it: every step followed by all promise jobs. */
export async function turn(runtime: Runtime, now: number, given: Given = {}): Promise<Outcome> {
  let more = runtime.begin(JSON.stringify({ turn: 1, now, start: null, rewound: null, percepts: [], ...given }));
  await jobs();
  while (more) {
    more = runtime.next();
    await jobs();
  }
  return JSON.parse(runtime.finish()) as Outcome;
}

export const heard = (text: string): Percept => ({ kind: "heard", from: { id: 1, name: "Bob" }, how: "say", text });
export const emoted = (text: string): Percept => ({ kind: "emoted", from: { id: 1, name: "Bob" }, text });
export const done = (n: number): Percept => ({ kind: "reply", n, ok: true, data: null });
export const starting = { id: 3, name: "Ada", seed: 1, memory: {}, lastN: 0 };

/** What a promise has come to by now: its value, its error's code, or that it still waits. */
export function settled(promise: Promise<unknown>): Promise<unknown> {
  const outcome = promise.then(
    (value) => ({ value }),
    (error: { code?: string; message: string }) => ({ error: error.code ?? error.message }),
  );
  return Promise.race([outcome, jobs().then(() => "waits")]);
}
