import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import fc from "fast-check";
import { limits } from "@elsewhere/protocol";
import { openMemory } from "../storage/memory/memory.ts";
import { code } from "../storage/testing/rows.ts";
import { loadHostKey } from "../tokens/host-key.ts";
import { openMessages, sealMessages, signText } from "./envelope.ts";
import type { Message } from "./messages.ts";

const keyOf = (seed: number) => loadHostKey(openMemory(), (count) => new Uint8Array(count).fill(seed));
const [harbour, haven, mallory] = await Promise.all([keyOf(1), keyOf(2), keyOf(3)]);
const known = (host: string): boolean => host === harbour.fingerprint;

const message: Message = { kind: "alive", life: `${"f".repeat(43)}/baker`, epoch: 3, attempt: "a".repeat(22) };
const text = sealMessages(harbour, haven.fingerprint, [JSON.stringify(message)]);

test("V32 a message says who signed it, and is for one host", () => {
  assert.deepEqual(openMessages(haven.fingerprint, text, known), { from: harbour.fingerprint, messages: [message], bad: null });
  assert.throws(() => openMessages(mallory.fingerprint, text, known), code("forbidden"), "said to one host, said again to another");
  assert.throws(() => openMessages(haven.fingerprint, text, () => false), code("forbidden"));
  const [, signature, body] = text.split("\n") as [string, string, string];
  const claimed = [mallory.publicKey, signature, body].join("\n");
  assert.throws(() => openMessages(haven.fingerprint, claimed, () => true), code("forbidden"), "signed by another");
  // Who is not known here learns no more than one whose signature is wrong.
  const refusal = (of: string) => assertThrown(() => openMessages(haven.fingerprint, of, known));
  assert.deepEqual(refusal(claimed), refusal(text.replace(signature, "A".repeat(86))));
});

function assertThrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return JSON.parse(JSON.stringify(error));
  }
  return assert.fail("nothing was thrown");
}

test("V32 what the page on the protocol shows is what is said", async () => {
  const page = await readFile(new URL("../../../../docs/PROTOCOL.md", import.meta.url), "utf8");
  const baker: Message = { kind: "alive", life: `${harbour.fingerprint}/baker`, epoch: 3, attempt: "a".repeat(22) };
  assert.ok(page.includes(`\n${sealMessages(harbour, haven.fingerprint, [JSON.stringify(baker)])}\n`));
  assert.ok(page.includes(`\`${haven.fingerprint}\``));
});

test("V32 no changed, cut or added character passes", () => {
  const ends = [42, 130];
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (let at = 0; at < text.length; at += 1) {
    // The last character of a key and of a signature carries bits that mean nothing; one spelling of them is taken.
    for (const other of ends.includes(at) ? alphabet : ["A", "\n"]) {
      if (text[at] === other) continue;
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      assert.throws(() => openMessages(haven.fingerprint, changed, known), { name: "ElsewhereError" }, `character ${at}: ${other}`);
    }
    assert.throws(() => openMessages(haven.fingerprint, text.slice(0, at), known), { name: "ElsewhereError" });
  }
  for (const more of [`${text}\n`, `${text} `, ` ${text}`, `\n${text}`]) {
    assert.throws(() => openMessages(haven.fingerprint, more, known), { name: "ElsewhereError" });
  }
});

test("V32 whatever is signed is checked before it is believed", () => {
  const signAny = (body: string): string =>
    [harbour.publicKey, signText(harbour, Buffer.from(`elsewhere crossing 1\n${haven.fingerprint}\n${body}`)), body].join("\n");
  const json = JSON.stringify(message);
  assert.deepEqual(openMessages(haven.fingerprint, signAny(`[${json},${json}]`), known).messages, [message, message]);
  assert.deepEqual(openMessages(haven.fingerprint, signAny("[]"), known).messages, []);
  const many = Array.from({ length: limits.crossingMessagesAtOnceMax + 1 }, () => json);
  assert.throws(() => openMessages(haven.fingerprint, sealMessages(harbour, haven.fingerprint, many), known), code("limit"));
  for (const body of ["", "{", "null", json, "[".repeat(100_000)]) {
    assert.throws(() => openMessages(haven.fingerprint, signAny(body), known), { name: "ElsewhereError" }, body.slice(0, 40));
  }
  const heard = (body: string) => openMessages(haven.fingerprint, signAny(body), known);
  for (const one of ['{"kind":"alive"}', JSON.stringify({ ...message, more: 1 }), '{"kind":"sing"}', "7", "[[[]]]", "{}"]) {
    const { messages, bad } = heard(`[${json},${one},${json}]`);
    assert.deepEqual([messages, bad?.name], [[message, message], "ElsewhereError"], one);
  }
  for (const life of ["x".repeat(60), `${"L".repeat(43)}/ba\nker`, `${"L".repeat(43)}/\u001b[2Jbaker`, `${"L".repeat(43)}/`])
    assert.deepEqual(heard(`[${JSON.stringify({ ...message, life })}]`).messages, [], life);
  const gone = { ...message, kind: "gone", error: { code: "forbidden", message: "no\u001b[2J\nway" } };
  assert.deepEqual(heard(`[${JSON.stringify(gone)}]`).messages, [{ ...gone, error: { code: "forbidden", message: "no [2J way" } }]);
  fc.assert(fc.property(fc.json(), (one) => assert.deepEqual(heard(`[${one}]`).messages, [])));
  fc.assert(
    fc.property(fc.string(), (anything) => {
      assert.throws(() => openMessages(haven.fingerprint, anything, () => true), code("malformed"));
    }),
  );
});
