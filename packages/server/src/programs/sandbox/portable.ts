/**
 * Images that go from host to host. A portable image is the difference from the base alone, so it needs no heap of anybody
 * else, and has nothing of one. A delta is an XOR: those from base to template and from template to heap, put on nothing one
 * after the other, give the one from base to heap.
 *
 * One that comes in is somebody else's word for what an engine's memory is. Its form is checked here; what it does is
 * bounded by that memory's edge, and by what is checked of all that ever leaves one.
 */
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Ground, Image, PortableImage } from "../contract.ts";
import type { Base } from "./base.ts";
import { applyDelta, encodeDelta } from "./delta.ts";
import { deltaBytesOf, type Envelope, nameOf, openPayload, readEnvelope, reseal, seal, unsupported } from "./envelope.ts";
import { differing, granuleBytes } from "./granules.ts";

/** A heap's difference from its base, granules that do not differ being zeros. */
interface Difference {
  readonly heap: Buffer;
  readonly granules: readonly number[];
}

const nothing = Buffer.alloc(0);

/** What an image and its template tell together. The same heap gives the same bytes. Throws `corrupt` or `unsupported`. */
export function flatten(template: Uint8Array, { bytes: image, heapBytes }: Pick<Image, "bytes" | "heapBytes">): PortableImage {
  const envelope = readEnvelope(image);
  if (envelope.template !== nameOf(template)) throw unsupported("is the difference from another template");
  const { engine, base } = envelope;
  const alone = { ...envelope, template: null, foreign: false };
  // Under a heap that has been elsewhere there is the base and nothing more.
  if (deltaBytesOf(template) === 0) return { bytes: reseal(alone, image), engine, base, heapBytes };
  const under = differenceOf(template, readEnvelope(template));
  const { heap, granules } = differenceOf(image, envelope, under.heap);
  return { bytes: seal(alone, encodeDelta(heap, nothing, granules)), engine, base, heapBytes };
}

/** What a portable image says it stands on. Throws `corrupt` or `unsupported`. */
export function readPortable(bytes: Uint8Array): Envelope {
  const envelope = readEnvelope(bytes);
  if (envelope.template !== null || envelope.foreign) throw unsupported("is not one to travel with");
  if (envelope.turn > limits.portableTurnsMax) throw corrupt("has an impossible turn");
  return envelope;
}

/**
 * The image by which this host keeps a heap that came in, and the template it stands on: one that equals the base, since
 * nothing foreign is ever part of what others stand on. Throws `corrupt` or `unsupported`.
 */
export function adopt(base: Base, code: string, portable: Uint8Array): { readonly image: Image; readonly template: Ground } {
  const envelope = readPortable(portable);
  const { engine, stackPointer, memoryBytes, turn } = envelope;
  if (envelope.base !== base.hash || stackPointer !== base.stackPointer) throw unsupported("was made from another base");
  if (engine !== base.engineHash) throw unsupported("was made by another engine");
  if (envelope.code !== code) throw unsupported("is of other code");
  if (memoryBytes < stackPointer + base.heap.length) throw corrupt("is smaller than its base");
  const template = bareTemplate(base, code);
  const { heap, granules } = differenceOf(portable, envelope);
  const bytes = seal({ ...envelope, template: template.hash, foreign: true }, encodeDelta(heap, nothing, granules));
  const heapBytes = granules.length * granuleBytes;
  return { image: { turn, hash: nameOf(bytes), bytes, template: template.hash, heapBytes }, template };
}

/** A template has the heap of some turn, and the first is as good as any. */
function bareTemplate({ engineHash: engine, hash: base, stackPointer, heap }: Base, code: string): Ground {
  const memoryBytes = stackPointer + heap.length;
  const bytes = seal({ engine, base, code, template: null, turn: 1, memoryBytes, stackPointer, foreign: false }, nothing);
  return { hash: nameOf(bytes), kind: "template", bytes, needs: [base] };
}

/** What an image tells, put on `under`, which may be longer: a memory differs from its template up to its own end. */
function differenceOf(image: Uint8Array, { memoryBytes, stackPointer }: Envelope, under: Buffer = nothing): Difference {
  const heap = Buffer.alloc(memoryBytes - stackPointer);
  under.copy(heap);
  applyDelta(openPayload(image), heap);
  return { heap, granules: differing(heap, nothing) };
}

const corrupt = (what: string): ElsewhereError => new ElsewhereError("corrupt", `the image ${what}`, { field: "image" });
