import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import type { Fault, Heap, Outcome, TurnInput } from "./contract.ts";
import { Keeper } from "./keeper.ts";
import type { WorkerPool } from "./pool.ts";
import { base, dawn, good, heard, openPool, program, realTime, sha256, startInput, texts, turnInput } from "./testing/support.ts";

const pools: WorkerPool[] = [];
const open = (...options: Parameters<typeof openPool>): WorkerPool => {
  const pool = openPool(...options);
  pools.push(pool);
  return pool;
};
after(() => Promise.all(pools.map((pool) => pool.close())));

/** A program of a pool together with the transcript its heap is rebuilt from. */
class Tried {
  readonly #pool: WorkerPool;
  readonly #name: string;
  #heap: Heap = { image: null, turns: [] };
  #turn = 0;
  rebuilt = 0;

  constructor(pool: WorkerPool, name: string, code: string) {
    this.#pool = pool;
    this.#name = name;
    pool.add(name, program(code), () => {
      this.rebuilt++;
      return Promise.resolve(this.#heap);
    });
  }

  async turn(text?: string): Promise<Outcome> {
    const input = this.#input(text);
    const result = await this.#pool.run(this.#name, input);
    if (!result.ok) throw new Error(`${this.#name}: ${result.fault.reason}: ${result.fault.message}`);
    this.#turn = input.turn;
    this.#heap = { ...this.#heap, turns: [...this.#heap.turns, { input, heapHash: result.heapHash }] };
    return result.outcome;
  }

  async fault(text?: string): Promise<Fault> {
    const result = await this.#pool.run(this.#name, this.#input(text));
    assert.equal(result.ok, false, `${this.#name} was to fail`);
    return (result as { fault: Fault }).fault;
  }

  async takeImage(): Promise<void> {
    this.#heap = { image: await this.#pool.image(this.#name), turns: [] };
  }

  falsify(): void {
    this.#heap = { ...this.#heap, turns: this.#heap.turns.map((turn) => ({ ...turn, heapHash: "0".repeat(64) })) };
  }

  #input(text: string | undefined): TurnInput {
    const turn = this.#turn + 1;
    return turn === 1 ? startInput() : turnInput(turn, dawn + turn * 1000, text === undefined ? [] : [heard(text)]);
  }
}

const counting = `let n = 0; const held = new Map(); me.on("heard", async ({ text }) => { held.set(text, ++n); await null; console.log(n, held.size, Math.random()); });`;

test("P17 a turn that never looks up is ended with its worker, and its neighbours go on as if nothing had happened", async () => {
  const [shared, alone] = [open(), open()];
  const neighbour = new Tried(shared, "neighbour", counting);
  const undisturbed = new Tried(alone, "neighbour", counting);
  const stuck = new Tried(
    shared,
    "stuck",
    `me.on("heard", ({ text }) => { if (text === "go") (7n ** 300000n).toString(); else console.log("well"); });`,
  );
  for (const each of [neighbour, undisturbed, stuck]) await each.turn();
  for (const word of ["a", "b"]) assert.deepEqual(await neighbour.turn(word), await undisturbed.turn(word));
  await neighbour.takeImage();
  assert.deepEqual(await neighbour.turn("c"), await undisturbed.turn("c"));
  const [fault, queued] = await Promise.all([stuck.fault("go"), neighbour.turn("d")]);
  assert.equal(fault.reason, "time");
  assert.deepEqual(queued, await undisturbed.turn("d"));
  assert.equal(neighbour.rebuilt, 2, "once for its first turn, once from its image");
  assert.deepEqual(texts(await stuck.turn("afterwards")), ["well"], "the offender is back before its turn");
  assert.deepEqual(await neighbour.turn("e"), await undisturbed.turn("e"));
});

test("P7 a transcript that leads to another heap when it is replayed is a fault of that program alone", async () => {
  const pool = open();
  const [wrong, right] = [new Tried(pool, "wrong", counting), new Tried(pool, "right", counting)];
  for (const each of [wrong, right]) await each.turn();
  for (const each of [wrong, right]) await each.turn("a");
  wrong.falsify();
  const stuck = new Tried(pool, "stuck", `(7n ** 300000n).toString();`);
  assert.equal((await stuck.fault()).reason, "time");
  const fault = await wrong.fault("b");
  assert.equal(fault.reason, "image");
  assert.match(fault.message, /another heap/);
  assert.deepEqual(texts(await right.turn("b")).length, 1);
});

test("P7 a heap that cannot be read is a fault of that program alone", async () => {
  const pool = open();
  pool.add("lost", program(""), () => Promise.reject(new ElsewhereError("corrupt", "turn 3 does not match its hash")));
  pool.add("torn", program(""), () => Promise.resolve({ image: { turn: 1, bytes: new Uint8Array(300) }, turns: [] }));
  for (const name of ["lost", "torn"]) {
    const result = await pool.run(name, turnInput(2, dawn));
    assert.ok(!result.ok && result.fault.reason === "image", name);
  }
  await assert.rejects(pool.image("torn"), ElsewhereError);
  await assert.rejects(pool.run("nobody", startInput()), ElsewhereError);
});

/** Ways to stall, to take all memory, to come apart and to flood: each with the fault it ends in, if it is one. */
const hostile: Readonly<Record<string, { code: string; ends: readonly (Fault["reason"] | "well")[] }>> = {
  "does not parse": { code: `let let = 1;`, ends: ["threw"] },
  "loops for ever": { code: `for (;;);`, ends: ["time"] },
  "loops for ever in awaits": { code: `for (;;) await null;`, ends: ["time"] },
  "loops for ever in promises that never come free": {
    code: `const again = () => Promise.resolve().then(again); again();`,
    ends: ["well", "memory", "time"],
  },
  "loops for ever catching": { code: `for (;;) try { for (;;); } catch {} finally { continue; }`, ends: ["time"] },
  "loops for ever in an intent": { code: `for (;;) await me.say("x").catch(() => {});`, ends: ["well", "time"] },
  "splits a huge string": { code: `"a".repeat(1 << 26).split("");`, ends: ["memory", "time"] },
  "writes out a huge number": { code: `(7n ** 300000n).toString();`, ends: ["time"] },
  "searches for ever": { code: `const s = "a".repeat(1 << 20); for (let i = 0; i < 1e9; i++) s.includes("aaab" + i);`, ends: ["time"] },
  "matches for ever": { code: `/^(a+)+$/.test("a".repeat(50) + "b");`, ends: ["time"] },
  "sorts for ever": {
    code: `Array.from({ length: 1e5 }, (_, i) => i).sort(() => { for (let i = 0; i < 100; i++); return Math.random() - 0.5; });`,
    ends: ["time", "memory"],
  },
  "allocates for ever": { code: `const all = []; for (;;) all.push(new Array(1000).fill(0));`, ends: ["memory"] },
  "allocates for ever, catching": {
    code: `const all = []; for (;;) try { all.push("x".repeat(1000) + all.length); } catch {}`,
    ends: ["time", "memory"],
  },
  "wants one huge buffer": { code: `new Uint8Array(1 << 28);`, ends: ["memory", "threw"] },
  "recurses for ever": { code: `const f = () => f() + 1; f();`, ends: ["threw"] },
  "recurses for ever in built-ins": { code: `JSON.parse("[".repeat(200000));`, ends: ["threw", "engine"] },
  "recurses for ever in getters": {
    code: `const o = { get x() { return this.x; }, toString() { return \`\${this}\`; } }; try { o.x; } catch {} String(o);`,
    ends: ["threw", "engine"],
  },
  "throws at top level": { code: `throw new Error("no");`, ends: ["threw"] },
  "throws what cannot be shown": {
    code: `throw { get message() { throw this; }, toJSON() { throw this; }, toString() { throw this; } };`,
    ends: ["threw"],
  },
  "floods intents": { code: `for (let i = 0; i < 500; i++) void me.say("x").catch(() => {});`, ends: ["well"] },
  "floods intents until memory ends": { code: `for (let i = 0; i < 50000; i++) void me.say("x");`, ends: ["memory", "time"] },
  "floods its log": { code: `for (let i = 0; i < 5000; i++) console.log("x".repeat(500));`, ends: ["well"] },
  "floods rejections": { code: `for (let i = 0; i < 5000; i++) void Promise.reject(new Error("x"));`, ends: ["well"] },
  "forges a flood": {
    code: `JSON.stringify = () => 1; Array.prototype.toJSON = () => "x".repeat(1 << 20);`,
    ends: ["outcome", "memory", "well"],
  },
};

test("P16 P17 P18 whatever a hostile program does, it fails alone while its neighbour goes on unharmed", async () => {
  const pool = open();
  const [neighbour, undisturbed] = [new Tried(pool, "neighbour", counting), new Keeper(base())];
  const load = { code: program(counting), codeHash: sha256(program(counting)), heap: { image: null, turns: [] } };
  good(undisturbed.run("neighbour", load, startInput()));
  await neighbour.turn();
  let turn = 1;
  for (const [name, { code, ends }] of Object.entries(hostile)) {
    pool.add(name, program(code), () => Promise.resolve({ image: null, turns: [] }));
    const [result, outcome] = await Promise.all([pool.run(name, startInput()), neighbour.turn(name)]);
    const end = result.ok ? "well" : result.fault.reason;
    assert.ok(ends.includes(end), `${name} ended in ${end}${result.ok ? "" : `: ${result.fault.message}`}`);
    turn++;
    assert.deepEqual(outcome, good(undisturbed.run("neighbour", null, turnInput(turn, dawn + turn * 1000, [heard(name)]))).outcome, name);
    pool.remove(name);
  }
});

test("P16 ordinary code that computes too long ends by fuel, after the same step each time", () => {
  const endless = `let n = 0; me.on("heard", () => { try { for (;;) n++; } finally { console.log("never said"); } });`;
  const keeper = new Keeper(base());
  const load = { code: program(endless), codeHash: sha256(program(endless)), heap: { image: null, turns: [] } };
  const first = good(keeper.run("endless", load, startInput()));
  const result = keeper.run("endless", null, turnInput(2, dawn, [heard("go")]));
  assert.deepEqual(result, { ok: false, fault: { reason: "time", message: "used more computation than a turn may" } });
  assert.equal(good(keeper.run("endless", load, startInput())).heapHash, first.heapHash);
});

test("P18 after it ran out of memory inside and caught it, a program goes on", () => {
  const greedy = `let times = 0; me.on("heard", () => { try { const all = []; for (;;) all.push(new Array(4000).fill(1)); } catch (e) { times++; console.log(e.name, times); } });`;
  const keeper = new Keeper(base());
  const load = { code: program(greedy), codeHash: sha256(program(greedy)), heap: { image: null, turns: [] } };
  good(keeper.run("greedy", load, startInput()));
  for (let turn = 2; turn < 5; turn++) {
    assert.deepEqual(texts(good(keeper.run("greedy", null, turnInput(turn, dawn, [heard("go")]))).outcome), [`InternalError ${turn - 1}`]);
  }
});

test("P30 a program parked for want of room goes on exactly as a live one", () => {
  const [roomy, crowded] = [new Keeper(base()), new Keeper(base(), undefined, 2)];
  const load = { code: program(counting), codeHash: sha256(program(counting)), heap: { image: null, turns: [] } };
  const names = ["a", "b", "c", "d"];
  for (const name of names) assert.deepEqual(crowded.run(name, load, startInput()), roomy.run(name, load, startInput()));
  for (let turn = 2; turn < 6; turn++) {
    for (const name of names) {
      const input = turnInput(turn, dawn, [heard(name)]);
      assert.deepEqual(good(crowded.run(name, null, input)), good(roomy.run(name, null, input)));
    }
  }
});

test("P17 a worker that cannot even start fails what it was given, and is not started over and over", async () => {
  const time = { ...realTime, after: () => () => {} };
  const pool = open({ time });
  pool.add("a", program(counting), () => Promise.resolve({ image: null, turns: [] }));
  const running = pool.run("a", startInput());
  await pool.close();
  const result = await running;
  assert.ok(!result.ok && result.fault.reason === "engine");
  const later = await pool.run("a", startInput());
  assert.ok(!later.ok);
});
