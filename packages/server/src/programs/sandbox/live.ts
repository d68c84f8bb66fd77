/** A program in a slot: its heap, the number of its last turn, and how its images are written down. */
import { limits } from "@elsewhere/protocol";
import type { Code, Fault, Ground, Image } from "../contract.ts";
import { applyDelta, encodeDelta } from "./delta.ts";
import { type Envelope, nameOf, openPayload, seal } from "./envelope.ts";
import type { Checked } from "./outcome.ts";
import type { Prepared, PreparedCodes } from "./prepared.ts";
import type { Slot } from "./slot.ts";
import type { KnownBase, Near, Template, Templates } from "./templates.ts";
import { faultOf, runTurn, type Start, type TurnHead } from "./turn.ts";

export type Ran = (Checked & { readonly ok: true; readonly polls: number }) | { readonly ok: false; readonly fault: Fault };

/** A program that has not begun, and the heap its code leaves when it is compiled, if that is known. */
interface Unbegun {
  readonly code: Code;
  readonly prepared: Prepared | null;
  readonly codes: PreparedCodes;
}

export class LiveProgram {
  readonly slot: Slot;
  readonly of: KnownBase;
  readonly #code: string;
  #template: Template | null;
  #turn: number;
  /** Whether no template may be made of its heap, for others' images would then tell of it. */
  apart = false;
  /** Turns it has taken since it came into this slot. */
  turnsHere = 0;
  #unbegun: Unbegun | null;

  private constructor(slot: Slot, of: KnownBase, code: string, template: Template | null, turn: number, unbegun: Unbegun | null) {
    this.slot = slot;
    this.of = of;
    this.#code = code;
    this.#template = template;
    this.#turn = turn;
    this.#unbegun = unbegun;
  }

  static unbegun(slot: Slot, of: KnownBase, from: Unbegun): LiveProgram {
    return new LiveProgram(slot, of, from.code.hash, null, 0, from);
  }

  /** `image` has passed `readEnvelope`, which gave `envelope`. Throws `corrupt` or `unsupported`; the slot then holds nothing of use. */
  static restore(slot: Slot, template: Template, templates: Templates, envelope: Envelope, image: Uint8Array): LiveProgram {
    const delta = openPayload(image);
    slot.load(templates.spell(template), envelope.memoryBytes, (heap) => applyDelta(delta, heap));
    slot.foreign = envelope.foreign;
    return new LiveProgram(slot, template.of, template.code, template, envelope.turn, null);
  }

  get turn(): number {
    return this.#turn;
  }

  /** Runs the next turn. After a fault the memory is of no use any more. */
  run(head: TurnHead, input: string, pollsMax: number = limits.turnPollsMax): Ran {
    const { engine } = this.slot;
    try {
      const ran = runTurn(engine, this.of.base, head, input, pollsMax, this.#begin());
      this.#turn = head.turn;
      this.turnsHere++;
      return { ok: true, ...ran };
    } catch (error) {
      return { ok: false, fault: faultOf(error, engine, this.of.base, head.heapBytesMax) };
    }
  }

  /** An image of its heap; the first of its code makes the template, which is handed to `made`. */
  image(templates: Templates, made: (ground: Ground) => void): Image {
    return this.#image(templates, made).image;
  }

  /** An image of its heap, which is then no longer in the slot. */
  park(templates: Templates, made: (ground: Ground) => void): Image {
    const { image, template, granules } = this.#image(templates, made);
    this.slot.clear(templates.spell(template), granules);
    return image;
  }

  #begin(): Start | null {
    if (this.#unbegun === null) return null;
    const { code, prepared, codes } = this.#unbegun;
    const { slot, of } = this;
    const content = prepared ?? of;
    slot.load(content, of.base.stackPointer + content.heap.length);
    this.#unbegun = null;
    return prepared ?? codes.make(of, code, slot);
  }

  #image(templates: Templates, made: (ground: Ground) => void): Near & { image: Image } {
    const { heap } = this.slot;
    const { template, granules } = this.#nearest(templates, heap, made);
    this.#template = template;
    const from = templates.spell(template).heap;
    const { engineHash, hash, stackPointer } = this.of.base;
    const turn = this.#turn;
    const memoryBytes = stackPointer + heap.length;
    const stands = { engine: engineHash, base: hash, code: this.#code, template: template.hash };
    const envelope = { ...stands, turn, memoryBytes, stackPointer, foreign: this.slot.foreign };
    const bytes = seal(envelope, encodeDelta(heap, from, granules));
    const heapBytes = templates.heapBytes(template, heap, granules);
    return { image: { turn, hash: nameOf(bytes), bytes, template: template.hash, heapBytes }, template, granules };
  }

  /** The template its heap is nearest to, or a new one where that pays. */
  #nearest(templates: Templates, heap: Buffer, made: (ground: Ground) => void): Near {
    const standing = { of: this.of, code: this.#code, turn: this.#turn };
    const own = this.#template;
    const nearest = templates.nearest(standing, heap, own);
    if (this.apart || this.slot.foreign) return nearest ?? this.#onBase(templates, heap, made);
    if (nearest !== null && !templates.judge(nearest, standing, own)) return nearest;
    const { template, ground } = templates.make(standing, heap, own);
    made(ground);
    return { template, granules: [] };
  }

  /** No heap of its code is known that others may know: the base takes its place, and the image tells all in which it differs. */
  #onBase(templates: Templates, heap: Buffer, made: (ground: Ground) => void): Near {
    const { of } = this;
    // A template has the heap of some turn, and the first is as good as any.
    const standing = { of, code: this.#code, turn: 1 };
    made(templates.make(standing, Buffer.from(of.heap), null).ground);
    return templates.nearest(standing, heap, null)!;
  }
}
