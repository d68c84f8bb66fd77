/** What becomes of grounds when a directory is opened again: those that are needed stay, whatever the last batch was. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { verifyRecord } from "../../record/verify.ts";
import type { CommitBatch, GroundRow } from "../contract.ts";
import { ground, image, turn } from "../testing/rows.ts";
import { Store } from "./store.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-grounds-"));
after(() => rmSync(root, { recursive: true, force: true }));
let dirs = 0;
const newDir = (): string => join(root, `${++dirs}`);

const engine = ground("engine", "one");
const [oldBase, newBase] = [ground("base", "old", [engine]), ground("base", "new", [engine])];
const [oldTemplate, newTemplate] = [ground("template", "old", [oldBase]), ground("template", "new", [newBase])];
const all = [engine, oldBase, newBase, oldTemplate, newTemplate];

/** Commits to the store in `dir`, as one that is opened for it and closed again. */
function commit(dir: string, ...batches: readonly CommitBatch[]): void {
  const store = new Store(dir);
  for (const [i, batch] of batches.entries()) assert.deepEqual(store.commit([{ ticket: i, batch }]), [null]);
  store.close();
}

function opened<T>(dir: string, read: (store: Store) => T): T {
  const store = new Store(dir);
  try {
    return read(store);
  } finally {
    store.close();
  }
}

const names = (grounds: readonly GroundRow[]): string[] => grounds.map(({ hash }) => hash).toSorted();
const storedIn = (dir: string): string[] => opened(dir, (store) => store.grounds().toSorted());

/** Turn `n` of the baker, and its image. */
const baked = (n: number, on: GroundRow): CommitBatch => ({ turns: [turn("baker", n)], images: [image("baker", n, false, on)] });

/** As if the disk had lost the last batch. */
function tear(dir: string): void {
  const db = new DatabaseSync(join(dir, "elsewhere.db"));
  db.exec("DELETE FROM batches WHERE batch = (SELECT max(batch) FROM batches)");
  db.close();
}

test("R66 a start drops the grounds that no image needs any more, itself or through others, and no other", async () => {
  const dir = newDir();
  commit(dir, { grounds: all }, baked(1, oldTemplate), baked(2, newTemplate), baked(3, newTemplate));
  assert.deepEqual(storedIn(dir), names(all));
  // The first image goes with the second batch after: one makes it needless, the next removes it.
  commit(dir, baked(4, newTemplate));
  assert.deepEqual(storedIn(dir), names(all));
  commit(dir, baked(5, newTemplate));
  assert.deepEqual(storedIn(dir), names([engine, newBase, newTemplate]));
  const verified = await verifyRecord(dir);
  assert.deepEqual([verified.ok, verified.problems], [true, []]);
  opened(dir, (store) => assert.deepEqual([store.ground(oldBase.hash), store.ground(engine.hash)], [null, engine]));
});

test("R66 a ground that was dropped can be stored again, and taken back again", () => {
  const dir = newDir();
  commit(dir, { grounds: all }, { settings: [] });
  assert.deepEqual(storedIn(dir), []);
  commit(dir, { grounds: [engine, oldBase, oldTemplate] }, baked(1, oldTemplate));
  opened(dir, (store) => assert.deepEqual(store.ground(oldTemplate.hash), oldTemplate));
  const again = newDir();
  commit(again, { grounds: all }, { settings: [] });
  commit(again, { grounds: all });
  assert.deepEqual(storedIn(again), names(all));
  tear(again);
  assert.deepEqual(storedIn(again), []);
  commit(again, { grounds: all }, baked(1, newTemplate));
  opened(again, (store) => assert.deepEqual(store.ground(newTemplate.hash), newTemplate));
});

test("R66 what the last batch stored stays, image or none, with what it needs", () => {
  const dir = newDir();
  commit(dir, { grounds: [engine, oldBase, newBase] }, { grounds: [newTemplate] });
  assert.deepEqual(storedIn(dir), names([engine, newBase, newTemplate]));
  commit(dir, { settings: [] });
  assert.deepEqual(storedIn(dir), []);
});

test("R66 the last batch can be taken back after grounds were dropped, and finds those it needs", async () => {
  const dir = newDir();
  commit(dir, { grounds: all }, baked(1, oldTemplate), baked(2, newTemplate), baked(3, newTemplate), baked(4, newTemplate));
  commit(dir, baked(5, newTemplate));
  const dropped = newDir();
  cpSync(dir, dropped, { recursive: true });
  assert.deepEqual(storedIn(dropped), names([engine, newBase, newTemplate]));
  tear(dropped);
  const kept = opened(dropped, (store) => {
    assert.equal(store.notes.length, 1);
    return store.images("baker").map((entry) => store.ground(store.image("baker", entry.hash)!.template));
  });
  assert.deepEqual(kept, [newTemplate, newTemplate, newTemplate]);
  const verified = await verifyRecord(dropped);
  assert.deepEqual([verified.ok, verified.problems], [true, []]);
});

test("R67 an image that the last batch made needless is there again when that batch is taken back, and its grounds are", () => {
  const dir = newDir();
  commit(dir, { grounds: all }, baked(1, oldTemplate), baked(2, newTemplate), baked(3, newTemplate), baked(4, newTemplate));
  opened(dir, (store) => assert.equal(store.image("baker", image("baker", 1).hash), null));
  tear(dir);
  opened(dir, (store) => {
    assert.deepEqual(
      store.images("baker").map((entry) => entry.turn),
      [3, 2, 1],
    );
    assert.deepEqual(store.image("baker", image("baker", 1).hash), image("baker", 1, false, oldTemplate));
    assert.deepEqual(store.ground(oldTemplate.hash), oldTemplate);
  });
});
