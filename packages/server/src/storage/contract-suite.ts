/** What every backend must do, as tests. `node:test` runs it once for each. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { type ErrorCode, limits } from "@elsewhere/protocol";
import fc from "fast-check";
import { openStretch } from "../record/past.ts";
import { sealedTests } from "./contract-sealed.ts";
import type { CommitBatch, Storage } from "./contract.ts";
import { base, bytesOf, code, delivery, ground, grounds, image, record, template, textOf, turn } from "./testing/rows.ts";

export interface Backend {
  /** A new, empty store; `refuse` makes every commit fail while it is set. */
  open(): Promise<{ readonly storage: Storage; refuse(on: boolean): Promise<void> }>;
}

const ticksOf = async (storage: Storage, map: string) => (await storage.recover(map))?.records.map((row) => row.tick);
const mailOf = async (storage: Storage, program: string) => (await storage.mailboxes()).filter((row) => row.program === program);
const seqsOf = async (storage: Storage, program: string) => (await mailOf(storage, program)).map((row) => row.seq);
const keptOf = async (storage: Storage, program: string) => (await storage.images(program)).map((row) => row.turn);

export function contractSuite(name: string, backend: Backend): void {
  describe(name, () => {
    const opened: Storage[] = [];
    const open = async () => {
      const made = await backend.open();
      opened.push(made.storage);
      return made;
    };
    after(() => Promise.all(opened.map((storage) => storage.close())));
    recordTests(open);
    pastTests(open);
    programTests(open);
    imageTests(open);
    groundTests(open);
    rowTests(open);
    sealedTests(open);
    refusalTests(open);
  });
}

type Open = Backend["open"];

function recordTests(open: Open): void {
  test("R1 a new store knows nothing", async () => {
    const { storage } = await open();
    assert.equal(await storage.recover("town"), null);
    assert.deepEqual(await storage.programs(), []);
    assert.deepEqual(await storage.heap("baker"), { image: null, turns: [] });
    assert.equal(await storage.setting("key"), null);
    assert.equal(storage.seq, 0);
    assert.deepEqual(storage.notes, []);
  });

  test("R2 a map is recovered from its newest keyframe and the ticks after it", async () => {
    const { storage } = await open();
    await storage.commit({ keyframes: [record("town", 0)], records: [record("town", 1)] });
    await storage.commit({ records: [record("town", 4), record("inn", 4)], keyframes: [record("inn", 3)] });
    await storage.commit({ records: [record("town", 7)], keyframes: [record("town", 7, "whole")] });
    await storage.commit({ records: [record("town", 9)] });
    const town = await storage.recover("town");
    assert.deepEqual([town?.keyframe.tick, textOf(town!.keyframe.bytes), town?.cut], [7, "whole", 0]);
    assert.deepEqual(
      town?.records.map((row) => [row.map, row.tick, textOf(row.bytes)]),
      [["town", 9, "town 9"]],
    );
    assert.deepEqual(await ticksOf(storage, "inn"), [4]);
  });

  test("R3 the number of records grows with every keyframe and tick", async () => {
    const { storage } = await open();
    await storage.commit({ keyframes: [record("town", 0)], records: [record("town", 1), record("town", 2)] });
    assert.equal(storage.seq, 3);
    await storage.commit({ settings: [{ key: "a", value: "b" }] });
    assert.equal(storage.seq, 3);
  });

  const outOfOrder: readonly (readonly [string, CommitBatch])[] = [
    ["a tick twice", { records: [record("town", 5)] }],
    ["a tick before the last", { records: [record("town", 6), record("town", 4)] }],
    ["a keyframe before the last tick", { keyframes: [record("town", 4)] }],
    ["a tick that is no whole number", { records: [record("town", 5.5)] }],
    ["a record before its map's first keyframe", { records: [record("inn", 9)] }],
    ["a record in the tick of its map's first keyframe", { records: [record("inn", 9)], keyframes: [record("inn", 9)] }],
  ];
  for (const [what, batch] of outOfOrder) {
    test(`R4 ${what} is refused and nothing of its batch is stored`, async () => {
      const { storage } = await open();
      await storage.commit({ keyframes: [record("town", 0)], records: [record("town", 5)] });
      await assert.rejects(storage.commit({ ...batch, settings: [{ key: "a", value: "b" }] }), code("malformed"));
      assert.deepEqual(await ticksOf(storage, "town"), [5]);
      assert.deepEqual([await storage.recover("inn"), await storage.setting("a"), storage.seq], [null, null, 2]);
    });
  }

  test("R5 rows are the store's own: bytes changed after commit was called do not matter", async () => {
    const { storage } = await open();
    const page = new Uint8Array(1_000).fill(7);
    const batch = { keyframes: [{ map: "town", tick: 0, bytes: page.subarray(10, 13) }] };
    const done = storage.commit(batch);
    page.fill(9);
    await done;
    const recovered = await storage.recover("town");
    assert.deepEqual([...recovered!.keyframe.bytes], [7, 7, 7]);
    recovered!.keyframe.bytes.fill(1);
    assert.deepEqual([...(await storage.recover("town"))!.keyframe.bytes], [7, 7, 7]);
  });
}

function pastTests(open: Open): void {
  test("R70 any tick of a map is reached from the last keyframe at or before it", async () => {
    const { storage } = await open();
    assert.deepEqual([await storage.stretches("town"), await storage.stretch("town", 9)], [[], null]);
    await storage.commit({ keyframes: [record("town", 2, "first"), record("inn", 0)], records: [record("town", 3)] });
    await storage.commit({ records: [record("town", 7), record("inn", 7)], keyframes: [record("town", 7, "second")] });
    await storage.commit({ records: [record("town", 9)] });
    assert.deepEqual(await storage.stretches("town"), [
      { fromTick: 2, lastTick: 7, kept: "all" },
      { fromTick: 7, lastTick: 9, kept: "all" },
    ]);
    const read = async (tick: number) => {
      const stretch = await storage.stretch("town", tick);
      if (stretch === null) return null;
      const { keyframe, records } = openStretch(stretch);
      return [stretch.fromTick, stretch.lastTick, stretch.nextTick, textOf(keyframe.bytes), Array.from(records, (row) => row.tick)];
    };
    assert.equal(await read(1), null);
    for (const tick of [2, 5, 6]) assert.deepEqual(await read(tick), [2, 7, 7, "first", [3, 7]]);
    for (const tick of [7, 9, 1_000]) assert.deepEqual(await read(tick), [7, 9, null, "second", [9]]);
  });
}

function programTests(open: Open): void {
  test("R6 a heap is the newest image and the turns since", async () => {
    const { storage } = await open();
    await storage.commit({ turns: [turn("baker", 1), turn("baker", 2), turn("smith", 1)] });
    assert.deepEqual(
      (await storage.heap("baker")).turns.map((row) => textOf(row.bytes)),
      ["turn 1", "turn 2"],
    );
    await storage.commit({ grounds, images: [image("baker", 2)], turns: [turn("baker", 3)] });
    await storage.commit({ turns: [turn("baker", 4)], images: [image("baker", 3)] });
    assert.deepEqual(await storage.heap("baker"), { image: image("baker", 3), turns: [turn("baker", 4)] });
  });

  test("R7 a gap between turns is refused", async () => {
    const { storage } = await open();
    await storage.commit({ turns: [turn("baker", 1)] });
    await assert.rejects(storage.commit({ turns: [turn("baker", 2), turn("baker", 4)] }), code("malformed"));
    assert.deepEqual((await storage.heap("baker")).turns, [turn("baker", 1)]);
    const { storage: other } = await open();
    await assert.rejects(other.commit({ turns: [turn("baker", 2)] }), code("malformed"));
  });

  test("R7 a program that arrives as an image goes on from there", async () => {
    const { storage } = await open();
    await storage.commit({ grounds, images: [image("ferryman", 41)] });
    await storage.commit({ turns: [turn("ferryman", 42)] });
    assert.deepEqual(await storage.heap("ferryman"), { image: image("ferryman", 41), turns: [turn("ferryman", 42)] });
  });

  test("R8 turn 1 again starts a program anew, its earlier heap stays out of it", async () => {
    const { storage } = await open();
    await storage.commit({ grounds, turns: [turn("baker", 1), turn("baker", 2)], images: [image("baker", 2)] });
    await storage.commit({ turns: [turn("baker", 1)] });
    assert.deepEqual(await storage.heap("baker"), { image: null, turns: [turn("baker", 1)] });
    await storage.commit({ turns: [turn("baker", 2)], images: [image("baker", 2)] });
    assert.deepEqual(await storage.heap("baker"), { image: image("baker", 2), turns: [] });
  });

  test("R9 an image whose hash is wrong is refused", async () => {
    const { storage } = await open();
    await assert.rejects(
      storage.commit({ grounds, turns: [turn("baker", 1)], images: [{ ...image("baker", 1), bytes: bytesOf("other") }] }),
      code("corrupt"),
    );
    assert.deepEqual(await storage.heap("baker"), { image: null, turns: [] });
  });

  test("R10 a committed turn empties the mailbox up to its number, in the same commit", async () => {
    const { storage } = await open();
    await storage.commit({ deliveries: [3, 1, 2].map((seq) => delivery("baker", seq)) });
    await storage.commit({ deliveries: [delivery("baker", 4), delivery("smith", 1)], turns: [turn("baker", 1, 2)] });
    assert.deepEqual(await mailOf(storage, "baker"), [delivery("baker", 3), delivery("baker", 4)]);
    await storage.commit({ turns: [turn("baker", 2, 4)] });
    assert.deepEqual([await seqsOf(storage, "baker"), await seqsOf(storage, "smith")], [[], [1]]);
    await assert.rejects(storage.commit({ deliveries: [delivery("smith", 1)] }), code("malformed"));
  });

  test("R60 the mail of all programs is read in one go, by program and then in order", async () => {
    const { storage } = await open();
    await storage.commit({ deliveries: [delivery("smith", 2), delivery("baker", 10), delivery("watch", 1)] });
    await storage.commit({ deliveries: [delivery("baker", 9), delivery("smith", 1)], turns: [turn("watch", 1, 1)] });
    const inOrder = [delivery("baker", 9), delivery("baker", 10), delivery("smith", 1), delivery("smith", 2)];
    assert.deepEqual(await storage.mailboxes(), inOrder);
  });
}

function imageTests(open: Open): void {
  test("R61 an image marked anew is where the program goes on from, whatever its turns were", async () => {
    const { storage } = await open();
    const turns = [1, 2, 3, 4].map((n) => turn("baker", n));
    await storage.commit({ grounds, turns, images: [image("baker", 2)] });
    const back = image("baker", 2, true);
    await storage.commit({ images: [back] });
    assert.deepEqual(await storage.heap("baker"), { image: back, turns: [] });
    await assert.rejects(storage.commit({ turns: [turn("baker", 5)] }), code("malformed"));
    const { storage: other } = await open();
    await other.commit({ grounds, turns });
    await other.commit({ images: [image("baker", 9, true)] });
    await other.commit({ turns: [turn("baker", 10)] });
    await other.commit({ turns: [turn("baker", 11)], images: [image("baker", 10)] });
    assert.deepEqual(await other.heap("baker"), { image: image("baker", 10), turns: [turn("baker", 11)] });
    await other.commit({ turns: [turn("baker", 1)] });
    assert.deepEqual(await other.heap("baker"), { image: null, turns: [turn("baker", 1)] });
  });

  test("R62 a program's images are told newest first over all its starts, the newest imagesKeptMax, and each is read by its hash", async () => {
    const { storage } = await open();
    assert.deepEqual([await storage.images("baker"), await storage.image("baker", image("baker", 1).hash)], [[], null]);
    await storage.commit({ grounds, turns: [turn("baker", 1), turn("baker", 2)], images: [image("baker", 1), image("baker", 2)] });
    await storage.commit({ turns: [turn("baker", 1)] });
    assert.deepEqual(
      await storage.images("baker"),
      [2, 1].map((n) => ({ turn: n, hash: image("baker", n).hash, bytes: image("baker", n).bytes.length })),
    );
    await storage.commit({ images: [image("baker", 7, true)], turns: [turn("smith", 1)] });
    assert.deepEqual(await storage.image("baker", image("baker", 1).hash), image("baker", 1));
    for (let n = 8; n <= 10; n++) {
      await storage.commit({ turns: [turn("baker", n)], images: [image("baker", n)] });
      assert.deepEqual(await keptOf(storage, "baker"), [n, n - 1, n === 8 ? 2 : n - 2]);
    }
    assert.equal(await storage.image("baker", image("baker", 2).hash), null);
    assert.deepEqual(await storage.image("baker", image("baker", 8).hash), image("baker", 8));
    assert.equal(await storage.image("smith", image("baker", 8).hash), null);
  });

  test("R63 an image may come late, and one that is there already is left as it is", async () => {
    const { storage } = await open();
    const turns = [1, 2, 3, 4, 5].map((n) => turn("baker", n));
    await storage.commit({ grounds, turns, images: [image("baker", 4)] });
    await storage.commit({ images: [image("baker", 2), image("baker", 4)] });
    await storage.commit({ images: [image("baker", 3)] });
    assert.deepEqual(await keptOf(storage, "baker"), [4, 3, 2]);
    await storage.commit({ images: [image("baker", 1)] });
    assert.deepEqual(await keptOf(storage, "baker"), [4, 3, 2]);
    assert.deepEqual(await storage.heap("baker"), { image: image("baker", 4), turns: [turn("baker", 5)] });
  });

  for (const n of [3, 1.5, -1]) {
    test(`R63 an image of turn ${n} is refused where turn 2 is the last`, async () => {
      const { storage } = await open();
      await storage.commit({ grounds, turns: [turn("baker", 1), turn("baker", 2)] });
      await assert.rejects(storage.commit({ images: [image("baker", n)] }), code("malformed"));
      assert.deepEqual(await keptOf(storage, "baker"), []);
    });
  }
}

function groundTests(open: Open): void {
  test("R64 grounds are stored once, before the images of their batch, and read back as they were", async () => {
    const { storage } = await open();
    assert.deepEqual([await storage.grounds(), await storage.ground(template.hash)], [[], null]);
    await storage.commit({ turns: [turn("baker", 1)], images: [image("baker", 1)], grounds: grounds.toReversed() });
    assert.deepEqual((await storage.grounds()).toSorted(), grounds.map(({ hash }) => hash).toSorted());
    for (const each of grounds) assert.deepEqual(await storage.ground(each.hash), each);
    const again = { ...template, bytes: bytesOf("whatever"), needs: [] };
    await storage.commit({ grounds: [again, again], images: [image("smith", 9, true)] });
    assert.deepEqual(await storage.ground(template.hash), template);
    (await storage.ground(template.hash))!.bytes.fill(0);
    assert.deepEqual(await storage.ground(template.hash), template);
  });

  const other = ground("template", "other", [base]);
  const baseless: readonly (readonly [string, ErrorCode, CommitBatch])[] = [
    ["an image on a ground that is not there", "malformed", { images: [image("baker", 1, true, other)] }],
    ["a ground that is not what its hash says", "corrupt", { grounds: [{ ...other, bytes: bytesOf("else") }] }],
    ["a ground without what it needs", "malformed", { grounds: [ground("template", "new", [ground("base", "new")])] }],
  ];
  for (const [what, expected, batch] of baseless) {
    test(`R65 ${what} is refused and nothing of its batch is stored`, async () => {
      const { storage } = await open();
      await storage.commit({ grounds });
      const before = await storage.grounds();
      await assert.rejects(storage.commit({ ...batch, turns: [turn("baker", 1)] }), code(expected));
      assert.deepEqual([await storage.grounds(), await storage.heap("baker")], [before, { image: null, turns: [] }]);
    });
  }
}

function rowTests(open: Open): void {
  test("R11 programs and settings keep what was put last", async () => {
    const { storage } = await open();
    await storage.commit({ programs: [{ program: "b", state: "1" }], settings: [{ key: "k", value: "1" }] });
    await storage.commit({
      programs: [
        { program: "a", state: "2" },
        { program: "b", state: "3" },
      ],
      settings: [{ key: "k", value: "" }],
    });
    assert.deepEqual(await storage.programs(), [
      { program: "a", state: "2" },
      { program: "b", state: "3" },
    ]);
    assert.equal(await storage.setting("k"), "");
  });

  test("R11 settings are found by how their keys begin", async () => {
    const { storage } = await open();
    const settings = ["b:2", "a", "b:1", "b", "c:1"].map((key) => ({ key, value: `of ${key}` }));
    await storage.commit({ settings });
    await storage.commit({ settings: [{ key: "b:1", value: null }] });
    assert.deepEqual(await storage.settingsUnder("b:"), [{ key: "b:2", value: "of b:2" }]);
    assert.deepEqual(
      (await storage.settingsUnder("")).map(({ key }) => key),
      ["a", "b", "b:2", "c:1"],
    );
    assert.deepEqual(await storage.settingsUnder("d"), []);
  });

  test("R12 a memory is read in order, page by page", async () => {
    const { storage } = await open();
    const rows = [2, 5, 9].map((seq) => ({ who: "ann", seq, now: 1_000.5 + seq, json: `"${seq}"` }));
    await storage.commit({ memories: [...rows, { who: "bob", seq: 1, now: 0, json: "1" }] });
    assert.deepEqual(await storage.memory("ann", 0, 2), rows.slice(0, 2));
    assert.deepEqual(await storage.memory("ann", 5, 100), rows.slice(2));
    assert.deepEqual(await storage.memory("ann", 9, 100), []);
    await assert.rejects(storage.commit({ memories: [{ who: "ann", seq: 9, now: 0, json: "1" }] }), code("malformed"));
  });

  test("R13 a log keeps its newest lines", async () => {
    const { storage } = await open();
    const lines = Array.from({ length: limits.logLinesKeptMax + 7 }, (_, i) => ({
      program: "baker",
      now: i,
      level: "log" as const,
      text: `line ${i}\0\n`,
    }));
    await storage.commit({ logs: lines.slice(0, 300) });
    await storage.commit({ logs: lines.slice(300) });
    assert.deepEqual(await storage.log("baker", 3), lines.slice(-3));
    assert.deepEqual(await storage.log("baker", 0), []);
    assert.deepEqual(await storage.log("baker", 10_000), lines.slice(7));
  });
}

function refusalTests(open: Open): void {
  test("R14 what the disk refuses is not stored, holds back all that came later, and can be committed again", async () => {
    const { storage, refuse } = await open();
    await storage.commit({ keyframes: [record("town", 0)] });
    await refuse(true);
    const big = "x".repeat(300_000);
    const atTick = (tick: number): CommitBatch => ({ records: [record("town", tick, big)] });
    const [first, second, third, fourth] = [atTick(1), atTick(2), atTick(3), atTick(4)];
    const [a, b] = await Promise.allSettled([storage.commit(first), storage.commit(second)]);
    assert.ok(a.status === "rejected" && code("storage")(a.reason));
    assert.ok(b.status === "rejected" && code("storage")(b.reason));
    assert.deepEqual([await ticksOf(storage, "town"), storage.seq], [[], 1]);
    await assert.rejects(storage.commit(first), code("storage"));
    await refuse(false);
    await assert.rejects(storage.commit(second), code("storage"));
    assert.deepEqual(await ticksOf(storage, "town"), []);
    await storage.commit(first);
    await assert.rejects(storage.commit(third), code("storage"), "what came before it was refused too");
    await assert.rejects(storage.commit(fourth), code("storage"));
    await Promise.all([storage.commit(second), storage.commit(third)]);
    await storage.commit(fourth);
    assert.deepEqual([await ticksOf(storage, "town"), storage.seq], [[1, 2, 3, 4], 5]);
  });

  test("R15 commits take effect in the order of their calls, each whole", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 }), async (sizes) => {
        const { storage } = await open();
        await storage.commit({ keyframes: [record("town", 0)] });
        let tick = 0;
        const batches = sizes.map((size) => Array.from({ length: size }, () => record("town", ++tick)));
        const done: number[] = [];
        await Promise.all(batches.map((records, i) => storage.commit({ records }).then(() => void done.push(i))));
        assert.deepEqual(done, [...sizes.keys()]);
        assert.deepEqual(
          (await storage.recover("town"))?.records.map((row) => textOf(row.bytes)),
          batches.flat().map((row) => textOf(row.bytes)),
        );
        await storage.close();
      }),
      { numRuns: 10 },
    );
  });

  test("R16 a closed store refuses everything and closes twice", async () => {
    const { storage } = await open();
    await storage.close();
    await storage.close();
    await assert.rejects(storage.commit({}), code("storage"));
    await assert.rejects(storage.programs(), code("storage"));
  });
}
