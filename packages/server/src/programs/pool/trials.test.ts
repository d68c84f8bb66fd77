import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mock, test } from "node:test";
import { Worker } from "node:worker_threads";
import { limits } from "@elsewhere/protocol";
import type { Code, TurnInput } from "../contract.ts";
import { readEnvelope } from "../sandbox/envelope.ts";
import { heard } from "../testing/percepts.ts";
import { codeOf, engine, library, openPool } from "../testing/pools.ts";
import { Tried } from "../testing/tried.ts";

const roomy = { turnMsMax: 5_000, startMsMax: 10_000 };
/** Does what it is told: nothing, what ends by fuel, what nothing inside can end, and what takes more fuel than a trial has. */
const code = codeOf(`me.on("heard", ({ text }) => {
  if (text === "loop") for (;;);
  if (text === "stop") (7n ** 300000n).toString();
  if (text === "long") for (let i = 0; i < 600_000; i++);
  console.log("heard", text);
});`);
const source = openPool(roomy);
const tried = new Tried(source, "a", code);
for (const word of [undefined, "a"]) await tried.turn(word);
const portable = (await source.portable("a"))!;

const inputOf = (text: string, changes: Partial<TurnInput> = {}): string =>
  JSON.stringify({
    turn: 3,
    now: Date.UTC(2030, 0, 1, 7),
    start: null,
    rewound: null,
    heapBytesMax: 2 * 1024 * 1024,
    percepts: [heard(text)],
    ...changes,
  });

/** Counts the workers that are there while `run` runs, of those that are given something to do; resolves when all have ended. */
async function counted<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly most: number; readonly all: number }> {
  const running = new Map<Worker, Promise<unknown>>();
  let [most, all] = [0, 0];
  // eslint-disable-next-line typescript/unbound-method -- it is called with its own `this`
  const { postMessage } = Worker.prototype;
  const post = mock.method(Worker.prototype, "postMessage", function (this: Worker, ...message: Parameters<Worker["postMessage"]>) {
    if (!running.has(this)) all++;
    running.set(this, once(this, "exit"));
    this.once("exit", () => running.delete(this));
    most = Math.max(most, running.size);
    postMessage.apply(this, message);
  });
  try {
    const result = await run();
    await Promise.all(running.values());
    return { result, most, all };
  } finally {
    post.mock.restore();
  }
}

test("P92 each is tried in a worker in which nobody else is and which is ended where it fails, so many at once", async () => {
  const pool = openPool(roomy);
  const words = ["hello", "loop", "stop", "long"];
  const { result, most, all } = await counted(() => Promise.all(words.map((word) => pool.tryOut(code, portable.bytes, inputOf(word)))));
  assert.deepEqual(
    result.map((end) => (end.ok ? end.outcome.log[0]?.text : end.fault.reason)),
    ["heard hello", "time", "time", "time"],
  );
  assert.equal(most, limits.trialsMax);
  assert.ok(all >= words.length - 1, "three have failed, each with its worker");
  assert.deepEqual(pool.figures, { live: 0, parked: 0, parkedBytes: 0, workersLost: 0 });
  const usual = await tried.run("long");
  assert.ok(usual.ok && usual.polls > limits.trialPollsMax, "a turn may use more otherwise");
});

test("P92 a worker in which all went well is kept for the next, and none in which something failed", async () => {
  const pool = openPool(roomy);
  const { result, all } = await counted(async () => {
    for (let i = 0; i < 3; i++) pool.prepareTrial();
    const ends = [];
    for (const word of ["hello", "again", "loop", "anew"]) ends.push(await pool.tryOut(code, portable.bytes, inputOf(word)));
    await pool.close();
    return ends;
  });
  assert.deepEqual(
    result.map((end) => (end.ok ? end.outcome.log[0]?.text : end.fault.reason)),
    ["heard hello", "heard again", "time", "heard anew"],
  );
  assert.equal(all, 2);
});

test("P58 P92 a pool that is closed answers all that are being tried or wait to be", async () => {
  const pool = openPool(roomy);
  pool.prepareTrial();
  const ends = Promise.all(Array.from({ length: 4 }, () => pool.tryOut(code, portable.bytes, inputOf("hello"))));
  await pool.close();
  for (const end of await ends) assert.equal(!end.ok && end.fault.message, "the pool is closed");
});

/** The image with `change` made to it, and its own hash made right again. */
function changed(change: (body: Buffer) => void): Buffer {
  const body = Buffer.from(portable.bytes.subarray(0, -32));
  change(body);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}
const wordsAt = 136;
const { memoryBytes, stackPointer } = readEnvelope(portable.bytes);
const unsound: Readonly<Record<string, { readonly image: Uint8Array; readonly why: RegExp }>> = {
  "no image": { image: Buffer.from("hello"), why: /is not an image/ },
  "another hash": { image: portable.bytes.subarray(0, -1), why: /does not match its hash/ },
  "another version": { image: changed((body) => body.writeUInt16LE(9, 4)), why: /has version 9/ },
  "another coding": { image: changed((body) => body.writeUInt8(7, 6)), why: /is coded as 7/ },
  "been elsewhere before": { image: changed((body) => body.writeUInt8(1, 7)), why: /not one to travel with/ },
  "a template to stand on": { image: changed((body) => body.fill(1, 104, wordsAt)), why: /not one to travel with/ },
  "another engine": { image: changed((body) => body.fill(1, 8, 40)), why: /another engine|not known here/ },
  "another base": { image: changed((body) => body.fill(1, 40, 72)), why: /is not there|not known here/ },
  "other code": { image: changed((body) => body.fill(1, 72, 104)), why: /is of other code/ },
  "a memory beyond all": { image: changed((body) => body.writeUInt32LE(1 << 30, wordsAt)), why: /impossible size/ },
  "a memory smaller than the base": {
    image: changed((body) => body.writeUInt32LE(stackPointer + 65_536, wordsAt)),
    why: /smaller than its base/,
  },
  "another stack pointer": { image: changed((body) => body.writeUInt32LE(stackPointer - 16, wordsAt + 4)), why: /another base/ },
  "no turn": { image: changed((body) => body.writeUInt32LE(0, wordsAt + 8)), why: /impossible size or turn/ },
  "a turn that nobody can have reached": { image: changed((body) => body.writeUInt32LE(0xffff_ffff, wordsAt + 8)), why: /impossible turn/ },
  "a delta longer than a memory": { image: changed((body) => body.writeUInt32LE(1 << 30, wordsAt + 12)), why: /is too large/ },
  "a delta of another length": { image: changed((body) => body.writeUInt32LE(100_000, wordsAt + 12)), why: /another length/ },
};

test("P91 an image from elsewhere that is not sound, or stands on what this host never had, is neither tried nor adopted", async () => {
  const pool = openPool(roomy);
  assert.ok(pool.knows(portable));
  assert.ok(!pool.knows({ ...portable, base: "1".repeat(64) }) && !pool.knows({ ...portable, engine: "1".repeat(64) }));
  const { all } = await counted(async () => {
    for (const [name, { image, why }] of Object.entries(unsound)) {
      const end = await pool.tryOut(code, image, inputOf("hello"));
      assert.ok(!end.ok && end.fault.reason === "image", name);
      assert.match(end.fault.message, why, name);
      assert.throws(() => pool.adopt(code, image), why, name);
    }
    const forged: Code = { hash: code.hash, text: `${code.text};` };
    const end = await pool.tryOut(forged, portable.bytes, inputOf("hello"));
    assert.match(end.ok ? "" : end.fault.message, /another hash than it says/);
    const large = changed((body) => body.writeUInt32LE(memoryBytes + 10 * 65_536, wordsAt));
    const small = await pool.tryOut(code, large, inputOf("hello", { heapBytesMax: 128 * 1024 }));
    assert.match(small.ok ? "" : small.fault.message, /larger memory than/);
  });
  assert.equal(all, 0, "no worker was begun for any of them");
});

test("P56 P91 a heap on an older base is tried and adopted where that base is still stored", async () => {
  const older = openPool({ ...roomy, engine, library: `${library}\nglobalThis.older = true;` });
  const program = new Tried(older, "a", code);
  for (const word of [undefined, "a"]) await program.turn(word);
  const old = (await older.portable("a"))!;
  assert.notEqual(old.base, portable.base);
  const without = openPool(roomy);
  const refused = await without.tryOut(code, old.bytes, inputOf("hello"));
  assert.match(refused.ok ? "" : refused.fault.message, /which is not there/);
  const pool = openPool({ ...roomy, ground: async (hash) => older.ground(hash)?.bytes ?? null });
  assert.ok(!pool.knows(old));
  assert.throws(() => pool.adopt(code, old.bytes), /not known here/);
  assert.ok((await pool.tryOut(code, old.bytes, inputOf("hello"))).ok);
  assert.ok(pool.knows(old));
  const { image, grounds } = pool.adopt(code, old.bytes);
  assert.deepEqual(
    grounds.map(({ hash }) => hash),
    [old.engine, old.base, image.template],
  );
  assert.equal(await new Tried(pool, "a", code, { image, turns: [] }).says("b"), "heard b");
});
