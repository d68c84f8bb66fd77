/**
 * A data directory cut short at any byte of what was written last, in which a block takes the place of its entries, and one
 * of a sealed stream that of its tail: the last whole commit is found or a named error, never rows nobody wrote. `ELSEWHERE_CUTS=all` tries every byte.
 */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { ElsewhereError } from "@elsewhere/protocol";
import { openStretch } from "../../record/past.ts";
import { verifyRecord } from "../../record/verify.ts";
import type { CommitBatch } from "../contract.ts";
import { record, turn } from "../testing/rows.ts";
import { Outcomes } from "./testing/anatomy.ts";
import { Store } from "./store.ts";
import { chance, chunkOf, recodeAll, stream } from "./testing.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-cuts-"));
after(() => rmSync(root, { recursive: true, force: true }));

const batches = 12;
const all = process.env["ELSEWHERE_CUTS"] === "all";
const logHeaderBytes = 32;
const frameHeaderBytes = 24;
const pageBytes = 4096;
const frameBytes = frameHeaderBytes + pageBytes;

/** The tail's chunks so far go into a block with every fourth batch, the last one among them. */
function batchAt(n: number): CommitBatch {
  const gone = n % 4 === 0 ? Array.from({ length: 4 }, (_, i) => ({ key: chunkOf(n - 4 + i), value: null })) : [];
  return {
    records: [record("town", n, `tick ${n} `.repeat(200))],
    ...(n % 4 === 1 && { keyframes: [record("town", n, `all at ${n}`)] }),
    ...(n % 4 === 0 && { keyframes: [record(stream, n, `sealed through ${n}`)] }),
    turns: [turn("baker", n)],
    settings: [{ key: "batch", value: `${n}` }, ...gone, { key: chunkOf(n), value: `sealed ${n}` }],
  };
}

function read(store: Store): unknown {
  const past = store.reader.stretches("town").flatMap(({ fromTick }) => [...openStretch(store.reader.stretch("town", fromTick)!).records]);
  const recovered = store.recover("town");
  const sealed = store.reader.stretches(stream).map(({ fromTick }) => store.reader.stretch(stream, fromTick));
  const settings = [store.reader.setting("batch"), ...Array.from({ length: batches }, (_, i) => store.reader.setting(chunkOf(i + 1)))];
  return [past, recovered && { ...recovered, cut: 0 }, sealed, store.heap("baker"), settings];
}

/** What a crash would have left: everything since the first keyframe's batch still in the log. */
const crashed = join(root, "crashed");
/** The same once closed. */
const closed = join(root, "closed");
/** What can be read after each transaction, and where in the log that ends. A block changes nothing that can be read. */
const states: { readonly end: number; readonly all: unknown }[] = [];
/** Where the transaction begins in which the last block is put. */
let blockFrom = 0;
{
  const store = new Store(closed);
  const log = join(closed, "elsewhere.db-wal");
  const end = (): number => readFileSync(log).length;
  const note = (): void => void states.push({ end: end(), all: read(store) });
  assert.deepEqual(store.commit([{ ticket: 0, batch: { keyframes: [record("town", 0)] } }]), [null]);
  note();
  for (let n = 1; n <= batches; n++) {
    assert.deepEqual(store.commit([{ ticket: n, batch: batchAt(n) }]), [null]);
    note();
    if (n !== batches - 1) continue;
    blockFrom = end();
    recodeAll(store);
    assert.ok(end() > blockFrom);
    note();
  }
  mkdirSync(crashed);
  for (const file of ["elsewhere.db", "elsewhere.db-wal"]) copyFileSync(join(closed, file), join(crashed, file));
  store.close();
}

/** From where on every byte, or some of them: borders of frames and of pages with what is beside them, and chance. */
function cutsOf(from: number, to: number, borders: readonly number[]): readonly number[] {
  if (all) return Array.from({ length: to - from }, (_, i) => from + i);
  const random = chance(116);
  const near = borders.flatMap((border) => [border - 1, border, border + 1]);
  return [...near.filter((cut) => cut >= from && cut < to), ...Array.from({ length: 60 }, () => from + random(to - from))];
}

const cut = join(root, "cut");

/** What a directory gives: which of the states, from the last one on, or why not. */
function found(from: string, file: string, length: number): { readonly state: number; readonly notes: number } | ElsewhereError {
  mkdirSync(cut);
  let store: Store | null = null;
  try {
    for (const name of from === crashed ? ["elsewhere.db", "elsewhere.db-wal"] : ["elsewhere.db"]) {
      const bytes = readFileSync(join(from, name));
      writeFileSync(join(cut, name), name === file ? bytes.subarray(0, length) : bytes);
    }
    store = new Store(cut);
    const whole = read(store);
    const state = states.findLastIndex(({ all }) => isDeepStrictEqual(all, whole));
    assert.ok(state >= 0, `${file} cut at ${length}: rows that were never written together`);
    return { state, notes: store.notes.length };
  } catch (error) {
    if (error instanceof ElsewhereError) return error;
    throw error;
  } finally {
    store?.close();
    rmSync(cut, { recursive: true });
  }
}

test("R115 Z65 a log cut at any byte of its last transactions gives the last whole commit, and a block or its entries", (t) => {
  const length = readFileSync(join(crashed, "elsewhere.db-wal")).length;
  const from = states.at(-4)!.end;
  const borders = Array.from({ length: Math.ceil(length / frameBytes) }, (_, i) => logHeaderBytes + i * frameBytes);
  const outcomes = new Outcomes();
  for (const at of cutsOf(from, length, [...borders, ...borders.map((border) => border + frameHeaderBytes)])) {
    const result = found(crashed, "elsewhere.db-wal", at);
    assert.ok(!(result instanceof ElsewhereError), `cut at ${at} is refused`);
    const expected = states.findLastIndex(({ end }) => end <= at);
    assert.deepEqual(states[result.state]!.all, states[expected]!.all, `cut at ${at}`);
    const torn = at - states[expected]!.end;
    // What is shorter than the header of a frame holds nothing of it.
    if (torn >= frameHeaderBytes) assert.equal(result.notes, 1, `cut at ${at} in silence`);
    outcomes.add(
      at >= blockFrom && at < states.at(-2)!.end ? "while a block is put" : "while a batch is committed",
      torn === 0 ? "whole" : "torn, cut off",
    );
  }
  for (const line of outcomes.lines) t.diagnostic(line);
});

async function isSound(dir: string): Promise<boolean> {
  try {
    return (await verifyRecord(dir)).ok;
  } catch (error) {
    if (error instanceof ElsewhereError) return false;
    throw error;
  }
}

test("R116 a database cut short at any byte of its last pages is refused, or still gives everything", async (t) => {
  const file = join(closed, "elsewhere.db");
  const length = readFileSync(file).length;
  const borders = Array.from({ length: length / pageBytes }, (_, i) => i * pageBytes);
  const outcomes = new Outcomes();
  const from = all ? length - 24 * pageBytes : 0;
  for (const at of cutsOf(from, length, borders)) {
    const result = found(closed, "elsewhere.db", at);
    mkdirSync(cut);
    writeFileSync(join(cut, "elsewhere.db"), readFileSync(file).subarray(0, at));
    const sound = await isSound(cut);
    rmSync(cut, { recursive: true });
    if (result instanceof ElsewhereError) {
      outcomes.add("database", `${result.code} at the start or where read`);
      assert.equal(sound, false, `a database cut at ${at} verifies`);
      continue;
    }
    // Of the last page only its unused end may be missing.
    assert.equal(result.state, states.length - 1, `cut at ${at}`);
    outcomes.add("database", sound ? "everything there, nothing missed" : "everything there, found by verifying");
  }
  for (const line of outcomes.lines) t.diagnostic(line);
  assert.ok(outcomes.has("corrupt at the start or where read"));
});
