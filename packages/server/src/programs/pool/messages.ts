/**
 * What the pool and its workers say to each other, and the few words of shared memory the watchdog looks at. Whatever was
 * asked for in one go travels in one message, its images in one buffer that is handed over and not copied.
 */
import type { Code, Fault, Ground, Image, RecordedTurn } from "../contract.ts";
import type { Base } from "../sandbox/base.ts";

export interface WorkerData {
  readonly slotsMax: number;
  readonly turnPollsMax: number;
  /** Int32 words, see `mark`. */
  readonly marks: SharedArrayBuffer;
}

/** Bytes of the message's buffer, from and to. */
export type Span = readonly [from: number, to: number];

/** What a worker needs to have a program's heap again. */
export interface PackedLoad {
  /** Its text may be empty where there is an image. */
  readonly code: Code;
  readonly base: string;
  readonly image: Span | null;
  readonly turns: readonly RecordedTurn[];
}

/** One request; without an input it asks for an image alone. */
export interface Asked {
  readonly id: number;
  /** The program as the worker knows it. */
  readonly key: string;
  readonly input: string | null;
  readonly withImage: boolean;
  /** Whether no other's image may stand on its heap. */
  readonly apart: boolean;
  readonly load: PackedLoad | null;
}

export interface ToWorker {
  /** Programs to forget. */
  readonly drops: readonly string[];
  /** Templates nothing stands on any more. */
  readonly dropTemplates: readonly string[];
  /** Bases and templates that requests of this message are the first to need. */
  readonly bases: readonly Base[];
  readonly templates: readonly Uint8Array[];
  readonly asked: readonly Asked[];
  readonly buffer: ArrayBuffer | null;
}

export type PackedImage = Omit<Image, "bytes"> & { readonly bytes: Span };

export type Answer =
  | {
      readonly id: number;
      readonly kind: "ran";
      readonly json: string;
      readonly turnMs: number;
      readonly polls: number;
      readonly memoryBytes: number;
      readonly image: PackedImage | null;
    }
  | { readonly id: number; readonly kind: "imaged"; readonly image: PackedImage }
  | { readonly id: number; readonly kind: "failed"; readonly fault: Fault }
  /** The program was parked before the request came: ask again and give its image with it. */
  | { readonly id: number; readonly kind: "absent" };

export interface FromWorker {
  readonly answers: readonly Answer[];
  /** Programs that are live here no longer. */
  readonly parked: readonly { readonly key: string; readonly image: PackedImage }[];
  /** Templates made here. */
  readonly templates: readonly Ground[];
  readonly buffer: ArrayBuffer | null;
}

/** Words of `marks`. */
export const mark = {
  /** Odd while a turn runs; goes up by one at its beginning and at its end. */
  beat: 0,
  /** The request that is being worked on, 0 for none. */
  request: 1,
  /** Whether the turn is a program's first, which may take longer. */
  start: 2,
} as const;
export const marksBytes = 3 * 4;

/** Gathers byte strings for one buffer. */
export class Packing {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(bytes: Uint8Array): Span {
    this.#parts.push(bytes);
    const from = this.#length;
    this.#length += bytes.length;
    return [from, this.#length];
  }

  /** All of them in a buffer of their own; null if there were none. Begins again with nothing. */
  take(): ArrayBuffer | null {
    if (this.#parts.length === 0) return null;
    const all = new Uint8Array(this.#length);
    this.#length = 0;
    for (const part of this.#parts.splice(0)) {
      all.set(part, this.#length);
      this.#length += part.length;
    }
    this.#length = 0;
    return all.buffer;
  }
}

/** Bytes of a message's buffer; the view keeps all of the buffer. */
export const unpack = (buffer: ArrayBuffer | null, [from, to]: Span): Uint8Array => new Uint8Array(buffer!, from, to - from);
