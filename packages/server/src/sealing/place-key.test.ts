import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bech32 } from "@scure/base";
import { placeKey, streamOf } from "./place-key.ts";

/** Computed apart from this code, from the specifications of scrypt, X25519 and bech32. */
const vectors = [
  {
    of: ["harbour", "cellar", "under-the-stairs"],
    identity: "AGE-SECRET-KEY-1HE9XMDSV0A6VJSR3T0AKLCWQTKFGFGJAW9JPM0N8VPPS7L4HLLVQLKHUCS",
    recipient: "age1vnzyhf4r7vv88l35lqk7thd4m9p94wx9rksh9yl96x2gkcpz6uuqqzrmm5",
    stream: "~6f7d270b2889b800b867",
  },
  {
    of: ["Straße", "Küche 9", "løvens ✨"],
    identity: "AGE-SECRET-KEY-1Y6ZK3M27H2R3NYH3SDSZZGJPP5RUZYYFUZZP085JENTK7UP297NSHLC8SN",
    recipient: "age1q3227gmtsnyt8fr2h8rmpmt2jcgtjtdv0t6deeem9ntklu6j3fesq00p5s",
    stream: "~35319fdce6474f452689",
  },
] as const;

for (const { of, identity, recipient, stream } of vectors) {
  test(`Z20 the key of ${of[0]}/${of[1]} follows from its coordinates, today as ever`, async () => {
    const key = await placeKey(of[0], of[1], of[2]);
    assert.deepEqual([key, streamOf(key.recipient)], [{ identity, recipient }, stream]);
  });
}

test("Z20 the page of the protocol shows that very key", () => {
  const page = readFileSync(new URL("../../../../docs/PROTOCOL.md", import.meta.url), "utf8");
  const [{ of, identity, recipient, stream }] = vectors;
  for (const told of [...of, identity, recipient, stream]) assert.ok(page.includes(`\`${told}\``), told);
});

test("Z20 a recipient is the X25519 public key of its identity", async () => {
  const { identity, recipient } = await placeKey("inn", "attic", "42");
  const scalar = bech32.decodeToBytes(identity).bytes;
  const der = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), scalar]);
  const own = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" })).export({ format: "jwk" });
  assert.equal(Buffer.from(bech32.decodeToBytes(recipient).bytes).toString("base64url"), own.x);
});

test("Z20 another map, place or secret is another key", async () => {
  const of = [
    ["inn", "attic", "42"],
    ["inn", "attic", "43"],
    ["inn", "attics", "42"],
    ["inns", "attic", "42"],
  ] as const;
  const keys = await Promise.all(of.map(([map, place, secret]) => placeKey(map, place, secret)));
  assert.equal(new Set(keys.map(({ identity }) => identity)).size, of.length);
  assert.equal(new Set(keys.map(({ recipient }) => streamOf(recipient))).size, of.length);
});
