import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Worker } from "node:worker_threads";
import { ElsewhereError } from "@elsewhere/protocol";
import type { WorkerPool } from "./pool.ts";
import { codeOf, listened, openPool, realTime } from "../testing/pools.ts";
import { Tried } from "../testing/tried.ts";

const counting = codeOf(
  `let n = 0; const held = new Map(); me.on("heard", async ({ text }) => { held.set(text, ++n); await null; console.log(n, held.size, Math.random()); });`,
);
/** Computes for a while, in ordinary code, when it is told to. */
const slow = codeOf(`let n = 0; me.on("heard", () => { for (let i = 0; i < 60_000; i++); console.log(++n); });`);
/** Says how often it was told to, and with "stop" does what nothing inside can end. */
const stuck = codeOf(
  `let n = 0; me.on("heard", ({ text }) => { if (text === "stop") (7n ** 300000n).toString(); console.log("well", ++n); });`,
);
const roomy = { turnMsMax: 5_000, startMsMax: 10_000, slotsPerWorkerMax: 64 };
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}`);

test("P50 what is asked for in one go reaches a worker in one message, and each is answered by its own", async () => {
  const pool = openPool(roomy);
  const all = names(40).map((name) => new Tried(pool, name, counting));
  const { said } = await listened(() => Promise.all(all.map((each) => each.turn())));
  assert.equal(said.length, 1);
  assert.equal(said[0]!.asked.length, 40);
  assert.equal(said[0]!.bases.length, 1);
  const later = await listened(() => Promise.all(all.map((each, i) => each.turn(`word ${i % 3}`, i % 2 === 0))));
  assert.equal(later.said.length, 1);
  assert.deepEqual([later.said[0]!.bases, later.said[0]!.templates], [[], []], "a worker is told of a base once");
  assert.ok(
    later.said[0]!.asked.every(({ load }) => load === null),
    "live programs need nothing but their input",
  );
  for (const [i, { kept }] of all.entries()) assert.equal(kept.image?.turn, i % 2 === 0 ? 2 : undefined);
});

test("P51 who asks for many turns at once waits for itself alone", async () => {
  const pool = openPool(roomy);
  const [flooded, other] = [new Tried(pool, "flooded", slow), new Tried(pool, "other", counting)];
  await Promise.all([flooded.turn(), other.turn()]);
  const order: string[] = [];
  const input = (turn: number): string => JSON.stringify({ ...JSON.parse(flooded.kept.turns[0]!.input), turn, start: null, percepts: [] });
  const flood = Array.from({ length: 50 }, (_, i) =>
    pool.run("flooded", input(i + 2), false).then((result) => order.push(`flooded ${result.ok}`)),
  );
  for (let i = 0; i < 5; i++) {
    await other.turn("x");
    order.push("other");
  }
  await Promise.all(flood);
  assert.equal(order.filter((each) => each === "flooded true").length, 50);
  assert.ok(order.lastIndexOf("other") <= 2 * 5 + 1, `each turn of the other waits for one of the flooded at most: ${order.join()}`);
});

test("P51 programs whose turns are long delay others by one turn of each, however often they ask", async () => {
  const pool = openPool({ ...roomy, turnsInFlightPerWorkerMax: 4 });
  const long = names(6).map((name) => new Tried(pool, name, slow));
  const other = new Tried(pool, "other", counting);
  await Promise.all([...long, other].map((each) => each.turn()));
  let longTurns = 0;
  const over = new AbortController();
  const busy = long.map(async (each) => {
    while (!over.signal.aborted) {
      await each.turn("x");
      longTurns++;
    }
  });
  for (let i = 0; i < 5; i++) {
    const before = longTurns;
    await other.turn("x");
    assert.ok(longTurns - before <= 2 * long.length, `${longTurns - before} turns of others`);
  }
  over.abort();
  await Promise.all(busy);
});

test("P59 no more turns are with a worker than may be, and the rest come in their order", async () => {
  const pool = openPool({ ...roomy, turnsInFlightPerWorkerMax: 3 });
  const all = names(20).map((name) => new Tried(pool, name, counting));
  for (const word of [undefined, "x"]) {
    const done: string[] = [];
    const { said } = await listened(() => Promise.all(all.map((each) => each.turn(word).then(() => done.push(each.name)))));
    const together = said.map(({ asked }) => asked.length);
    assert.equal(together[0], 3);
    assert.ok(together.every((count) => count <= 3));
    assert.deepEqual(done, names(20));
  }
});

test("P30 P52 programs parked for want of room go on exactly as live ones, on whichever worker wakes them", async () => {
  const [wide, narrow] = [openPool(roomy), openPool({ ...roomy, workers: 2, slotsPerWorkerMax: 2 })];
  const [free, crowded] = [wide, narrow].map((pool) => names(12).map((name) => new Tried(pool, name, counting))) as [Tried[], Tried[]];
  for (let round = 0; round < 6; round++) {
    const word = round === 0 ? undefined : `word ${round % 4}`;
    // Another order every round, so that programs change their workers.
    const order = free.map((_, i) => (i * 5 + round * round) % free.length);
    const outcomes = await Promise.all([free, crowded].map((all) => Promise.all(order.map((i) => all[i]!.turn(word, i === round)))));
    assert.deepEqual(outcomes[1], outcomes[0]);
    for (const i of order) assert.deepEqual(crowded[i]!.kept.turns, free[i]!.kept.turns);
  }
  assert.ok(narrow.figures.live <= 4 && narrow.figures.live + narrow.figures.parked === 12, JSON.stringify(narrow.figures));
  assert.ok(narrow.figures.parkedBytes > 0);
  assert.equal(narrow.residence("nobody"), "stored");
  for (const { name, asked } of crowded) {
    assert.equal(asked, 1, "a heap is asked for at the first turn, and never again");
    assert.notEqual(narrow.residence(name), "stored");
  }
});

test("P52 live programs have their turns before those of the same go that have to be woken", async () => {
  const pool = openPool({ ...roomy, slotsPerWorkerMax: 2 });
  const all = names(6).map((name) => new Tried(pool, name, counting));
  for (const each of all) await each.turn();
  const live = names(6).filter((name) => pool.residence(name) === "live");
  assert.ok(live.length > 0);
  const { said } = await listened(() => Promise.all(all.map((each) => each.turn("x"))));
  const first = said[0]!.asked;
  assert.deepEqual(
    first.map(({ load }) => load === null),
    first.map((_, i) => i < live.length),
  );
});

test("P52 a request that comes when its program has just been parked is given again with the image", async () => {
  const pool = openPool({ ...roomy, slotsPerWorkerMax: 1 });
  const [a, ...others] = names(4).map((name) => new Tried(pool, name, counting)) as [Tried, Tried, Tried, Tried];
  for (const each of [...others, a]) await each.turn();
  assert.equal(pool.residence(a.name), "live");
  const { said, result } = await listened(async () => {
    const parking = Promise.all(others.map((each) => each.says("x")));
    await Promise.resolve();
    assert.equal(pool.residence(a.name), "live", "as far as it is known here");
    return [await a.says("x"), ...(await parking)];
  });
  const loads = said.flatMap(({ asked }) => asked.filter(({ id }) => id === said[1]!.asked[0]!.id)).map(({ load }) => load === null);
  assert.deepEqual(loads, [true, false], "first without its image, then with it");
  for (const each of result) assert.match(each, /^1 1 /);
});

test("P53 the image of a parked program is had without a worker, and is the one it goes on from", async () => {
  const pool = openPool({ ...roomy, slotsPerWorkerMax: 1 });
  const [a, b] = [new Tried(pool, "a", counting), new Tried(pool, "b", counting)];
  await a.turn();
  await a.turn("x");
  const live = (await pool.image("a"))!;
  await b.turn();
  await b.turn();
  assert.equal(pool.residence("a"), "parked");
  const { said, result: parked } = await listened(() => pool.image("a"));
  assert.deepEqual(said, []);
  assert.deepEqual(parked, live);
  const elsewhere = new Tried(openPool({ ...roomy, ground: (hash) => Promise.resolve(pool.ground(hash)?.bytes ?? null) }), "a", counting, {
    image: parked,
    turns: [],
  });
  assert.equal(await elsewhere.says("y"), await a.says("y"));
});

test("P53 the images longest parked are let go when there are too many, and their programs go on from what is kept of them", async () => {
  const play = async (pool: WorkerPool): Promise<{ all: Tried[]; said: string[] }> => {
    const all = names(8).map((name) => new Tried(pool, name, counting));
    const said: string[] = [];
    for (let round = 0; round < 4; round++) for (const each of all) said.push(await each.says("x"));
    return { all, said };
  };
  const wide = openPool({ ...roomy, slotsPerWorkerMax: 1 });
  const free = await play(wide);
  assert.deepEqual([wide.figures.live, wide.figures.parked], [1, 7]);
  const parkedBytesMax = Math.floor(wide.figures.parkedBytes / 2);
  const narrow = openPool({ ...roomy, slotsPerWorkerMax: 1, parkedBytesMax });
  const { all, said } = await play(narrow);
  assert.deepEqual(said, free.said);
  const { parked, parkedBytes } = narrow.figures;
  assert.ok(parked > 0 && parked < 7 && parkedBytes <= parkedBytesMax);
  const residences = all.map(({ name }) => narrow.residence(name)).join();
  assert.match(residences, /^(stored,)+(parked,)+live$/, "in the order of their last turns");
  assert.ok(free.all.every(({ asked }) => asked === 1));
  for (const { letGone, asked } of all) {
    assert.ok(asked >= letGone.length);
    assert.ok(letGone.every(({ template }) => narrow.ground(template)?.kind === "template"));
  }
});

test("P53 an image whose program failed to wake from it stays, and is let go in its time like any other", async () => {
  const looping = codeOf(`me.on("heard", () => { for (;;); });`);
  const parked = async (pool: WorkerPool): Promise<Tried> => {
    const tried = new Tried(pool, "looping", looping);
    await tried.turn();
    await new Tried(pool, "other", counting).turn();
    assert.equal(pool.residence("looping"), "parked");
    return tried;
  };
  const wide = openPool({ ...roomy, slotsPerWorkerMax: 1 });
  await parked(wide);
  const pool = openPool({ ...roomy, slotsPerWorkerMax: 1, parkedBytesMax: wide.figures.parkedBytes });
  const tried = await parked(pool);
  pool.remove("other");
  assert.equal((await tried.fault("x")).reason, "time");
  assert.deepEqual([pool.residence("looping"), tried.letGone.length], ["parked", 0]);
  for (const name of ["third", "fourth"]) await new Tried(pool, name, counting).turn();
  assert.deepEqual([pool.residence("looping"), tried.letGone.length], ["stored", 1]);
});

test("P17 a turn that never looks up is ended with its worker, and its neighbours go on as if nothing had happened", async () => {
  const [shared, alone] = [openPool(), openPool()];
  const [neighbour, undisturbed] = [new Tried(shared, "neighbour", counting), new Tried(alone, "neighbour", counting)];
  const offender = new Tried(shared, "stuck", stuck);
  for (const each of [neighbour, undisturbed, offender]) await each.turn();
  for (const word of ["a", "b"]) assert.deepEqual(await neighbour.turn(word, true), await undisturbed.turn(word, true));
  assert.deepEqual(await neighbour.turn("c"), await undisturbed.turn("c"));
  const [fault, queued] = await Promise.all([offender.fault("stop"), neighbour.turn("d")]);
  assert.equal(fault.reason, "time");
  assert.deepEqual(queued, await undisturbed.turn("d"));
  assert.equal(neighbour.asked, 2, "once for its first turn, once when its worker was gone");
  assert.equal(await offender.says("afterwards"), "well 1", "the offender is back before its turn");
  assert.deepEqual(await neighbour.turn("e"), await undisturbed.turn("e"));
  assert.equal(shared.figures.workersLost, 1);
});

test("P17 P54 a worker that is ended in the midst of a batch loses none of its turns and does none twice", async () => {
  const pool = openPool({ startMsMax: 2_000, slotsPerWorkerMax: 20, turnsInFlightPerWorkerMax: 32 });
  const all = names(60).map((name) => new Tried(pool, name, stuck));
  await Promise.all(all.map((each) => each.turn()));
  for (let round = 1; round <= 3; round++) {
    const offenders = new Set([(round * 13) % 60, (round * 29) % 60]);
    const ends = await Promise.all(
      all.map(async (each, i) => {
        const result = await each.run(offenders.has(i) ? "stop" : "go", i % 7 === 0);
        return result.ok ? "well" : result.fault.reason;
      }),
    );
    for (const [i, end] of ends.entries()) assert.equal(end, offenders.has(i) ? "time" : "well", `${i} in round ${round}`);
  }
  assert.equal(pool.figures.workersLost, 6);
  for (const [i, each] of all.entries()) {
    const missed = [1, 2, 3].filter((round) => (round * 13) % 60 === i || (round * 29) % 60 === i).length;
    assert.equal(await each.says("go"), `well ${4 - missed}`, each.name);
  }
});

test("P54 a worker that ends by itself fails the request it was at, and gives back the rest", async () => {
  const workers: Worker[] = [];
  const { on } = Worker.prototype;
  const hooked = mock.method(Worker.prototype, "on", function (this: Worker, ...args: Parameters<typeof on>) {
    if (!workers.includes(this)) workers.push(this);
    return on.apply(this, args);
  });
  const pool = openPool(roomy);
  const all = names(30).map((name) => new Tried(pool, name, slow));
  const idle = new Tried(pool, "idle", slow);
  await Promise.all([...all, idle].map((each) => each.turn()));
  const running = Promise.all(all.map((each) => each.run("x")));
  await Promise.resolve();
  await workers[0]!.terminate();
  hooked.mock.restore();
  const results = await running;
  assert.equal(pool.residence("idle"), "stored", "whoever else was live there is so no longer");
  const failures = results.flatMap((result) => (result.ok ? [] : [result.fault.reason]));
  assert.ok(failures.length <= 1 && failures.every((reason) => reason === "engine"), failures.join());
  for (const [i, each] of all.entries()) assert.equal(await each.says("x"), results[i]!.ok ? "2" : "1");
  assert.equal(pool.figures.workersLost, 1);
});

test("P17 a worker that cannot even start fails what it was given, and is not started over and over", async () => {
  const pool = openPool({ time: { ...realTime, after: () => () => {} } });
  const all = names(3).map((name) => new Tried(pool, name, counting));
  const post = mock.method(Worker.prototype, "postMessage", function (this: Worker) {
    void this.terminate();
  });
  const faults = await Promise.all(all.map((each) => each.fault()));
  assert.deepEqual(
    faults.map(({ reason }) => reason),
    ["engine", "engine", "engine"],
  );
  assert.equal(post.mock.callCount(), 1);
  post.mock.restore();
  assert.equal(await all[0]!.says(), "", "the next request has a worker of its own again");
});

test("P32 a turn whose thread gets no time from its machine is left alone, however long that lasts", async () => {
  const pool = openPool();
  const offender = new Tried(pool, "stuck", stuck);
  await offender.turn();
  let looks = 0;
  const starved = Promise.withResolvers<void>();
  const cpuUsage = mock.method(Worker.prototype, "cpuUsage", () => {
    if (++looks === 12) starved.resolve();
    return Promise.resolve({ user: 1_000, system: 0 });
  });
  const running = offender.fault("stop");
  await starved.promise;
  assert.equal(pool.figures.workersLost, 0, "twelve looks, six budgets");
  cpuUsage.mock.restore();
  assert.equal((await running).reason, "time");
});

test("P58 a pool that is closed answers all that is open", async () => {
  const pool = openPool({ ...roomy, turnsInFlightPerWorkerMax: 2 });
  const all = names(6).map((name) => new Tried(pool, name, slow));
  const never = new Tried(pool, "never", slow);
  never.heap = () => new Promise(() => {});
  const open = [...all, never, all[0]!, all[0]!].map((each) => each.fault());
  await Promise.resolve();
  await pool.close();
  for (const { reason } of await Promise.all(open)) assert.equal(reason, "engine");
  assert.equal((await all[1]!.fault()).reason, "engine");
  assert.equal(await pool.image("p0"), null);
});

test("P7 P55 a heap that cannot be had is a fault of that program alone", async () => {
  const pool = openPool();
  const well = new Tried(pool, "well", counting);
  const lost = new Tried(pool, "lost", counting);
  lost.heap = () => Promise.reject(new ElsewhereError("corrupt", "turn 3 does not match its hash"));
  const torn = new Tried(pool, "torn", counting, { image: { turn: 1, bytes: new Uint8Array(300) }, turns: [] });
  const [right, wrong] = [new Tried(pool, "right", counting), new Tried(pool, "wrong", counting)];
  for (const each of [right, wrong]) for (const word of [undefined, "a"]) await each.turn(word);
  wrong.falsify();
  const stuckNow = new Tried(pool, "stuck", codeOf(`(7n ** 300000n).toString();`));
  assert.equal((await stuckNow.fault()).reason, "time");
  const ends = await Promise.all([lost, torn, wrong].map((each) => each.fault("b")));
  assert.deepEqual(
    ends.map(({ reason }) => reason),
    ["image", "image", "image"],
  );
  assert.match(ends[0]!.message, /turn 3 does not match/);
  assert.equal(await pool.image("torn"), null);
  assert.equal((await right.says("b")).split(" ")[0], "2");
  await well.turn();
  await assert.rejects(pool.run("nobody", "{}", false), ElsewhereError);
  await assert.rejects(pool.image("nobody"), ElsewhereError);
});

test("a program that is removed or replaced is forgotten, and what was asked for it is answered", async () => {
  const pool = openPool(roomy);
  const first = new Tried(pool, "a", counting);
  await first.turn();
  await first.turn("x");
  const open = first.run("y");
  const second = new Tried(pool, "a", counting);
  const result = await open;
  assert.ok(!result.ok && result.fault.message.includes("removed"));
  assert.equal(pool.residence("a"), "stored");
  await second.turn();
  assert.match(await second.says("x"), /^1 1 /);
  pool.remove("a");
  assert.deepEqual(pool.figures, { live: 0, parked: 0, parkedBytes: 0, workersLost: 0 });
  await assert.rejects(pool.run("a", "{}", false), ElsewhereError);
});
