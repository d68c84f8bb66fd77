/** What a heap from elsewhere does in a slot, doctored so that one of its arrays is all of the memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Image } from "../contract.ts";
import { base, codeOf, dawn, fresh, good, heapBytesMax, startInput, templatesOf, texts, turnInput } from "../testing/guest.ts";
import { heard } from "../testing/percepts.ts";
import { applyDelta, encodeDelta } from "./delta.ts";
import { openPayload, readEnvelope, seal } from "./envelope.ts";
import { differing, wordsOf } from "./granules.ts";
import { LiveProgram } from "./live.ts";
import { adopt, flatten } from "./portable.ts";
import { PreparedCodes } from "./prepared.ts";
import { Slot } from "./slot.ts";
import { Templates } from "./templates.ts";

/** Of the array, which is found in the heap by what it holds. */
const [length, filling] = [4_567, 0xab];
const source = `
  const bytes = new Uint8Array(${length}).fill(${filling});
  me.on("heard", ({ text }) => {
    const [from, to] = text.split(" ").map(Number);
    let read = 0;
    for (let i = from; i < to; i += 64) { if (bytes[i] !== 0) read++; bytes[i] = 0xcd; }
    console.log(read, bytes.length);
  });`;
const code = codeOf(source);
const { stackPointer } = base;

function portableOf(of: string, words: readonly string[]): Uint8Array {
  const guest = fresh(of);
  for (const input of [startInput(), ...words.map((word, i) => turnInput(i + 2, dawn, [heard(word)]))]) good(guest.run(input));
  const image = guest.image();
  return flatten(templatesOf(guest.pager).get(image.template)!, image).bytes;
}

/** The array's address and length wherever they stand in the heap, made those of the whole memory. */
function doctored(portable: Uint8Array): Uint8Array {
  const envelope = readEnvelope(portable);
  const from = Buffer.from(base.heap);
  const heap = Buffer.alloc(envelope.memoryBytes - stackPointer);
  from.copy(heap);
  applyDelta(openPayload(portable), heap);
  const at = heap.indexOf(Buffer.alloc(length, filling));
  assert.ok(at >= 0);
  const address = stackPointer + at;
  const words = wordsOf(heap);
  const known = new Map([
    [address, 0],
    [length, envelope.memoryBytes],
  ]);
  words.forEach((word, i) => (words[i] = known.get(word) ?? word));
  return seal(envelope, encodeDelta(heap, from, differing(heap, from)));
}

const templates = new Templates();
templates.addBase(base);
const of = templates.base(base.hash);
function restore(slot: Slot, portable: Uint8Array): { live: LiveProgram; image: Image } {
  const { image, template } = adopt(base, code.hash, portable);
  templates.add(template.bytes);
  const envelope = readEnvelope(image.bytes);
  return { live: LiveProgram.restore(slot, templates.get(image.template), templates, envelope, image.bytes), image };
}
const say = (live: LiveProgram, turn: number, text: string): string => {
  const input = turnInput(turn, dawn, [heard(text)]);
  return texts(good(live.run(input, JSON.stringify(input))).outcome).join();
};
/** Below all that the engine's own limits let it reach. */
const below = `4096 ${stackPointer - 512 * 1024}`;

test("P94 whatever a foreign heap wrote below its stack, the next in the slot has a memory like one made for it alone", () => {
  const whole = doctored(portableOf(source, ["0 0"]));
  const quiet = codeOf(`me.on("heard", () => console.log("quiet"));`);
  const begin = (slot: Slot): Buffer => {
    const codes = new PreparedCodes();
    const live = LiveProgram.unbegun(slot, of, { code: quiet, prepared: null, codes });
    const input = startInput();
    good(live.run(input, JSON.stringify(input)));
    return Buffer.from(slot.engine.bytes);
  };
  for (const how of ["parked", "dropped"]) {
    const slot = new Slot(base);
    const { live } = restore(slot, whole);
    assert.match(say(live, 3, below), /^0 /, "it reads nothing there");
    assert.match(say(live, 4, below), /^[1-9]\d{3} /, "it has written there");
    assert.ok(slot.engine.bytes.subarray(64 * 1024, 128 * 1024).includes(0xcd));
    if (how === "parked") live.park(templates, () => {});
    assert.ok(begin(slot).equals(begin(new Slot(base))), how);
    assert.match(say(restore(slot, whole).live, 3, below), /^0 /, "one like it reads nothing either");
  }
});

test("P94 no template is ever made of a foreign heap, nor of what it became", () => {
  const grounds: string[] = [];
  let { live, image } = restore(new Slot(base), portableOf(source, ["0 0"]));
  const bare = image.template;
  for (let turn = 3; turn < 40; turn++) {
    say(live, turn, "0 64");
    image = live.image(templates, ({ hash }) => grounds.push(hash));
    assert.ok(readEnvelope(image.bytes).foreign);
    assert.equal(image.template, bare);
    if (turn % 8 === 0) live = LiveProgram.restore(new Slot(base), templates.get(bare), templates, readEnvelope(image.bytes), image.bytes);
  }
  assert.deepEqual(grounds, []);
  assert.ok(image.heapBytes <= heapBytesMax);
});
