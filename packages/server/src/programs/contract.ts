import type { ErrorJson, Intent, JsonObject, Percept, PerceptKind } from "@elsewhere/protocol";

/**
 * What one turn is given, recorded as the very text the program was handed. The same text on the same heap gives the same
 * outcome, byte for byte, and the same heap.
 */
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
  /**
   * Given with the first turn on an older image: a later heap has used intent numbers up to `lastN`. Whatever this heap
   * still waits for was answered to that other heap, so it is rejected here.
   */
  readonly rewound: { readonly lastN: number } | null;
  /** In a world taken from another's past: from now on chance follows from this seed. */
  readonly chance?: number;
  /**
   * Given with the first turn at a host it has crossed to: its body here, how far this world's clock is ahead of the one its
   * timers were set by, milliseconds (or behind, below 0), and the intent by which it consented. Its timers keep what is left of
   * them, and what else it had asked for there is rejected, before it hears anything.
   */
  readonly arrived?: { readonly id: number; readonly name: string; readonly shiftMs: number; readonly n: number };
  /** The most this program's heap may take, bytes above the engine's own. */
  readonly heapBytesMax: number;
  readonly percepts: readonly Percept[];
}

/** What one turn asks for. Comes out of the sandbox as JSON and is checked before it is believed. */
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

/** A heap after a turn: its difference from a template, in an envelope that says what it stands on. */
export interface Image {
  readonly turn: number;
  /** sha256 of `bytes`, hex: the image's own name. */
  readonly hash: string;
  readonly bytes: Uint8Array;
  /** Hash of the template it is the difference from. */
  readonly template: string;
  /** How much of the heap differs from the base, bytes. */
  readonly heapBytes: number;
}

/** What images stand on and storage keeps, by hash, for as long as one of them does: engine binary, base, template. */
export interface Ground {
  readonly hash: string;
  readonly kind: "engine" | "base" | "template";
  readonly bytes: Uint8Array;
  /** Hashes of the grounds it stands on itself. */
  readonly needs: readonly string[];
}

/** A program's heap as one image that stands on an engine and a base alone, so that another host can run it. */
export interface PortableImage {
  readonly bytes: Uint8Array;
  /** Hashes, hex. */
  readonly engine: string;
  readonly base: string;
  /** How much of the heap differs from the base, bytes. */
  readonly heapBytes: number;
}

export type TurnResult =
  | {
      readonly ok: true;
      readonly outcome: Outcome;
      /** `outcome` as it is recorded. */
      readonly json: string;
      /** Time it took its worker, milliseconds. */
      readonly turnMs: number;
      /** Fuel it used, polls: the same on every machine. */
      readonly polls: number;
      /** The whole size of its memory now, bytes. */
      readonly memoryBytes: number;
      /** If one was asked for; null if none could be had. */
      readonly image: Image | null;
    }
  | { readonly ok: false; readonly fault: Fault };

/** A turn as recorded: the texts of its input and its outcome. Replaying the input must give the outcome again. */
export interface RecordedTurn {
  readonly turn: number;
  readonly input: string;
  readonly outcome: string;
}

/** The newest image of a program and the turns since: enough to have its heap again. */
export interface Heap {
  readonly image: Pick<Image, "turn" | "bytes"> | null;
  readonly turns: readonly RecordedTurn[];
}

/** A program's bundled module and the hash (sha256, hex) by which heaps know it. */
export interface Code {
  readonly hash: string;
  readonly text: string;
}

/** Whoever answers for a program to the pool. */
export interface HeapKeeper {
  /** Its heap after its last turn, for a worker that has to have it again. */
  heap(): Promise<Heap>;
  /** The pool keeps this image no longer: whoever wants a quick wake stores it. */
  letGo(image: Image): void;
  /**
   * Whether what is in its heap, or would be after a turn with `input`, may be in no image but its own: others' images then
   * never stand on it. Asked with each turn, and with null for an image alone. Left out, it may.
   */
  isApart?(input: string | null): boolean;
}

/** Where a heap is: in a WebAssembly memory, as an image in this process's memory, or in storage alone. */
export type Residence = "live" | "parked" | "stored";

/**
 * Runs turns in worker threads. One turn of a program at a time; programs never wait for each other's faults. Turns asked
 * for in one go reach a worker together.
 */
export interface ProgramPool {
  /** Names the base (and with it the engine) that fresh heaps are built on. */
  readonly base: string;
  /** Makes a program known. A second `add` of the same program replaces it: its heap is asked for anew. */
  add(program: string, code: Code, keeper: HeapKeeper): void;
  remove(program: string): void;
  /** `input`: JSON of a `TurnInput`. `withImage` asks for an image after the turn. Never rejects for what a program does. */
  run(program: string, input: string, withImage: boolean): Promise<TurnResult>;
  /** The program's present heap. Null if it cannot be had. Not while a turn of it runs. */
  image(program: string): Promise<Image | null>;
  /** Its present heap to go elsewhere with: the same heap gives the same bytes. Null if it cannot be had. Not while a turn of it runs. */
  portable(program: string): Promise<PortableImage | null>;
  /** Whether this base, made by this engine, has been loaded here. What is stored besides, storage can say. */
  knows(stands: Pick<PortableImage, "engine" | "base">): boolean;
  /** A heap from elsewhere is about to be tried: its worker begins now, so that it need not be waited for then. */
  prepareTrial(): void;
  /**
   * Runs one turn of a heap that came from elsewhere, in a worker of its own and with less than a turn may use otherwise, and
   * forgets it. Never rejects for what the image or the program does. Loads what it stands on, from storage if need be.
   */
  tryOut(code: Code, portable: Uint8Array, input: string): Promise<TurnResult>;
  /**
   * The image, of the same turn, by which this host keeps such a heap, and what has to be stored before it. Throws `corrupt`
   * for what is no sound image, `unsupported` where code, engine or base is another or has not been loaded here.
   */
  adopt(code: Code, portable: Uint8Array): { readonly image: Image; readonly grounds: readonly Ground[] };
  /** A ground by its hash, as long as it is in use here; null if it is not known. */
  ground(hash: string): Ground | null;
  residence(program: string): Residence;
  readonly figures: PoolFigures;
  close(): Promise<void>;
}

export interface PoolFigures {
  readonly live: number;
  readonly parked: number;
  readonly parkedBytes: number;
  /** Workers ended because a turn held them too long. */
  readonly workersLost: number;
}

/** How far supervision has gone with a program that keeps failing; each step is tried after a longer wait. */
export type SupervisionStep = "again" | "older" | "fresh";

/** A program's life as the host sees it. */
export type ProgramStatus =
  | { readonly kind: "running" }
  | {
      readonly kind: "backing_off";
      readonly faults: number;
      readonly next: SupervisionStep;
      readonly untilMs: number;
      readonly error: ErrorJson;
    }
  | { readonly kind: "suspended"; readonly error: ErrorJson }
  /** It waits to leave for another host. */
  | { readonly kind: "crossing" }
  /** It lives at another host, of that name here if it is known. */
  | { readonly kind: "crossed"; readonly host: string | null }
  | { readonly kind: "ended" };
