import assert from "node:assert/strict";
import { test } from "node:test";
import type { Percept, Seen } from "@elsewhere/protocol";
import { captionOf, joinNames, plainJson, sentence } from "./sentences.ts";

const marta: Seen = {
  id: 7,
  name: "Marta the baker",
  kind: "program",
  x: 1.5,
  y: 1.5,
  facing: "south",
  posture: "awake",
  traits: {},
  marks: {},
  carries: [],
};
const me = { id: 1, name: "Ada" };
const known = { me: me.id, before: (id: number) => (id === marta.id ? marta : undefined), mapTitle: (map: string) => `The ${map}` };
const told = (percept: Percept): string | null => sentence(percept, known)?.text ?? null;

test("K5 speech reads as a sentence, by its manner and its speaker", () => {
  assert.equal(told({ kind: "heard", from: marta, how: "say", text: "Two pence." }), "Marta the baker says: Two pence.");
  assert.equal(told({ kind: "heard", from: marta, how: "shout", text: "Thief!" }), "Marta the baker shouts: Thief!");
  assert.equal(told({ kind: "heard", from: marta, how: "whisper", text: "Tonight." }), "Marta the baker whispers to you: Tonight.");
  assert.equal(told({ kind: "heard", from: me, how: "say", text: "Hello." }), "You say: Hello.");
});

test("K5 deeds read as sentences, with oneself as you", () => {
  assert.equal(told({ kind: "emoted", from: marta, text: "wipes her brow" }), "Marta the baker wipes her brow");
  assert.equal(told({ kind: "used", from: marta }), "Marta the baker touches you.");
  const key = { id: 9, name: "key" };
  assert.equal(told({ kind: "moved_thing", how: "give", from: marta, thing: key, to: me }), "Marta the baker gives the key to you.");
  assert.equal(told({ kind: "moved_thing", how: "take", from: me, thing: key, to: null }), "You take the key.");
  assert.equal(told({ kind: "moved_thing", how: "drop", from: me, thing: key, to: null }), "You put the key down.");
  assert.equal(
    told({ kind: "did", from: marta, verb: "trade", data: { loaves: 2, for: "flour" }, to: 1 }),
    "Marta the baker does “trade” with you: loaves 2, for flour.",
  );
  assert.equal(told({ kind: "door", name: "cellar", open: true, x: 3, y: 4 }), "The door “cellar” opens.");
  assert.equal(told({ kind: "found", place: "inn/cellar" }), "You know the way into “cellar” in The inn now.");
  assert.equal(told({ kind: "arrived", map: "mill", x: 1, y: 2 }), "You are in The mill now.");
});

test("K5 a change is told when it says something: falling asleep, waking, a new activity", () => {
  assert.equal(told({ kind: "changed", body: { ...marta, posture: "asleep" } }), "Marta the baker falls asleep.");
  assert.equal(told({ kind: "changed", body: { ...marta, traits: { activity: "kneading dough" } } }), "Marta the baker: kneading dough.");
  assert.equal(told({ kind: "changed", body: { ...marta, traits: { mood: "glad" } } }), null);
  assert.equal(told({ kind: "changed", body: { ...marta, carries: ["loaf"] } }), null);
  assert.equal(told({ kind: "changed", body: { ...marta, id: 99 } }), null);
});

test("K5 one's own coming and going, and answers to intents, are no news", () => {
  assert.equal(told({ kind: "appeared", body: { ...marta, id: me.id } }), null);
  assert.equal(told({ kind: "vanished", body: me }), null);
  assert.equal(told({ kind: "reply", n: 1, ok: true, data: null }), null);
});

test("K5 names are joined as people join them", () => {
  assert.equal(joinNames([]), "");
  assert.equal(joinNames(["Ada"]), "Ada");
  assert.equal(joinNames(["Ada", "Tom"]), "Ada and Tom");
  assert.equal(joinNames(["Ada", "Tom", "Jo"]), "Ada, Tom and Jo");
  assert.equal(joinNames(["Ada", "Tom", "Jo", "Bo", "Cy"]), "Ada, Tom and 3 others");
});

test("K5 captions and data are cut before they flood", () => {
  assert.equal(captionOf({ traits: { mood: "glad" } }), "glad");
  assert.equal(captionOf({ traits: { activity: 3 } }), null);
  assert.equal(captionOf({ traits: { activity: "x".repeat(300) } })?.length, 40);
  assert.equal(plainJson("y".repeat(500)).length, 120);
  assert.equal(plainJson([1, { a: null }]), "1, a");
});
