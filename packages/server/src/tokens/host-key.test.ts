import assert from "node:assert/strict";
import { sign, verify } from "node:crypto";
import { inspect } from "node:util";
import { test } from "node:test";
import { code } from "../storage/testing/rows.ts";
import { openMemory } from "../storage/memory/memory.ts";
import { fingerprintOf, hostKeyIn, loadHostKey, readPublicKey } from "./host-key.ts";

const bytesOf = (value: number) => (count: number) => new Uint8Array(count).fill(value);

test("R84 a host's key is made once, durable before it is known, and the same ever after", async () => {
  const storage = openMemory();
  assert.equal(await hostKeyIn(storage), null);
  const made = await loadHostKey(storage, bytesOf(1));
  const again = await loadHostKey(storage, bytesOf(2));
  assert.equal(again.fingerprint, made.fingerprint);
  assert.equal((await hostKeyIn(storage))!.fingerprint, made.fingerprint);
  assert.match(made.fingerprint, /^[\w-]{43}$/);
  const other = await loadHostKey(openMemory(), bytesOf(2));
  assert.notEqual(other.fingerprint, made.fingerprint);
  const signed = sign(null, Buffer.from("a letter"), again.privateKey);
  assert.ok(verify(null, Buffer.from("a letter"), readPublicKey(made.publicKey), signed));
  assert.ok(!verify(null, Buffer.from("a letter"), readPublicKey(other.publicKey), signed));
  assert.equal(fingerprintOf(made.publicKey), made.fingerprint);
  for (const none of ["", "AAAA", `${made.publicKey}=`, ` ${made.publicKey}`]) assert.throws(() => readPublicKey(none), code("malformed"));
  assert.ok(!inspect(made).includes(Buffer.from(bytesOf(1)(32)).toString("base64url")), "printing a key shows nothing of it");

  const refusing = { setting: async () => null, commit: () => Promise.reject(new Error("the disk is full")) };
  await assert.rejects(loadHostKey(refusing, bytesOf(1)), /disk is full/);
  await assert.rejects(hostKeyIn({ setting: async () => "c2hvcnQ" }), code("corrupt"));
});
