import type { ErrorJson, Intent, JsonObject, Percept, PerceptKind } from "@elsewhere/protocol";

/** What one turn is given. The same input on the same heap gives the same outcome and the same heap hash. */
export interface TurnInput {
  /** Counts from 1; turn 1 evaluates the program's code. */
  readonly turn: number;
  /** World time, milliseconds since 1970: what `Date.now()` says throughout the turn. */
  readonly now: number;
  /** Given with turn 1 only: who it is, its seed and its kept memory. */
  readonly start: {
    readonly id: number;
    readonly name: string;
    readonly seed: number;
    readonly memory: JsonObject;
    /** The last intent number its body has used: a fresh heap numbers on from there. */
    readonly lastN: number;
  } | null;
  readonly percepts: readonly Percept[];
}

/** What one turn asks for. Comes out of the sandbox as JSON and is checked with zod before it is believed. */
export interface Outcome {
  readonly intents: readonly { readonly n: number; readonly intent: Intent }[];
  /** Intents that did not pass the check; each is answered by a failed `reply`. */
  readonly refused: readonly { readonly n: number; readonly error: ErrorJson }[];
  /** World time of the earliest timer; null sleeps until a percept comes. */
  readonly wakeAt: number | null;
  /** Kinds of percept it listens to; replies are always delivered. */
  readonly wants: readonly PerceptKind[];
  readonly log: readonly { readonly level: "log" | "error"; readonly text: string }[];
  /** Its `memory`, when it changed in this turn. */
  readonly memory: JsonObject | null;
}

/** Why a turn failed; the heap is then as it was before the turn. */
export interface Fault {
  readonly reason: "time" | "memory" | "threw" | "outcome" | "image" | "engine";
  readonly message: string;
}

export type TurnResult =
  | { readonly ok: true; readonly outcome: Outcome; readonly heapBytes: number; readonly heapHash: string; readonly turnMs: number }
  | { readonly ok: false; readonly fault: Fault };

/** The newest image of a program and the turns since: enough to have its heap again. */
export interface Heap {
  readonly image: { readonly turn: number; readonly bytes: Uint8Array } | null;
  readonly turns: readonly { readonly input: TurnInput; readonly heapHash: string }[];
}

/** Runs turns in worker threads. One turn of a program at a time; programs never wait for each other's faults. */
export interface ProgramPool {
  /** Names the engine and base heaps are built on: a heap made under another one cannot be rebuilt here. */
  readonly base: string;
  /** Makes a program known. `heap` is called whenever its memory must be rebuilt (first turn, lost worker). */
  add(program: string, code: string, heap: () => Promise<Heap>): void;
  remove(program: string): void;
  run(program: string, input: TurnInput): Promise<TurnResult>;
  /** The program's present heap as an image envelope. Not while a turn of it runs. */
  image(program: string): Promise<{ readonly turn: number; readonly bytes: Uint8Array; readonly hash: string }>;
  close(): Promise<void>;
}

/** A program's life as the host sees it. */
export type ProgramStatus =
  | { readonly kind: "running" }
  | { readonly kind: "backing_off"; readonly faults: number; readonly untilMs: number; readonly error: ErrorJson }
  | { readonly kind: "suspended"; readonly error: ErrorJson }
  | { readonly kind: "ended" };
