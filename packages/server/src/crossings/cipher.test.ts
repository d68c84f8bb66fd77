import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { limits } from "@elsewhere/protocol";
import { code } from "../storage/testing/rows.ts";
import { createCipher, encryptedBytes } from "./cipher.ts";

const cipher = createCipher((count) => new Uint8Array(randomBytes(count)));
const bound = '{"attempt":"a","life":"l"}';
const plain = new TextEncoder().encode("what it knows ".repeat(100));

/** The same bytes with one bit of the byte at `at` turned. */
const flipped = (bytes: Uint8Array, at: number, bit = 0): Uint8Array => bytes.with(at, bytes[at]! ^ (1 << bit));
const flippedText = (text: string, at: number): string => Buffer.from(flipped(Buffer.from(text, "base64url"), at)).toString("base64url");

test("V30 a payload opens with its key and what it was bound to, and with nothing else", async () => {
  const { key, bytes } = await cipher.encrypt(plain, bound);
  assert.equal(bytes.length, encryptedBytes(plain.length));
  assert.deepEqual(await cipher.decrypt(bytes, key, bound), plain);
  assert.ok(!Buffer.from(bytes).includes("what it knows"));

  const another = await cipher.encrypt(plain, bound);
  assert.notEqual(another.key, key, "every payload has a key of its own");
  await assert.rejects(cipher.decrypt(bytes, another.key, bound), code("corrupt"));
  await assert.rejects(cipher.decrypt(bytes, key, `${bound} `), code("corrupt"));
  for (const wrong of ["", "AAAA", `${key}AA`]) await assert.rejects(cipher.decrypt(bytes, wrong, bound), code("corrupt"));
  for (const cut of [0, 1, 15, bytes.length - 1]) await assert.rejects(cipher.decrypt(bytes.slice(0, cut), key, bound), code("corrupt"));
  for (let at = 0; at < bytes.length; at += 1) {
    await assert.rejects(cipher.decrypt(flipped(bytes, at, at % 8), key, bound), code("corrupt"), `byte ${at}`);
  }
});

test("V31 a key sealed to one attempt's box opens there alone, bound to what it was sealed for", async () => {
  const { key } = await cipher.encrypt(plain, bound);
  const box = await cipher.newBox();
  assert.match(box.publicKey, /^[\w-]{43}$/);
  const sealed = await cipher.sealKey(key, box.publicKey, bound);
  assert.ok(sealed.length <= limits.sealedKeyCharsMax);
  assert.equal(await cipher.openKey(sealed, box.privateKey, bound), key);
  assert.notEqual(await cipher.sealKey(key, box.publicKey, bound), sealed, "it is sealed by a fresh key each time");

  const other = await cipher.newBox();
  assert.notEqual(other.publicKey, box.publicKey);
  await assert.rejects(cipher.openKey(sealed, other.privateKey, bound), code("corrupt"));
  await assert.rejects(cipher.openKey(sealed, box.privateKey, `${bound} `), code("corrupt"));
  for (let at = 0; at < Buffer.from(sealed, "base64url").length; at += 1) {
    await assert.rejects(cipher.openKey(flippedText(sealed, at), box.privateKey, bound), code("corrupt"), `byte ${at}`);
  }
  for (const none of ["", "AAAA", sealed.slice(0, 43)]) await assert.rejects(cipher.openKey(none, box.privateKey, bound), code("corrupt"));
  for (const none of ["", "AAAA", "A".repeat(43)]) await assert.rejects(cipher.sealKey(key, none, bound), code("corrupt"));
});

/** RFC 9180, appendix A.1.1. It has none with AES-256-GCM for these curves; all but the last step is the same. */
const vector = {
  info: "4f6465206f6e2061204772656369616e2055726e",
  ikmE: "7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234",
  ikmR: "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037",
  pkRm: "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
  skRm: "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
  enc: "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
  pt: "4265617574792069732074727574682c20747275746820626561757479",
  aad: "436f756e742d30",
  ct: "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
};

test("V31 what seals keys is HPKE as RFC 9180 has it", async () => {
  const hex = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, "hex"));
  const text = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString("hex");
  const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
  const { privateKey: recipientKey, publicKey: recipientPublicKey } = await suite.kem.deriveKeyPair(hex(vector.ikmR));
  assert.equal(text(await suite.kem.serializePublicKey(recipientPublicKey)), vector.pkRm);
  assert.equal(text(await suite.kem.serializePrivateKey(recipientKey)), vector.skRm);
  const info = hex(vector.info);
  const { enc, ct } = await suite.seal({ recipientPublicKey, info, ekm: hex(vector.ikmE) }, hex(vector.pt), hex(vector.aad));
  assert.deepEqual([text(enc), text(ct)], [vector.enc, vector.ct]);
  assert.equal(text(await suite.open({ recipientKey, enc, info }, ct, hex(vector.aad))), vector.pt);
});

test("V31 what the page on the protocol shows is what is made", async () => {
  const page = await readFile(new URL("../../../../docs/PROTOCOL.md", import.meta.url), "utf8");
  const sure = createCipher((count) => new Uint8Array(count).fill(1));
  const { key, bytes } = await sure.encrypt(new TextEncoder().encode("ahoy"), "bound");
  const { publicKey, privateKey } = await sure.newBox();
  const sealed = await sure.sealKey(key, publicKey, "bound");
  for (const shown of [key, Buffer.from(bytes).toString("hex"), privateKey, publicKey, sealed])
    assert.ok(page.includes(`\`${shown}\``), shown);
});

test("V31 names of attempts are drawn, 16 bytes of chance", () => {
  const drawn = Array.from({ length: 100 }, () => cipher.draw());
  assert.equal(new Set(drawn).size, 100);
  for (const name of drawn) assert.match(name, /^[\w-]{22}$/);
  assert.equal(cipher.hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
