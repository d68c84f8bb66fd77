/** Images as a dishonest host could send them: real ones, doctored behind a right hash. The same seed gives the same ones. */
import { hash } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import type { Base } from "../../../packages/server/src/programs/sandbox/base.ts";
import { applyDelta, encodeDelta } from "../../../packages/server/src/programs/sandbox/delta.ts";
import { type Envelope, openPayload, readEnvelope, seal } from "../../../packages/server/src/programs/sandbox/envelope.ts";
import { differing, wordsOf } from "../../../packages/server/src/programs/sandbox/granules.ts";
import { Slot } from "../../../packages/server/src/programs/sandbox/slot.ts";

type Random = () => number;
/** Doctors a portable image. */
type Way = (image: Uint8Array, base: Base, random: Random) => Uint8Array;

const hashBytes = 32;
const wordsAt = 8 + 4 * hashBytes;
const headerBytes = wordsAt + 16;

const upTo = (random: Random, end: number): number => Math.floor(random() * end);
const oneOf = <T>(random: Random, all: readonly T[]): T => all[upTo(random, all.length)]!;
/** What numbers of the inside may be mistaken for: addresses at and beyond all edges, lengths, counts. */
const oddNumber = (random: Random): number =>
  oneOf(random, [
    0,
    1,
    -1,
    0x7fff_ffff,
    -0x8000_0000,
    1024,
    1 << 20,
    (1 << 20) - 4,
    4 << 20,
    (4 << 20) - 4,
    upTo(random, 2 ** 32),
    65_536 * 24,
  ]) | 0;

/** The image with its own hash made right. */
const rehashed = (body: Uint8Array): Buffer => Buffer.concat([body, hash("sha256", body, "buffer")]);
const bodyOf = (image: Uint8Array): Buffer => Buffer.from(image.subarray(0, -hashBytes));

/** The image with its heap, as it would be in a memory, changed by `change`. */
function withHeap(image: Uint8Array, base: Base, change: (heap: Buffer, envelope: Envelope) => void): Uint8Array {
  const envelope = readEnvelope(image);
  const heap = Buffer.alloc(envelope.memoryBytes - envelope.stackPointer);
  const from = Buffer.from(base.heap);
  from.copy(heap);
  applyDelta(openPayload(image), heap);
  change(heap, envelope);
  return seal(envelope, encodeDelta(heap, from, differing(heap, from)));
}

const withWords = (words: number, choose: (random: Random, all: Int32Array) => number, to: (random: Random) => number): Way => {
  return (image, base, random) =>
    withHeap(image, base, (heap) => {
      const all = wordsOf(heap);
      for (let i = 0; i < words; i++) all[choose(random, all)] = to(random);
    });
};
const anywhere = (random: Random, all: Int32Array): number => upTo(random, all.length);
/** A word that may well be an address: most of what an engine knows hangs on those. */
function anAddress(random: Random, all: Int32Array): number {
  for (let tries = 0; tries < 10_000; tries++) {
    const at = upTo(random, all.length);
    if (all[at]! >= 1 << 20 && all[at]! < 4 << 20) return at;
  }
  return 0;
}
const field = (at: number, to: (random: Random) => number): Way => {
  return (image, _base, random) => {
    const body = bodyOf(image);
    body.writeInt32LE(to(random), at);
    return rehashed(body);
  };
};
const payload = (make: (image: Uint8Array, random: Random) => { coding: number; bytes: Uint8Array; deltaBytes: number }): Way => {
  return (image, _base, random) => {
    const { coding, bytes, deltaBytes } = make(image, random);
    const body = Buffer.concat([image.subarray(0, headerBytes), bytes]);
    body.writeUInt8(coding, 6);
    body.writeUInt32LE(deltaBytes, wordsAt + 12);
    return rehashed(body);
  };
};

const sixtyFourMegabytes = zstdCompressSync(Buffer.alloc(64 << 20));

/** The image of an engine that never asks whether it has used up its fuel. */
export function withoutPolls(image: Uint8Array, base: Base): Uint8Array {
  const slot = new Slot(base);
  slot.load({ heap: Buffer.from(base.heap) }, base.stackPointer + base.heap.length);
  slot.engine.exports.qjs_set_interrupt_handler(0);
  const [before, after] = [wordsOf(Buffer.from(base.heap)), wordsOf(slot.heap)];
  const places = [...before.keys()].filter((at) => before[at] !== after[at]);
  return withHeap(image, base, (heap) => places.forEach((at) => (wordsOf(heap)[at] = after[at]!)));
}

/** All ways, by what is done. Those that leave a sound image of some heap are tried more often: they get furthest. */
const ways: Readonly<Record<string, { readonly times: number; readonly doctor: Way }>> = {
  "bits flipped anywhere": {
    times: 3,
    doctor: (image, _base, random) => {
      const body = bodyOf(image);
      for (let i = upTo(random, 8); i >= 0; i--) body[upTo(random, body.length)]! ^= 1 << upTo(random, 8);
      return rehashed(body);
    },
  },
  "another stack pointer": { times: 1, doctor: field(wordsAt + 4, oddNumber) },
  "another size": { times: 1, doctor: field(wordsAt, (random) => upTo(random, 70) * 65_536 + oneOf(random, [0, 0, 1])) },
  "a memory that has grown": { times: 2, doctor: field(wordsAt, (random) => (25 + upTo(random, 40)) * 65_536) },
  "another turn": { times: 1, doctor: field(wordsAt + 8, oddNumber) },
  "another length of the delta": { times: 1, doctor: field(wordsAt + 12, oddNumber) },
  "another coding, or been at another host": { times: 1, doctor: field(4, (random) => 2 | (upTo(random, 65_536) << 16)) },
  "another version": { times: 1, doctor: field(4, (random) => upTo(random, 65_536)) },
  "other grounds": { times: 1, doctor: field(8, oddNumber) },
  "a delta of noise": {
    times: 2,
    doctor: payload((_image, random) => {
      const bytes = Buffer.from(Array.from({ length: 1 + upTo(random, 2_000) }, () => upTo(random, 256)));
      return { coding: 0, bytes, deltaBytes: bytes.length };
    }),
  },
  "a granule far beyond": {
    times: 2,
    doctor: payload((_image, random) => {
      const gap = Array.from({ length: 1 + upTo(random, 6) }, () => 0x80 | upTo(random, 128));
      const bytes = Buffer.from([...gap, upTo(random, 128), 0xff, 0xff, ...Array.from({ length: 64 }, () => 1)]);
      return { coding: 0, bytes, deltaBytes: bytes.length };
    }),
  },
  "a delta cut short": {
    times: 2,
    doctor: payload((image, random) => {
      const delta = openPayload(image);
      const bytes = Buffer.from(delta.subarray(0, upTo(random, delta.length)));
      return { coding: 0, bytes, deltaBytes: bytes.length };
    }),
  },
  "zstd cut short": {
    times: 1,
    doctor: payload((image, random) => {
      const delta = openPayload(image);
      const bytes = zstdCompressSync(delta);
      return { coding: 1, bytes: bytes.subarray(0, upTo(random, bytes.length)), deltaBytes: delta.length };
    }),
  },
  "far more than it says": {
    times: 1,
    doctor: payload((_image, random) => ({
      coding: 1,
      bytes: sixtyFourMegabytes,
      deltaBytes: upTo(random, 1 << 20),
    })),
  },
  "a window of gigabytes": {
    times: 1,
    // A frame header alone: no length, and the largest window there is.
    doctor: payload(() => ({ coding: 1, bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0xff, 1, 0, 0]), deltaBytes: 100 })),
  },
  "noise all over the heap": {
    times: 2,
    doctor: (image, base, random) => withHeap(image, base, (heap) => heap.forEach((_, at) => (heap[at] = upTo(random, 256)))),
  },
  "one word all over the heap": {
    times: 2,
    doctor: (image, base, random) => {
      const word = oddNumber(random);
      return withHeap(image, base, (heap) => wordsOf(heap).fill(word));
    },
  },
  "noise in one piece of the heap": {
    times: 6,
    doctor: (image, base, random) =>
      withHeap(image, base, (heap) => {
        const from = upTo(random, heap.length);
        const piece = heap.subarray(from, from + (1 << (2 + upTo(random, 14))));
        piece.forEach((_, at) => (piece[at] = upTo(random, 256)));
      }),
  },
  "one odd word": { times: 10, doctor: withWords(1, anywhere, oddNumber) },
  "many odd words": { times: 6, doctor: withWords(200, anywhere, oddNumber) },
  "one address led astray": { times: 20, doctor: withWords(1, anAddress, oddNumber) },
  "addresses led astray": { times: 10, doctor: withWords(20, anAddress, oddNumber) },
  "addresses that lead to each other": {
    times: 10,
    doctor: (image, base, random) =>
      withHeap(image, base, (heap) => {
        const all = wordsOf(heap);
        for (let i = 0; i < 10; i++) all[anAddress(random, all)] = all[anAddress(random, all)]!;
      }),
  },
  "the functions of the library": {
    times: 6,
    doctor: (image, base, random) =>
      withHeap(image, base, (heap, { stackPointer }) => {
        const boxes = Object.values(base.tokens);
        const words = wordsOf(heap);
        const at = (oneOf(random, boxes) - stackPointer) >> 2;
        if (random() < 0.5) words[at + upTo(random, 2)] = oddNumber(random);
        else words[at] = words[(oneOf(random, boxes) - stackPointer) >> 2]!;
      }),
  },
};

/** The way of the case with that number, every way as often as it says. */
const turns = Object.entries(ways).flatMap(([name, { times, doctor }]) => Array.from({ length: times }, () => ({ name, doctor })));
export const wayOf = (number: number): { readonly name: string; readonly doctor: Way } => turns[(number * 37) % turns.length]!;
