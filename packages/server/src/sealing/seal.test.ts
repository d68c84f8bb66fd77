import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import fc from "fast-check";
import { bytesOf, code, textOf } from "../storage/testing/rows.ts";
import { placeKey } from "./place-key.ts";
import { DataKey, DataKeys, keyIdOf } from "./seal.ts";

const [cellar, attic] = await Promise.all([placeKey("inn", "cellar", "below"), placeKey("inn", "attic", "above")]);
const make = (recipient = cellar.recipient) => DataKey.make(recipient, randomBytes);
const plainBytes = fc.uint8Array({ maxLength: 2_000, size: "max" });

/** `bytes` with one bit changed. */
function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const other = Uint8Array.from(bytes);
  other[bit >> 3]! ^= 1 << (bit & 7);
  return other;
}

test("Z21 what is sealed opens to the same bytes, with the same key after a restart too", async () => {
  const key = await make();
  const later = await DataKey.unwrap(key.wrapped, cellar.identity);
  fc.assert(
    fc.property(plainBytes, fc.string({ unit: "binary" }), (plain, of) => {
      const sealed = key.seal(plain, of);
      assert.deepEqual([key.open(sealed, of), later.open(sealed, of), keyIdOf(sealed)], [plain, plain, key.id]);
    }),
  );
});

test("Z21 what was sealed by the first version opens still", async () => {
  const key = await DataKey.unwrap(old.wrapped, cellar.identity);
  const sealed = new Uint8Array(Buffer.from(old.sealed, "base64"));
  assert.equal(textOf(key.open(sealed, "state:baker")), "a loaf, still warm");
  // The same key sealed this first: key, number and name alone decide every byte of it.
  const again = await DataKey.make(cellar.recipient, (count) => new Uint8Array(count).fill(7));
  assert.deepEqual([again.id, again.seal(bytesOf("a loaf, still warm"), "state:baker")], [key.id, sealed]);
});

test("Z21 the page of the protocol shows that very row", () => {
  const page = readFileSync(new URL("../../../../docs/PROTOCOL.md", import.meta.url), "utf8");
  const hex = Buffer.from(old.sealed, "base64")
    .toString("hex")
    .replace(/..(?!$)/g, "$& ");
  const told = [hex.slice(0, 14), hex.slice(15, 38), hex.slice(39, 74), hex.slice(75, 110), hex.slice(-47), old.wrapped.stream];
  for (const part of told) assert.ok(page.includes(part), part);
});

test("Z22 what is sealed opens with no bit changed, with no other key and as nothing else", async () => {
  const [key, other] = await Promise.all([make(), make()]);
  const sealed = key.seal(bytesOf("a loaf"), "state:baker");
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    assert.throws(() => key.open(flipped(sealed, bit), "state:baker"), code("corrupt"), `bit ${bit}`);
  }
  for (let end = 0; end < sealed.length; end++) assert.throws(() => key.open(sealed.subarray(0, end), "state:baker"), code("corrupt"));
  for (const name of ["state:bake", "state:baker2", ""]) assert.throws(() => key.open(sealed, name), code("corrupt"));
  assert.throws(() => other.open(sealed, "state:baker"), code("corrupt"));
  assert.throws(() => key.open(new Uint8Array(0), "state:baker"), code("corrupt"));
});

test("Z22 rows that are not sealed are not taken for sealed ones", () => {
  const zstd = [0x28, 0xb5, 0x2f, 0xfd];
  for (const begin of [[], bytesOf("ELSI"), bytesOf('{"a"'), zstd, [0xfe, 0x65, 0x6c], [0xfe, 0x65, 0x6c, 0x72]]) {
    assert.equal(keyIdOf(Uint8Array.from([...begin, ...new Uint8Array(300)])), null);
  }
  assert.equal(keyIdOf(Uint8Array.from([0xfe, 0x65, 0x6c, 0x73])), null);
});

test("Z23 a key seals each thing under a number of its own, and none when these are used up", async () => {
  const key = await DataKey.make(cellar.recipient, randomBytes, 300);
  const nonces = new Set<string>();
  const bodies = new Set<string>();
  for (let n = 0; n < 300; n++) {
    const sealed = Buffer.from(key.seal(bytesOf("the same"), "x"));
    nonces.add(sealed.toString("hex", 13, 25));
    bodies.add(sealed.toString("hex", 25));
  }
  assert.deepEqual([nonces.size, bodies.size, nonces.has("00000000000000000000012b")], [300, 300, true]);
  assert.throws(() => key.seal(bytesOf("the same"), "x"), /a nonce would come twice/);
  const later = await DataKey.unwrap(key.wrapped, cellar.identity);
  assert.throws(() => later.seal(bytesOf("the same"), "x"), /a nonce would come twice/);
});

test("Z24 sealed rows have few sizes, each less than an eighth more than the one before", async () => {
  const key = await make();
  const sizes = new Set<number>();
  for (let bytes = 0; bytes <= 20_000; bytes++) sizes.add(key.seal(new Uint8Array(bytes), "x").length - 41);
  const sorted = [...sizes].sort((a, b) => a - b);
  assert.deepEqual([sorted[0], sorted.length], [256, 101]);
  for (const [i, size] of sorted.entries()) if (i > 0) assert.ok(size < sorted[i - 1]! * 1.125, `${size}`);
  // Computed apart from this code: the class of what has that many bytes with the four of its length.
  const classes: [number, number][] = [
    [257, 272],
    [1_000, 1_024],
    [1_025, 1_088],
    [4_097, 4_352],
    [65_537, 67_584],
    [1_000_000, 1_015_808],
  ];
  for (const [bytes, size] of classes) assert.equal(key.seal(new Uint8Array(bytes - 4), "x").length - 41, size);
});

test("Z25 a data key is unwrapped by its place's key alone, and with no bit changed", async () => {
  const { wrapped } = await make();
  assert.equal((await DataKey.unwrap(wrapped, cellar.identity)).id, wrapped.key);
  await assert.rejects(DataKey.unwrap(wrapped, attic.identity), code("forbidden"));
  await assert.rejects(DataKey.unwrap({ ...wrapped, key: "0".repeat(16) }, cellar.identity), code("corrupt"));
  await assert.rejects(DataKey.unwrap({ ...wrapped, stream: "~0123" }, cellar.identity), code("corrupt"));
  const file = new Uint8Array(Buffer.from(wrapped.wrapped, "base64"));
  const closed = (error: unknown) => error instanceof ElsewhereError && ["corrupt", "forbidden"].includes(error.code);
  for (let bit = 0; bit < file.length * 8; bit++) {
    const damaged = { ...wrapped, wrapped: Buffer.from(flipped(file, bit)).toString("base64") };
    await assert.rejects(DataKey.unwrap(damaged, cellar.identity), closed, `bit ${bit}`);
  }
});

test("Z26 keys of this start and, once their place is open, of earlier ones are at hand; only the newest of this start seals", async () => {
  const [first, second, above] = await Promise.all([make(), make(), make(attic.recipient)]);
  const before = DataKeys.parse(null);
  for (const key of [first, second, above]) before.add(key);
  assert.deepEqual([before.get(first.id), before.current(first.stream), before.get("none")], [first, second, null]);

  const after = DataKeys.parse(before.toSetting());
  assert.deepEqual([after.get(first.id), after.current(first.stream)], [null, null]);
  await after.unlock(cellar);
  const sealed = first.seal(bytesOf("a loaf"), "x");
  assert.equal(textOf(after.get(keyIdOf(sealed)!)!.open(sealed, "x")), "a loaf");
  assert.deepEqual([after.get(above.id), after.current(first.stream)], [null, null]);
  assert.equal(after.toSetting(), before.toSetting());

  const third = await make();
  after.add(third);
  assert.equal(after.current(first.stream), third);
  assert.deepEqual(
    JSON.parse(after.toSetting()),
    [first, second, above, third].map(({ wrapped }) => wrapped),
  );
  assert.throws(() => DataKeys.parse("[1"), code("corrupt"));
});

const old = {
  wrapped: {
    key: "13850c34304c8cc3",
    stream: "~95dcf5e3a80d945fb164",
    wrapped:
      "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBmdzY3SjQrSnBmcWlIaHpwOFhvckF0cjNnV0NKM0ROMFo1bWFpRUFTelRjCnU5V3Zvd0xNallCN0tFeEVBZ0doQ2FINDFpUEdqS0xTRGlwODVJdTlYSzgKLS0tIElNZzdBMlVNV3RnbFR6ZHByM090VThvb1dibUQvZnpPK3pqcVJ2UXcxbkUKYyk/nsXZbTGwoVZCLdpa8jBhmzosFiTFc3govPnCW7C+HNuKJwd0Vzeq3ls0ZT7r5d2jumBMX6Ngqx7EbeMWXQ==",
  },
  sealed:
    "/mVscwEThQw0MEyMwwAAAAAAAAAAAAAAAHPYpLKasmeHgGGjRLcPIsLRz96YAbGrWxYVgMhP6Rpm7clJVIPya/7Euvh/mKdIqkaAqE+J/DToyS6HHAYr+XrTjjBirTWoaUr89YnjvO4VeFiOuCP7jYwKruwU5yvuvsj41zvsnb4u+zhjGXNUtluRpAiT5j31Opa6aZ+AETVpUXO74CnNfuWNuvjkBQuqHjzpdgRCM+OBTnNeFTJSM7POH3bTu2t/qt8VIbbN8Z/zwn9Yl+p0rt58H8Qp5t7Y+1jDQUIyDA0no4Ioz1fbez0hWphBVtfRRKfhpC0rVFclB8aRAv5/2rTkqK0VBbPc4EJK+em08MeE1wlTMZBgkwK/ahD4wAjAiwV46IRfK2PE",
};
