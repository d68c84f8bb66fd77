/**
 * The templates of a worker: for each, the first image of some program's code, from which the images of its siblings
 * differ little. They are kept as they came; the heaps they stand for are spelled out when needed, a bounded number.
 */
import { ElsewhereError } from "@elsewhere/protocol";
import type { Ground } from "../contract.ts";
import type { Base } from "./base.ts";
import { applyDelta, encodeDelta } from "./delta.ts";
import { type Envelope, nameOf, openPayload, readEnvelope, seal, unsupported } from "./envelope.ts";
import { differing, granuleBytes, sameGranule } from "./granules.ts";
import type { Content } from "./slot.ts";

/** A base as a worker has it: a copy of its own is twice as quick to copy from as shared memory. */
export interface KnownBase extends Content {
  readonly base: Base;
}
export const knownBase = (base: Base): KnownBase => ({ base, heap: Buffer.from(base.heap) });

export interface Template {
  readonly hash: string;
  readonly of: KnownBase;
  readonly code: string;
  readonly memoryBytes: number;
  readonly bytes: Uint8Array;
}

/** The heap of a template, and in which granules it differs from its base. */
interface Spelled extends Content {
  readonly changed: Uint8Array;
  readonly granules: number;
}

/** Heaps spelled out at once; each takes about 400 KB. */
const spelledMax = 64;

export class Templates {
  readonly #bases = new Map<string, KnownBase>();
  readonly #templates = new Map<string, Template>();
  /** The first known of each code and base. */
  readonly #first = new Map<string, Template>();
  /** Least recently used first. */
  readonly #spelled = new Map<Template, Spelled>();

  addBase(base: Base): void {
    if (!this.#bases.has(base.hash)) this.#bases.set(base.hash, knownBase(base));
  }

  base(hash: string): KnownBase {
    return this.#bases.get(hash) ?? refuse("stands on a base that is not known here");
  }

  /** Throws `corrupt` or `unsupported`; a template that is known already is left as it is. */
  add(bytes: Uint8Array): Template {
    const envelope = readEnvelope(bytes);
    if (envelope.template !== null) refuse("is no template");
    const template = this.#templateOf(bytes, envelope);
    const known = this.#templates.get(template.hash);
    if (known === undefined) this.#keep(template);
    return known ?? template;
  }

  /** Makes a template of a heap. */
  make(of: KnownBase, code: string, turn: number, heap: Buffer): { template: Template; ground: Ground } {
    const { hash, engineHash, stackPointer } = of.base;
    const memoryBytes = stackPointer + heap.length;
    const granules = differing(heap, of.heap);
    const envelope = { engine: engineHash, base: hash, code, template: null, turn, memoryBytes, stackPointer };
    const bytes = seal(envelope, encodeDelta(heap, of.heap, granules));
    const template = this.#templateOf(bytes, envelope);
    this.#keep(template);
    this.#remember(template, spelledOf(of, Buffer.from(heap)));
    return { template, ground: { hash: template.hash, kind: "template", bytes, needs: [hash] } };
  }

  drop(hash: string): void {
    const template = this.#templates.get(hash);
    if (template === undefined) return;
    this.#templates.delete(hash);
    this.#spelled.delete(template);
    const key = kindOf(template.of, template.code);
    if (this.#first.get(key) === template) this.#first.delete(key);
  }

  get(hash: string): Template {
    return this.#templates.get(hash) ?? refuse("is the difference from a template that is not known here");
  }

  first(of: KnownBase, code: string): Template | null {
    return this.#first.get(kindOf(of, code)) ?? null;
  }

  /** Throws `corrupt` if the template is of no heap of its size. */
  spell(template: Template): Content {
    return this.#spell(template);
  }

  /** How many bytes of a heap differ from its base, if it differs from `template` in `granules`. */
  heapBytes(template: Template, heap: Buffer, granules: readonly number[]): number {
    const spelled = this.#spell(template);
    let count = spelled.granules;
    for (const granule of granules) {
      count -= spelled.changed[granule] ?? 0;
      if (!sameGranule(heap, template.of.heap, granule)) count++;
    }
    return count * granuleBytes;
  }

  #templateOf(bytes: Uint8Array, { engine, base, code, memoryBytes, stackPointer }: Envelope): Template {
    const of = this.base(base);
    if (engine !== of.base.engineHash) throw unsupported("was made by another engine");
    if (stackPointer !== of.base.stackPointer) throw unsupported("was made from another base");
    return { hash: nameOf(bytes), of, code, memoryBytes, bytes };
  }

  #keep(template: Template): void {
    this.#templates.set(template.hash, template);
    const key = kindOf(template.of, template.code);
    if (!this.#first.has(key)) this.#first.set(key, template);
  }

  #spell(template: Template): Spelled {
    const known = this.#spelled.get(template);
    if (known !== undefined) {
      this.#spelled.delete(template);
      this.#spelled.set(template, known);
      return known;
    }
    const heap = Buffer.alloc(template.memoryBytes - template.of.base.stackPointer);
    template.of.heap.copy(heap);
    applyDelta(openPayload(template.bytes), heap);
    const spelled = spelledOf(template.of, heap);
    this.#remember(template, spelled);
    return spelled;
  }

  #remember(template: Template, spelled: Spelled): void {
    this.#spelled.set(template, spelled);
    if (this.#spelled.size <= spelledMax) return;
    for (const [oldest] of this.#spelled) {
      this.#spelled.delete(oldest);
      return;
    }
  }
}

function spelledOf(of: KnownBase, heap: Buffer): Spelled {
  const granules = differing(heap, of.heap);
  const changed = new Uint8Array(heap.length / granuleBytes);
  for (const granule of granules) changed[granule] = 1;
  return { heap, changed, granules: granules.length };
}

const kindOf = (of: KnownBase, code: string): string => `${of.base.hash} ${code}`;

function refuse(what: string): never {
  throw new ElsewhereError("unsupported", `the image ${what}`, { field: "image" });
}
