import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommitBatch, Storage } from "../storage/contract.ts";
import { bytesOf, code, grounds } from "../storage/testing/rows.ts";
import { DataKeys, keyIdOf } from "./seal.ts";
import { cellar, image, log, mail, memory, secret, setUp, state, turn } from "./testing/host.ts";
import { isSealedText, uncovered } from "./uncover.ts";

/** Which kinds of rows of a batch are sealed. */
function sealedOf(batch: CommitBatch): string[] {
  const texts = {
    deliveries: batch.deliveries?.map(({ json }) => json),
    programs: batch.programs?.map(({ state: text }) => text),
    logs: batch.logs?.map(({ text }) => text),
    memories: batch.memories?.map(({ json }) => json),
    settings: batch.settings?.map(({ value }) => value ?? ""),
  };
  const bytes = { turns: batch.turns, images: batch.images };
  return [
    ...Object.entries(texts).flatMap(([kind, rows = []]) => (rows.some(isSealedText) ? [kind] : [])),
    ...Object.entries(bytes).flatMap(([kind, rows = []]) => (rows.some((row) => keyIdOf(row.bytes) !== null) ? [kind] : [])),
  ].sort();
}

const everything = (program: string, n: number): CommitBatch => ({
  grounds,
  deliveries: [mail(program, n)],
  turns: [turn(program, n)],
  images: [image(program, n)],
  programs: [state(program, `after ${n}`)],
  logs: [log(program, `line ${n}`)],
});

test("Z30 all rows of whoever is in a hidden room are sealed, and those of others are left as they are", async () => {
  const { inside, commit, stored, storage, cover } = await setUp();
  inside.add("program:baker").add("person:ann");
  const open: CommitBatch = {
    ...everything("smith", 1),
    memories: [memory("person:bob", 1)],
    settings: [{ key: "code:1", value: "go()" }],
  };
  assert.equal(cover.cover(open), open);
  const batch = { ...everything("baker", 1), memories: [memory("person:ann", 1), memory("person:bob", 1, "bye")] };
  const covered = await commit(batch);
  assert.deepEqual(sealedOf(covered), ["deliveries", "images", "logs", "memories", "programs", "turns"]);
  assert.equal(covered.grounds, batch.grounds);
  assert.equal(covered.memories![1], batch.memories[1]);
  const { images, turns, ...rest } = covered;
  const told = Buffer.concat([bytesOf(JSON.stringify(rest)), images![0]!.bytes, turns![0]!.bytes]);
  for (const text of ["hello\\", "after 1", "line 1", "ELSI heap", '{"ok":true}', secret]) assert.ok(!told.includes(text), text);

  assert.deepEqual(await storage.heap("baker"), { image: batch.images![0], turns: [] });
  assert.deepEqual(await storage.programs(), batch.programs);
  assert.deepEqual(await storage.mailboxes(), batch.deliveries);
  assert.deepEqual(await storage.log("baker", 9), batch.logs);
  assert.deepEqual(await storage.memory("person:ann", 0, 9), batch.memories.slice(0, 1));
  assert.ok(isSealedText((await stored.memory("person:ann", 0, 9))[0]!.json));
});

test("Z31 rows with the secret of an open room are sealed, however deep in JSON it stands", async () => {
  const { cover } = await setUp();
  const nested = JSON.stringify({ since: [[1, { memory: JSON.stringify({ at: secret }) }]] });
  const cases: [string, CommitBatch][] = [
    ["deliveries", { deliveries: [mail("a", 1, `inn/cellar~${secret}`)] }],
    ["turns", { turns: [turn("b", 1, 0, JSON.stringify({ percepts: [{ text: secret }] }))] }],
    ["programs", { programs: [{ program: "c", state: nested }] }],
    ["logs", { logs: [log("d", `went to inn/cellar~${secret}`)] }],
    ["logs", { logs: [log("e", `perceived in that turn: ${JSON.stringify({ text: secret })}`)] }],
    ["memories", { memories: [memory("person:f", 1, secret)] }],
    ["settings", { settings: [{ key: "code:1", value: `goTo(${JSON.stringify(secret)})` }] }],
  ];
  for (const [kind, batch] of cases) assert.deepEqual(sealedOf(cover.cover(batch)), [kind]);
  const others: CommitBatch = { settings: [{ key: "other", value: secret }], memories: [memory("person:f", 2, "below the stairs")] };
  assert.equal(cover.cover(others), others);
});

test("Z32 a program that has left stays sealed until an image after all its sealed mail is stored, and its state opens with that", async () => {
  const { cover, inside, storage, commit } = await setUp();
  await commit({ grounds });
  inside.add("program:baker");
  await commit({ deliveries: [mail("baker", 1), mail("baker", 2)], turns: [turn("baker", 1)], programs: [state("baker", "in")] });
  inside.clear();
  // Mail that comes outside is not from inside.
  assert.deepEqual(sealedOf(await commit({ deliveries: [mail("baker", 3)] })), []);
  const second = {
    turns: [turn("baker", 2, 1)],
    images: [image("baker", 2)],
    programs: [state("baker", "out")],
    logs: [log("baker", "x")],
  };
  assert.deepEqual(sealedOf(await commit(second)), ["images", "logs", "programs", "turns"]);
  const third = { turns: [turn("baker", 3, 2)], programs: [state("baker", "all taken")] };
  assert.deepEqual(sealedOf(await commit(third)), ["programs", "turns"]);
  assert.deepEqual(sealedOf(cover.cover({ images: [image("baker", 2)] })), ["images"]);
  const last = await commit({ images: [image("baker", 3)], logs: [log("baker", "y")] });
  assert.deepEqual(last, { images: [image("baker", 3)], logs: [log("baker", "y")], programs: [state("baker", "all taken")] });
  assert.deepEqual(await storage.programs(), [state("baker", "all taken")]);
  assert.deepEqual(sealedOf(await commit(everything("baker", 4))), []);
});

test("Z32 an image of a program that keeps a secret in its memory is sealed for as long as it does", async () => {
  const { commit } = await setUp();
  await commit({ grounds });
  const knows = [state("baker", secret)];
  assert.deepEqual(sealedOf(await commit({ turns: [turn("baker", 1)], programs: knows })), ["programs"]);
  assert.deepEqual(sealedOf(await commit({ turns: [turn("baker", 2)], images: [image("baker", 2)], programs: knows })), [
    "images",
    "programs",
    "turns",
  ]);
  const forgets = { turns: [turn("baker", 3)], images: [image("baker", 3)], programs: [state("baker", "nothing")] };
  assert.deepEqual(sealedOf(await commit(forgets)), ["turns"]);
});

test("Z32 after a restart it stays sealed until its next turn and an image of that", async () => {
  const before = await setUp();
  await before.commit({ grounds });
  before.inside.add("program:baker");
  await before.commit({ deliveries: [mail("baker", 1)], turns: [turn("baker", 1)], programs: [state("baker", "in")] });

  const { commit } = await setUp(before.stored);
  const late = await commit({ images: [image("baker", 1)], logs: [log("baker", "x")] });
  assert.deepEqual(sealedOf(late), ["images", "logs"]);
  const early = await commit({ turns: [turn("baker", 2, 0)], images: [image("baker", 2)], programs: [state("baker", "2")] });
  assert.deepEqual(sealedOf(early), ["images", "programs", "turns"]);
  const taken = await commit({ turns: [turn("baker", 3, 1)], images: [image("baker", 3)], programs: [state("baker", "3")] });
  assert.deepEqual(sealedOf(taken), ["turns"]);
});

test("Z33 an image from inside that a program outside is taken back to is sealed again, and so is the program", async () => {
  const { cover, inside, storage, commit, stored } = await setUp();
  await commit({ grounds });
  inside.add("program:baker");
  await commit({ turns: [turn("baker", 1)], images: [image("baker", 1)] });
  inside.clear();
  await commit({ turns: [turn("baker", 2)], images: [image("baker", 2)] });
  assert.deepEqual(sealedOf(cover.cover({ logs: [log("baker", "x")] })), []);
  const [, older] = await storage.images("baker");
  const opened = (await storage.image("baker", older!.hash))!;
  assert.deepEqual(opened, image("baker", 1));
  const back = await commit({ images: [{ ...opened, anew: true }], logs: [log("baker", "x")] });
  assert.deepEqual(sealedOf(back), ["images", "logs"]);
  assert.deepEqual((await storage.heap("baker")).image, { ...image("baker", 1), anew: true });
  await assert.rejects(uncovered(stored, DataKeys.parse(null)).heap("baker"), code("forbidden"));
  assert.deepEqual(sealedOf(await commit({ turns: [turn("baker", 2)], images: [image("baker", 2)], programs: [state("baker", "2")] })), [
    "turns",
  ]);
});

test("Z34 without a key what is sealed stays so, heaps and images are refused, and all else can be read", async () => {
  const { inside, commit, stored, storage } = await setUp();
  inside.add("program:baker").add("person:ann");
  await commit({ ...everything("baker", 1), memories: [memory("person:ann", 1)] });
  await commit(everything("smith", 1));
  await commit({ settings: [{ key: "code:1", value: `go(${JSON.stringify(secret)})` }] });
  const keys = DataKeys.parse(await stored.setting("seals"));
  const closed = uncovered(stored, keys);
  const [hash] = (await closed.images("baker")).map((entry) => entry.hash);
  await assert.rejects(closed.heap("baker"), code("forbidden"));
  await assert.rejects(closed.image("baker", hash!), code("forbidden"));
  const read = async (from: Storage) => [
    (await from.programs()).map(({ state: text }) => text),
    (await from.mailboxes()).map(({ json }) => json),
    (await from.memory("person:ann", 0, 9)).map(({ json }) => json),
    (await from.log("baker", 9)).map(({ text }) => text),
    [(await from.setting("code:1")) ?? ""],
  ];
  assert.deepEqual(
    (await read(closed)).map((texts) => texts.map(isSealedText)),
    [[true, false], [true, false], [true], [true], [true]],
  );
  assert.deepEqual(await closed.heap("smith"), { image: image("smith", 1), turns: [] });
  await keys.unlock(cellar);
  assert.deepEqual([await read(closed), await closed.heap("baker")], [await read(storage), await storage.heap("baker")]);
  assert.ok((await read(closed)).flat().every((text) => !isSealedText(text)));
});

test("Z34 what only looks sealed in a log or a memory is left as it was written", async () => {
  const { inside, commit, storage, cover } = await setUp();
  inside.add("program:baker");
  const [stolen] = cover.cover({ logs: [log("baker", "mine")] }).logs!;
  inside.clear();
  const forged = [log("smith", stolen!.text), log("smith", '{"sealed":"AAAA"}'), log("smith", '{"sealed":""}')];
  await commit({ logs: forged, memories: [{ who: "person:bob", seq: 1, now: 1, json: stolen!.text }] });
  assert.deepEqual(await storage.log("smith", 9), forged);
  assert.equal((await storage.memory("person:bob", 0, 9))[0]!.json, stolen!.text);
});
