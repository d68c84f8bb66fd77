import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { ElsewhereError, type JsonObject, limits, type Percept } from "@elsewhere/protocol";
import { bundleProgram } from "../programs/author/bundle.ts";
import { perceptKinds } from "../programs/sandbox/outcome.ts";
import { code } from "../storage/testing/rows.ts";
import type { Parcel } from "./contract.ts";
import { packing } from "./packing.ts";

const source = "export const wide: number = 1;\nconsole.log(wide, 'ahoy');\n";
const bundle = await bundleProgram("programs/sailor.ts", async () => source);

const sailor: Parcel = {
  name: "Sailor",
  description: "Has been everywhere.",
  traits: { hat: "blue" },
  marks: {},
  walks: true,
  now: 1_750_000_000_000,
  code: { hash: bundle.codeHash, text: bundle.code, map: bundle.map },
  image: new Uint8Array(randomBytes(5_000)),
  heapBytes: 20_000,
  memory: { seen: ["harbour", "haven"] },
  wants: ["heard", "arrived"],
  wakeAt: null,
  lastN: 9,
  n: 9,
  turns: 40,
  faults: 0,
  quota: {
    turnsPerSecond: 20,
    msPerSecond: 200,
    heapBytes: 2_097_152,
    mailboxItems: 256,
    intentsPerTurn: 32,
    speechPerMinute: 120,
    logBytesPerMinute: 65_536,
    programs: 1,
  },
  mail: [{ seq: 3, percept: { kind: "heard", from: { id: 1, name: "Ada" }, how: "say", text: "Farewell." } }],
  mailThrough: 4,
  lost: ["may start programs/gull.ts"],
};

const anyObject = fc
  .dictionary(fc.string({ maxLength: 20 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
const small = anyObject.filter((value) => Buffer.byteLength(JSON.stringify(value)) <= limits.marksBytesMax);
const kept = perceptKinds.filter((kind) => kind !== "emoted" && kind !== "used");
const anyMail = fc
  .array(fc.tuple(fc.constantFrom(...kept), anyObject), { maxLength: 5 })
  .map((items) => items.map(([kind, rest], i) => ({ seq: 2 * i + 1, percept: { ...rest, kind } as unknown as Percept })));
const anyParcel = fc.record({
  name: fc.string({ minLength: 1, maxLength: limits.nameCharsMax }),
  description: fc.string({ maxLength: limits.textCharsMax, unit: "binary" }),
  traits: small,
  marks: small,
  memory: anyObject,
  walks: fc.boolean(),
  now: fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }).map((now) => now + 0),
  wakeAt: fc.option(fc.integer()),
  text: fc.string({ unit: "binary" }),
  image: fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
  heapBytes: fc.nat(limits.heapBytesMax),
  wants: fc.subarray([...perceptKinds]),
  turns: fc.nat(),
  faults: fc.nat(),
  mail: anyMail,
  lost: fc.array(fc.string(), { maxLength: 3 }),
});

test("V33 a parcel comes out as it went in", async () => {
  assert.deepEqual(await packing.unpack(packing.pack(sailor)), sailor);
  await fc.assert(
    fc.asyncProperty(anyParcel, async ({ text, ...some }) => {
      const parcel = { ...sailor, ...some, code: { hash: hash("sha256", text, "hex"), text, map: "" }, mailThrough: 100 };
      assert.deepEqual(await packing.unpack(packing.pack(parcel)), parcel);
    }),
    { numRuns: 200 },
  );
});

/** Bytes as `pack` makes them, of words that it would not take. */
function packAny(words: unknown, more: { readonly claimed?: number; readonly image?: Uint8Array } = {}): Uint8Array {
  const text = Buffer.from(typeof words === "string" ? words : JSON.stringify(words));
  const packed = zstdCompressSync(text);
  const head = Buffer.alloc(16);
  head.write("ELSP\x01\x00", "latin1");
  head.writeUInt32LE(more.claimed ?? text.length, 8);
  head.writeUInt32LE(packed.length, 12);
  return Buffer.concat([head, packed, more.image ?? sailor.image]);
}

const { image: _, ...words } = sailor;
const deep = (levels: number): JsonObject => (levels === 1 ? {} : { a: deep(levels - 1) });

test("V34 no field of a parcel is believed: each is checked and bounded when it is packed and when it is unpacked", async () => {
  assert.deepEqual(await packing.unpack(packAny(words)), sailor, "the forger's tools work");
  const map = JSON.parse(bundle.map) as JsonObject;
  const withMap = (more: object): object => ({ code: { ...sailor.code, map: JSON.stringify({ ...map, ...more }) } });
  const letter = (percept: object, seq = 3): object => ({ mail: [{ seq, percept }] });
  const bad: readonly (readonly [string, object, "malformed" | "limit" | "corrupt"])[] = [
    ["no name", { name: "" }, "malformed"],
    ["name of two lines", { name: "Ada\nBob" }, "malformed"],
    ["long name", { name: "x".repeat(65) }, "limit"],
    ["long description", { description: "x".repeat(501) }, "limit"],
    ["many traits", { traits: { a: "x".repeat(1_024) } }, "limit"],
    ["traits of another kind", { traits: [] }, "malformed"],
    ["many marks", { marks: { a: "x".repeat(1_024) } }, "limit"],
    ["deep marks", { marks: deep(65) }, "limit"],
    ["large memory", { memory: { a: "ü".repeat(32_768) } }, "limit"],
    ["memory of another kind", { memory: null }, "malformed"],
    ["code that is not its hash's", { code: { ...sailor.code, text: `${bundle.code} ` } }, "corrupt"],
    ["large code", { code: { ...sailor.code, text: " ".repeat(limits.codeBytesMax + 1) } }, "limit"],
    ["large map", withMap({ mappings: "A".repeat(limits.codeMapBytesMax) }), "limit"],
    ["map that is none", { code: { ...sailor.code, map: "{" } }, "malformed"],
    ["map of maps", withMap({ sections: [] }), "malformed"],
    ["map with mappings of another kind", withMap({ mappings: 7 }), "malformed"],
    ["map with endless names of files", withMap({ sources: ["x".repeat(201)] }), "malformed"],
    ["heap larger than any", { heapBytes: limits.heapBytesMax + 1 }, "limit"],
    ["wants what is not", { wants: ["secrets"] }, "malformed"],
    ["answer to nothing it asked", { n: 10 }, "malformed"],
    ["time that is none", { now: 1e16 }, "limit"],
    ["negative turns", { turns: -1 }, "malformed"],
    ["half a fault", { faults: 0.5 }, "malformed"],
    ["no quota", { quota: {} }, "malformed"],
    ["more than its quota", { quota: { ...sailor.quota, more: 1 } }, "malformed"],
    ["unknown percept", letter({ kind: "secret" }), "malformed"],
    ["sensation", letter({ kind: "emoted" }), "malformed"],
    ["percept that is none", letter([]), "malformed"],
    ["large percept", letter({ kind: "heard", text: "x".repeat(limits.perceptBytesMax) }), "limit"],
    ["deep percept", letter({ kind: "did", data: deep(64) }), "limit"],
    ["letter after the last", letter({ kind: "heard" }, 5), "malformed"],
    ["letter twice", { mail: [sailor.mail[0], sailor.mail[0]] }, "malformed"],
    ["mail without end", { mail: Array.from({ length: 257 }, () => sailor.mail[0]) }, "limit"],
    ["lost without end", { lost: Array.from({ length: 101 }, () => "") }, "limit"],
    ["something more", { more: 1 }, "malformed"],
  ];
  for (const [what, change, expected] of bad) {
    const changed = { ...words, ...change };
    await assert.rejects(packing.unpack(packAny(changed)), code(expected), what);
    assert.throws(() => packing.pack({ ...sailor, ...change }), code(expected), what);
  }
  for (const key of Object.keys(words)) {
    const { [key as keyof typeof words]: __, ...less } = words;
    await assert.rejects(packing.unpack(packAny(less)), code("malformed"), `without ${key}`);
  }
  for (const none of ["", "null", "[]", "7", "{", "[".repeat(1_000_000)]) {
    await assert.rejects(packing.unpack(packAny(none)), code("malformed"), none.slice(0, 10));
  }
});

test("V34 deep and full parcels that a host made pass", async () => {
  const percept = { kind: "did", from: { id: 1, name: "Ada" }, verb: "tell", data: deep(limits.jsonDepthMax - 1), to: null } as const;
  const full = {
    ...sailor,
    memory: deep(limits.jsonDepthMax),
    mail: Array.from({ length: limits.mailboxItemsMax }, (_value, i) => ({ seq: i + 1, percept })),
    mailThrough: limits.mailboxItemsMax,
  };
  assert.deepEqual(await packing.unpack(packing.pack(full)), full);
});

test("V35 whatever is done to its bytes, a parcel is refused by name or is one that was checked", async () => {
  const good = packing.pack(sailor);
  const given = async (bytes: Uint8Array): Promise<void> => {
    try {
      packing.pack(await packing.unpack(bytes));
    } catch (error) {
      assert.ok(error instanceof ElsewhereError, String(error));
      assert.ok(["corrupt", "malformed", "limit"].includes(error.code), error.code);
    }
  };
  for (let at = 0; at < good.length - sailor.image.length; at += 1) await given(good.with(at, good[at]! ^ (1 << (at % 8))));
  for (let end = 0; end < good.length; end += 7) await given(good.subarray(0, end));
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => given(Buffer.concat([good.subarray(0, 16), bytes]))));
});

test("V35 a parcel that claims or unpacks to more than a bound is refused before it is held", async () => {
  const bomb = Buffer.alloc(limits.parcelTextBytesMax + 1, " ");
  const before = process.memoryUsage().arrayBuffers;
  await assert.rejects(packing.unpack(packAny(bomb.toString())), code("limit"));
  await assert.rejects(packing.unpack(packAny(bomb.toString(), { claimed: 100 })), code("corrupt"));
  await assert.rejects(packing.unpack(packAny("{}", { claimed: 100 })), code("malformed"));
  await assert.rejects(packing.unpack(packAny(words, { image: new Uint8Array(0) })), code("malformed"));
  await assert.rejects(packing.unpack(packAny(words, { image: new Uint8Array(limits.crossingPayloadBytesMax) })), code("limit"));
  assert.throws(() => packing.pack({ ...sailor, image: new Uint8Array(limits.crossingPayloadBytesMax) }), code("limit"));
  assert.ok(process.memoryUsage().arrayBuffers - before < 4 * limits.parcelTextBytesMax);
});
