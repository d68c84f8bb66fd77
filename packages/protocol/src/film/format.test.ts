import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { ElsewhereError } from "../errors.ts";
import { ByteWriter } from "../wire/bytes.ts";
import { type FilmEntry, filmVersion, sumBytes } from "./block.ts";
import { crc32 } from "./crc.ts";
import { MoveRows } from "./moves.ts";
import { contexts, RangeCoder } from "./range-coder.ts";
import { BlockReader } from "./reader.ts";
import { writeTickBytes } from "./ticks.ts";
import type { Told } from "./told.ts";
import { writeBlocks } from "./writer.ts";

const zstd = {
  compress: (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 19 } }),
  decompress: (bytes: Uint8Array, sizeMax: number): Uint8Array => zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, sizeMax) }),
};
const utf8 = new TextEncoder();
const noMoves = new MoveRows();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const cold = {
  who: "person:ada",
  kind: "person",
  name: "Ada",
  description: "",
  portable: false,
  traits: {},
  marks: {},
  carried: [],
  holds: [],
};
const ada = {
  id: 1,
  x: 24,
  y: 24,
  facing: 2,
  at: 0,
  asleepSince: -1,
  speed: 8,
  layerOn: 1,
  layerSees: 1,
  epoch: 1,
  lastN: 0,
  cold,
  activity: null,
};

const keyframe = (tick: number, bodies: readonly unknown[] = [[0, ada]], doors: readonly unknown[] = [["gate", false]]): Uint8Array =>
  utf8.encode(JSON.stringify({ version: 2, map: "square", width: 8, height: 4, tick, bodies, doors, away: [], asleepTicksMax: 8 }));

function moves(
  ...rows: readonly (readonly [slot: number, steps: number, dx: number, dy: number, facing: number, reaches: number, at: number])[]
): MoveRows {
  const found = new MoveRows();
  for (const row of rows) found.push(...row);
  return found;
}

const activity = { n: 1, to: "@3,1", path: "ee", from: 9, end: 11, ticket: 0, plannedTick: 2, retries: 0 };
const heard = {
  kind: "heard",
  from: { id: 1, name: "Ada" },
  how: "say",
  text: "Good morning",
  to: null,
  scope: { tile: 9, layers: 1, radius: 2 },
  cause: { body: 1, n: 2 },
};

/** Somebody walks two tiles to the east, says something, turns, and is gone: what every part of the format is used for. */
const history: readonly (readonly [tick: number, told: Told, rows: MoveRows])[] = [
  [2, { numbered: [0, 1, 1, -1], acted: [[0, activity]] }, moves([0, 1, 8, 0, 1, 1, 1])],
  [3, {}, moves([0, 1, 8, 0, 1, 1, 2])],
  [4, {}, moves([0, 1, 8, 0, 1, 0, 0])],
  [5, { acted: [[0, null]], events: [{ kind: "reply", body: 1, n: 1, answer: { ok: true, data: null } }] }, moves([0, 1, 8, 0, 1, 1, 0])],
  [9, { numbered: [0, 1, 2, -1], doors: [[0, true]], events: [heard] }, noMoves],
  [10, {}, moves([0, 1, 3, -2, 0, 0, 0])],
  [11, {}, moves([0, 1, 0, 0, 3, 0, 0])],
  [12, { gone: [0], away: [["person:ada", { tile: 11 }]] }, noMoves],
];

function entriesOf(ticks: typeof history): FilmEntry[] {
  const found = ticks.map(([tick, told, rows], i): FilmEntry => {
    return { kind: "tick", tick, seq: 8 + i, batch: tick + 3, bytes: writeTickBytes(tick, told, rows) };
  });
  return [{ kind: "keyframe", tick: 1, seq: 7, batch: 4, bytes: keyframe(1) }, ...found];
}

const plain = (entries: Iterable<FilmEntry>): unknown[] =>
  [...entries].map((entry) => ({ ...entry, bytes: Buffer.from(entry.bytes).toString("latin1") }));

/** Puts the sum right again, as somebody would who means it. */
function resealed(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - sumBytes;
  new DataView(bytes.buffer).setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

test("Y12 the blocks of a version stay what they are", () => {
  const [block, ...more] = writeBlocks(entriesOf(history), zstd);
  assert.equal(more.length, 0);
  assert.equal(filmVersion, 1);
  assert.equal(hex(block!.bytes), pinned);
  const reader = new BlockReader(Buffer.from(pinned, "hex"), zstd);
  assert.deepEqual(plain(reader.entries()), plain(entriesOf(history)));
  assert.deepEqual(reader.head, {
    map: "square",
    openingTick: 1,
    openingIsEntry: true,
    firstTick: 1,
    lastTick: 12,
    firstSeq: 7,
    lastSeq: 15,
    entryCount: 9,
    keyframeCount: 1,
    verbatimCount: 0,
    eventCounts: new Map([
      ["reply", 1],
      ["heard", 1],
    ]),
  });
});

test("Y13 what is told in words is found without playing the block", () => {
  const [block] = writeBlocks(entriesOf(history), zstd);
  const bytes = Uint8Array.from(block!.bytes);
  // The part about moves stands last.
  bytes.fill(0xff, bytes.length - sumBytes - 4, bytes.length - sumBytes);
  const reader = new BlockReader(resealed(bytes), zstd);
  const telling = history.filter(([, told]) => Object.keys(told).length > 0);
  assert.deepEqual(
    [...reader.told()],
    telling.map(([tick, told]) => ({ tick, told })),
  );
  assert.throws(() => assert.deepEqual(plain(reader.entries()), plain(entriesOf(history))));
});

/** Entries that no film of this version can tell otherwise than byte for byte. */
const odd: readonly (readonly [what: string, entry: Pick<FilmEntry, "kind" | "bytes">])[] = [
  ["a later version", { kind: "tick", bytes: Uint8Array.of(3, 0, 0, 0, 0) }],
  ["no tick at all", { kind: "tick", bytes: utf8.encode("{}") }],
  ["nothing", { kind: "tick", bytes: new Uint8Array(0) }],
  ["a tick of another number", { kind: "tick", bytes: writeTickBytes(77, {}, noMoves) }],
  ["a move of nobody", { kind: "tick", bytes: writeTickBytes(4, {}, moves([5, 1, 1, 0, 1, 0, 0])) }],
  ["a step in the longer form", { kind: "tick", bytes: Uint8Array.of(...writeTickBytes(4, {}, noMoves), 1, 3, 2, 0) }],
  ["a keyframe of another state", { kind: "keyframe", bytes: keyframe(4, [[0, { ...ada, x: 99 }]]) }],
  ["a keyframe with blanks", { kind: "keyframe", bytes: Uint8Array.of(...keyframe(4), 32) }],
  ["a keyframe of a later version", { kind: "keyframe", bytes: utf8.encode('{"version":3}') }],
];

for (const [what, { kind, bytes }] of odd) {
  test(`Y14 ${what} is kept as it was, and the film goes on after the next keyframe`, () => {
    const entries = entriesOf(history);
    const after: FilmEntry[] = [5, 6].map((tick) => ({ kind: "keyframe", tick, seq: tick, batch: tick, bytes: keyframe(tick) }));
    const all = [...entries.slice(0, 3), { kind, tick: 4, seq: 10, batch: 7, bytes }, ...entries.slice(4, 5), ...after];
    const readers = writeBlocks(all, zstd).map((block) => new BlockReader(block.bytes, zstd));
    assert.deepEqual(plain(readers.flatMap((reader) => [...reader.entries()])), plain(all));
    assert.notEqual([...readers.at(-1)!.play()].at(-1)!.state, null);
  });
}

test("Y14 texts with half characters, odd keys and numbers come back as they were", () => {
  const traits = { "": -0.5, "\ud800": "\udc00", ["__proto__"]: { toString: 1e300 }, 7: [[], [1, 2], ["a", { b: null }], true] };
  const events = [{ kind: "did", data: { deep: traits, big: 2 ** 53 - 1, small: -(2 ** 53 - 2) } }, { kind: 5 }, {}];
  const entries = entriesOf([
    [2, { cooled: [[0, { ...cold, traits: JSON.parse(JSON.stringify(traits)) as object as typeof cold.traits }]], events }, noMoves],
  ]);
  const [block] = writeBlocks(entries, zstd);
  assert.equal(block!.head.verbatimCount, 0);
  assert.deepEqual(plain(new BlockReader(block!.bytes, zstd).entries()), plain(entries));
});

test("Y14 a film that does not begin with a keyframe is refused", () => {
  assert.throws(() => writeBlocks(entriesOf(history).slice(1), zstd), { code: "malformed" });
});

/** Reads all there is; anything but an error of ours fails the test. */
function read(bytes: Uint8Array): string {
  try {
    const reader = new BlockReader(bytes, zstd);
    for (const _ of reader.told());
    for (const _ of reader.entries());
    return "read";
  } catch (cause) {
    assert.ok(cause instanceof ElsewhereError, String(cause));
    return cause.code;
  }
}

const whole = writeBlocks(entriesOf([...history, [13, {}, noMoves]]), zstd)[0]!.bytes;

test("Y15 a flipped bit, a cut or an addition is found", () => {
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const bytes = Uint8Array.from(whole);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    assert.ok(["corrupt", "unsupported"].includes(read(bytes)), `bit ${bit}`);
  }
  for (let length = 0; length < whole.length; length++) assert.notEqual(read(whole.subarray(0, length)), "read");
  assert.equal(read(Uint8Array.of(...whole, 0)), "corrupt");
});

test("Y15 forged bytes are read as something else or refused, soon and without another error", () => {
  const forged = fc.array(fc.tuple(fc.nat(whole.length - sumBytes - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(forged, (changes) => {
      const bytes = Uint8Array.from(whole);
      for (const [at, value] of changes) bytes[at] = value;
      const began = performance.now();
      read(resealed(bytes));
      assert.ok(performance.now() - began < 5_000);
    }),
    { numRuns: 1_500, seed: 20261128 },
  );
});

test("Y15 sizes that are not true are refused before anything is made for them", () => {
  const section = (bits: number, packed: number, size: number, values: number): readonly number[] => [bits, packed, size, values];
  const none = section(0, 0, 0, 0);
  const huge = 2 ** 40;
  const lies: readonly (readonly [entryCount: number, sections: readonly (readonly number[])[]])[] = [
    [huge, [none, none, none, none]],
    [1, [section(0, 0, huge, 0), none, none, none]],
    [1, [section(0, 0, 0, huge), none, none, none]],
    [1, [none, none, none, section(huge, 0, 0, 0)]],
    [2 ** 18, [section(0, 0, 0, 2 ** 23), none, section(0, 0, 0, 2 ** 23), section(0, 0, 0, 2 ** 25)]],
    [1, [section(0, 20, 2 ** 26, 0), none, none, none]],
  ];
  for (const [entryCount, sections] of lies) {
    const out = new ByteWriter(64);
    out.byte(filmVersion);
    out.byte(1);
    out.text("square");
    for (const value of [1, 0, 0, 1, 0, entryCount, 1, 0, 0, ...sections.flat()]) out.varint(value);
    const bytes = resealed(Uint8Array.of(...out.since(0), ...new Uint8Array(20 + sumBytes)));
    assert.equal(read(bytes), "corrupt");
  }
});

test("Y16 bits come back as they were coded, in about as many bytes as they have to take", () => {
  const bit = fc.tuple(fc.nat(7), fc.nat(1));
  fc.assert(
    fc.property(fc.array(fc.oneof(bit, fc.tuple(fc.constant(8), fc.nat(2 ** 24 - 1))), { maxLength: 400 }), (told) => {
      const code = (coder: RangeCoder): readonly number[] => {
        const model = contexts(8);
        return told.map(([context, value]) =>
          context === 8 ? coder.plain(24, coder.writes ? value : 0) : coder.bit(model, context, coder.writes ? value : 0),
        );
      };
      const writer = RangeCoder.writer();
      code(writer);
      const reader = RangeCoder.reader(writer.finish());
      assert.deepEqual(
        code(reader),
        told.map(([, value]) => value),
      );
      assert.ok(!reader.overrun);
    }),
    { numRuns: 300, seed: 20261128 },
  );
  const writer = RangeCoder.writer();
  const model = contexts(1);
  for (let i = 0; i < 80_000; i++) writer.bit(model, 0, i % 40 === 0 ? 1 : 0);
  // One in forty is 0.169 bits each.
  const bytes = writer.finish().length;
  assert.ok(bytes > 1_600 && bytes < 1_900, `${bytes} bytes`);
});

/** As this build writes it. */
const pinned = [
  "01010673717561726501000b070809010002057265706c790105686561726401491818260a0000006a1e1e43080000394475610cee1b2a6febbbea33",
  "c5fc4503c2aee01fcdfdff5c9908fbf2b651d9b50c4801eee52c676bad7eefe89c12270dcaba700dab45112a94226b3496924789668b37441e101cd5",
  "4020737175617265706572736f6e3a6164614164616761746571a508b9df6e56e90eb84548c4664cb8c7c853311b65c832e266a43897ae04bbdf4cf2",
  "d43d9c8f07f95e2dc70446a77517d680d40031be14f39e49e2015fa1d958d8861592f2bf9aeae45dd3b780f8dfc5d62dd0c75defc09e3429f898bf8f",
  "8b2892b83550e949097595b9a9a6455ca268dbb2202040332c31416461476f6f64206d6f726e696e67706572736f6e3a6164613096ac535dfd36801c",
  "5d77c5",
].join("");
