/**
 * The templates of a worker: heaps of some program's code, from which the images of its siblings differ little. They are
 * kept as they came; the heaps they stand for are spelled out when needed, a bounded number.
 */
import { ElsewhereError } from "@elsewhere/protocol";
import type { Ground } from "../contract.ts";
import type { Base } from "./base.ts";
import { applyDelta, encodeDelta } from "./delta.ts";
import { type Envelope, nameOf, openPayload, readEnvelope, seal, unsupported } from "./envelope.ts";
import { countDiffering, differing, granuleBytes } from "./granules.ts";
import { Heaps } from "./heaps.ts";
import { isNear, Lineage } from "./lineage.ts";
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
  /** How many turns its heap had taken. */
  readonly turn: number;
  readonly memoryBytes: number;
  readonly bytes: Uint8Array;
}

/** Of what a heap is, and how many turns it has taken. */
interface Standing {
  readonly of: KnownBase;
  readonly code: string;
  readonly turn: number;
}

/** A template, and the granules in which a heap differs from it. */
export interface Near {
  readonly template: Template;
  readonly granules: readonly number[];
}

/** The heap of a template, and in which granules it differs from its base. */
interface Spelled extends Content {
  readonly changed: Uint8Array;
  readonly granules: number;
}

/** Of heaps spelled out at once. */
const spelledBytesMax = 32 * 1024 * 1024;

export class Templates {
  readonly #bases = new Map<string, KnownBase>();
  readonly #templates = new Map<string, Template>();
  /** By base and code. */
  readonly #lineages = new Map<string, Lineage>();
  readonly #spelled = new Heaps<Template, Spelled>(spelledBytesMax);

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
    if (known !== undefined) return known;
    this.#templates.set(template.hash, template);
    this.#lineage(template).learn(template);
    return template;
  }

  /** Makes a heap the newest template of its code. */
  make({ of, code, turn }: Standing, heap: Buffer, own: Template | null): { template: Template; ground: Ground } {
    const { hash, engineHash, stackPointer } = of.base;
    const memoryBytes = stackPointer + heap.length;
    const granules = differing(heap, of.heap);
    const envelope = { engine: engineHash, base: hash, code, template: null, turn, memoryBytes, stackPointer, foreign: false };
    const bytes = seal(envelope, encodeDelta(heap, of.heap, granules));
    const template = this.#templateOf(bytes, envelope);
    this.#templates.set(template.hash, template);
    this.#lineage(template).made(template, own);
    this.#spelled.put(template, spelledOf(Buffer.from(heap), granules));
    return { template, ground: { hash: template.hash, kind: "template", bytes, needs: [hash] } };
  }

  /** The template a heap is nearest to, of those it is likely to be near to; `own` is the one it came with. Null where none is known. */
  nearest({ of, code, turn }: Standing, heap: Buffer, own: Template | null): Near | null {
    let nearest: Near | null = null;
    const isKnown = own !== null && this.#templates.get(own.hash) === own;
    for (const template of this.#lineage({ of, code }).likely(isKnown ? own : null, turn)) {
      const granules = differing(heap, this.#spell(template).heap);
      if (nearest === null || granules.length < nearest.granules.length) nearest = { template, granules };
      if (isNear(granules.length)) break;
    }
    return nearest;
  }

  /** Takes note of how near an image came; whether it would pay to make its heap a template. */
  judge({ template, granules }: Near, { turn }: Standing, own: Template | null): boolean {
    return this.#lineage(template).judge(template, granules.length, own, turn);
  }

  drop(hash: string): void {
    const template = this.#templates.get(hash);
    if (template === undefined) return;
    this.#templates.delete(hash);
    this.#spelled.delete(template);
    if (this.#lineage(template).forget(template)) this.#lineages.delete(keyOf(template));
  }

  get(hash: string): Template {
    return this.#templates.get(hash) ?? refuse("is the difference from a template that is not known here");
  }

  /** Throws `corrupt` if the template is of no heap of its size. */
  spell(template: Template): Content {
    return this.#spell(template);
  }

  /** How many bytes of a heap differ from its base, if it differs from `template` in `granules`. */
  heapBytes(template: Template, heap: Buffer, granules: readonly number[]): number {
    const spelled = this.#spell(template);
    let count = spelled.granules + countDiffering(heap, template.of.heap, granules);
    for (const granule of granules) count -= spelled.changed[granule] ?? 0;
    // A template may be of a larger memory than the heap.
    for (let granule = heap.length / granuleBytes; granule < spelled.changed.length; granule++) count -= spelled.changed[granule]!;
    return count * granuleBytes;
  }

  #templateOf(bytes: Uint8Array, { engine, base, code, turn, memoryBytes, stackPointer }: Envelope): Template {
    const of = this.base(base);
    if (engine !== of.base.engineHash) throw unsupported("was made by another engine");
    if (stackPointer !== of.base.stackPointer) throw unsupported("was made from another base");
    return { hash: nameOf(bytes), of, code, turn, memoryBytes, bytes };
  }

  #lineage(kind: Pick<Template, "of" | "code">): Lineage {
    const key = keyOf(kind);
    let lineage = this.#lineages.get(key);
    if (lineage === undefined) {
      lineage = new Lineage();
      this.#lineages.set(key, lineage);
    }
    return lineage;
  }

  #spell(template: Template): Spelled {
    const known = this.#spelled.get(template);
    if (known !== null) return known;
    const heap = Buffer.alloc(template.memoryBytes - template.of.base.stackPointer);
    template.of.heap.copy(heap);
    applyDelta(openPayload(template.bytes), heap);
    const spelled = spelledOf(heap, differing(heap, template.of.heap));
    this.#spelled.put(template, spelled);
    return spelled;
  }
}

const keyOf = ({ of, code }: Pick<Template, "of" | "code">): string => `${of.base.hash} ${code}`;

function spelledOf(heap: Buffer, granules: readonly number[]): Spelled {
  const changed = new Uint8Array(heap.length / granuleBytes);
  for (const granule of granules) changed[granule] = 1;
  return { heap, changed, granules: granules.length };
}

function refuse(what: string): never {
  throw new ElsewhereError("unsupported", `the image ${what}`, { field: "image" });
}
