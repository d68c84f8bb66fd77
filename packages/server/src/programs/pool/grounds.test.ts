import assert from "node:assert/strict";
import { test } from "node:test";
import type { Heap, Image } from "../contract.ts";
import type { ToWorker } from "./messages.ts";
import type { WorkerPool } from "./pool.ts";
import { codeOf, engine, library, listened, openPool } from "../testing/pools.ts";
import { Tried } from "../testing/tried.ts";

const roomy = { turnMsMax: 5_000, startMsMax: 10_000 };
const counting = codeOf(`let n = 0; me.on("heard", ({ text }) => console.log(text, ++n));`);

/** What a store keeps of a pool's grounds. */
class Kept {
  readonly bytes = new Map<string, Uint8Array>();
  readonly asked: string[] = [];

  /** Stores a ground and all it needs, and tells their kinds. */
  put(pool: WorkerPool, hash: string): string[] {
    const ground = pool.ground(hash)!;
    this.bytes.set(hash, ground.bytes);
    return [ground.kind, ...ground.needs.flatMap((needed) => this.put(pool, needed))];
  }

  readonly ground = (hash: string): Promise<Uint8Array | null> => {
    this.asked.push(hash);
    return Promise.resolve(this.bytes.get(hash) ?? null);
  };
}

/** The engine with one more custom section, which is empty: another binary that does the same. */
const olderEngine = Buffer.concat([engine, Uint8Array.of(0, 2, 1, 0x78)]);

/** An image of a program that has heard two words, on an engine and library that are not today's, and what it stands on. */
async function older(): Promise<{ image: Image; kept: Kept; base: string }> {
  const pool = openPool({ ...roomy, engine: olderEngine, library: `${library}\nglobalThis.olderLibrary = true;` });
  const kept = new Kept();
  const tried = new Tried(pool, "a", counting);
  for (const word of [undefined, "a", "b"]) await tried.turn(word);
  const image = (await pool.image("a"))!;
  assert.deepEqual(kept.put(pool, image.template), ["template", "base", "engine"]);
  return { image, kept, base: pool.base };
}
const heapOf = (image: Image): Heap => ({ image, turns: [] });

test("P56 P57 a program goes on on the base its heap stands on, while new ones begin on today's", async () => {
  const { image, kept, base } = await older();
  const pool = openPool({ ...roomy, ground: kept.ground, slotsPerWorkerMax: 2 });
  assert.notEqual(pool.base, base);
  const old = ["a", "b", "c"].map((name) => new Tried(pool, name, counting, heapOf(image)));
  const young = new Tried(pool, "young", counting);
  assert.deepEqual(await Promise.all([...old.map((each) => each.says("x")), young.says()]), ["x 3", "x 3", "x 3", ""]);
  assert.equal(kept.asked.length, new Set(kept.asked).size, "each ground is asked for once, whoever needs it");
  for (const each of [...old, young]) await each.turn("y");
  const images = await Promise.all([...old, young].map(({ name }) => pool.image(name)));
  const bases = images.map((each) => pool.ground(each!.template)!.needs[0]);
  assert.deepEqual(bases, [base, base, base, pool.base]);
  assert.equal(pool.ground(base)?.kind, "base");
  assert.equal(pool.ground("0".repeat(64)), null);
});

test("P55 an image whose ground is missing, or is not what its hash says, fails its program alone and is run by nobody", async () => {
  const { image, kept } = await older();
  for (const hash of kept.bytes.keys()) {
    for (const wrong of [null, Uint8Array.from(kept.bytes.get(hash)!, (byte, i) => (i === 200 ? byte ^ 1 : byte))]) {
      const ground = (asked: string): Promise<Uint8Array | null> => (asked === hash ? Promise.resolve(wrong) : kept.ground(asked));
      const pool = openPool({ ...roomy, ground });
      const [old, young] = [new Tried(pool, "old", counting, heapOf(image)), new Tried(pool, "young", counting)];
      const [fault] = await Promise.all([old.fault("x"), young.turn()]);
      assert.equal(fault.reason, "image");
      assert.match(fault.message, wrong === null ? /not there/ : /another hash/);
      await pool.close();
    }
  }
});

test("P55 a ground that cannot be read just now can be had the next time", async () => {
  const { image, kept } = await older();
  let broken = true;
  const pool = openPool({ ...roomy, ground: (hash) => (broken ? Promise.reject(new Error("no such device")) : kept.ground(hash)) });
  const old = new Tried(pool, "old", counting, heapOf(image));
  assert.deepEqual(await old.fault("x"), { reason: "image", message: "no such device" });
  broken = false;
  assert.equal(await old.says("x"), "x 3");
});

test("P57 a worker that was not there when a template was made makes none of its own for heaps that are near it", async () => {
  const pool = openPool({ ...roomy, workers: 2, turnMsMax: 50 });
  const code = codeOf(`let n = 0; me.on("heard", ({ text }) => { if (text === "stop") (7n ** 300000n).toString(); console.log(++n); });`);
  const first = new Tried(pool, "first", code);
  await first.turn();
  const { template } = (await pool.image("first"))!;
  const all = Array.from({ length: 8 }, (_, i) => new Tried(pool, `p${i}`, code));
  const told = (said: readonly ToWorker[]): number => said.flatMap(({ templates }) => templates).length;
  const { said } = await listened(() => Promise.all(all.map((each) => each.turn())));
  assert.equal(told(said), 1, "the other worker is told, once");
  for (const { name } of all) assert.equal((await pool.image(name))!.template, template);
  await Promise.all(all.map((each) => each.fault("stop")));
  const images = await Promise.all(all.map(({ name }) => pool.image(name)));
  for (const image of images) assert.equal(image!.template, template, "nor does one that takes the place of another");
});
