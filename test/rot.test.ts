/**
 * Bits that rot in the data directories of real worlds, with programs whose heaps were parked and stored and a past that is
 * in blocks: nothing that was not written is given to anybody, and a host that starts does not run it. `ELSEWHERE_FLIPS`
 * says how many bits are flipped: a tenth of them in each world, and a hundredth in front of a host that is to start.
 */
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ElsewhereError } from "@elsewhere/protocol";
import { openStretch } from "../packages/server/src/record/past.ts";
import { verifyRecord } from "../packages/server/src/record/verify.ts";
import type { HeapRow } from "../packages/server/src/storage/contract.ts";
import { Outcomes, pagesOf } from "../packages/server/src/storage/sqlite/testing/anatomy.ts";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import { Store } from "../packages/server/src/storage/sqlite/store.ts";
import type { LoadedWorld } from "../packages/server/src/worlds/load.ts";
import { randomFrom } from "./support/random.ts";
import { loadFrom, runOn } from "./support/recorded.ts";
import { yardFolder } from "./support/yard.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-rot-"));
after(() => rmSync(root, { recursive: true, force: true }));

const flips = Number(process.env["ELSEWHERE_FLIPS"] ?? 300);
/** So many ticks a world runs on after it was damaged. */
const ticksOn = 10;

/** A data directory of a world that was started and closed `times` times, each time `ticks` later. */
async function lived(loaded: LoadedWorld, name: string, times: number, ticks: number): Promise<string> {
  const dir = join(root, name);
  for (let time = 1; time <= times; time++) {
    const running = await runOn(dir, loaded);
    await running.reached(running.host.view.health().tick + ticks);
    if (time === times) await running.storage.recode();
    await running.close();
  }
  return join(dir, "elsewhere.db");
}

const sha = (value: Uint8Array | string): string => hash("sha256", value, "hex");

interface Told {
  /** All that was given, each as a line that names it and has its hash. */
  readonly lines: ReadonlySet<string>;
  readonly refused: number;
  readonly notes: readonly string[];
}

/** Asks a store for everything. Throws what refuses the start. */
function everythingIn(dir: string): Told {
  const store = new Store(dir);
  const lines = new Set<string>();
  let refused = 0;
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      assert.equal(error.code, "corrupt");
      refused++;
      return null;
    }
  };
  try {
    const programs = attempt(() => store.reader.programs()) ?? [];
    for (const { program, state } of programs) {
      lines.add(`state ${program} ${sha(state)}`);
      for (const line of linesOf(attempt(() => store.heap(program)))) lines.add(line);
      attempt(() => store.reader.log(program, 500))?.forEach((line) => lines.add(`log ${JSON.stringify(line)}`));
    }
    attempt(() => store.reader.mailboxes())?.forEach((mail) => lines.add(`mail ${JSON.stringify(mail)}`));
    for (const ground of attempt(() => store.grounds()) ?? []) {
      const bytes = attempt(() => store.ground(ground))?.bytes;
      if (bytes !== undefined) lines.add(`ground ${ground} ${sha(bytes)}`);
    }
    for (const key of ["tick", "seed", "clocks", "transit", "maps", "seals", "unseen"])
      lines.add(`setting ${key} ${attempt(() => store.reader.setting(key))}`);
    const maps = JSON.parse(attempt(() => store.reader.setting("maps")) ?? "[]") as readonly string[];
    const streams = streamsIn(attempt(() => store.reader.setting("seals")));
    for (const map of [...maps, ...streams]) for (const line of pastOf(store, map, attempt)) lines.add(line);
    for (const stream of streams) for (const line of tailOf(stream, (key) => attempt(() => store.reader.setting(key)))) lines.add(line);
    return { lines, refused, notes: store.notes };
  } finally {
    store.close();
  }
}

function linesOf(heap: HeapRow | null): readonly string[] {
  if (heap === null) return [];
  const turns = heap.turns.map(
    ({ program, turn, tick, throughSeq, bytes }) => `turn ${program} ${turn} ${tick} ${throughSeq} ${sha(bytes)}`,
  );
  if (heap.image === null) return turns;
  const { program, turn, template, bytes } = heap.image;
  return [`image ${program} ${turn} ${template} ${sha(bytes)}`, ...turns];
}

function* pastOf(store: Store, map: string, attempt: <T>(read: () => T) => T | null): Generator<string> {
  const line = (kind: string, tick: number, bytes: Uint8Array): string => `entry ${map} ${kind} ${tick} ${sha(bytes)}`;
  const recovered = attempt(() => store.recover(map));
  if (recovered !== null) {
    yield line("keyframe", recovered.keyframe.tick, recovered.keyframe.bytes);
    for (const { tick, bytes } of recovered.records) yield line("tick", tick, bytes);
  }
  for (const { fromTick } of attempt(() => store.reader.stretches(map)) ?? []) {
    const stretch = attempt(() => openStretch(store.reader.stretch(map, fromTick)!));
    if (stretch === null) continue;
    yield line("keyframe", stretch.keyframe.tick, stretch.keyframe.bytes);
    for (const { tick, bytes } of attempt(() => [...stretch.records]) ?? []) yield line("tick", tick, bytes);
  }
}

/** Of all hidden rooms that were ever open. */
function streamsIn(seals: string | null): readonly string[] {
  return [...new Set((JSON.parse(seals ?? "[]") as readonly { readonly stream: string }[]).map(({ stream }) => stream))];
}

/** What of a sealed stream is in no block yet. */
function* tailOf(stream: string, setting: (key: string) => string | null): Generator<string> {
  const head = setting(`tail:${stream}`);
  if (head === null) return;
  yield `tail ${stream} ${head}`;
  for (let n = (JSON.parse(head) as { readonly first: number }).first; ; n++) {
    const chunk = setting(`tail:${stream}:${n}`);
    if (chunk === null) return;
    yield `tail ${stream} ${n} ${sha(chunk)}`;
  }
}

/** All turns, images and entries that were ever written: an older image and the turns since may be given for a newer one. */
function written(dir: string): ReadonlySet<string> {
  const reader = openRecordReader(dir);
  try {
    const lines = new Set<string>();
    for (const { program, turn, tick, throughSeq, bytes } of reader.turns())
      lines.add(`turn ${program} ${turn} ${tick} ${throughSeq} ${sha(bytes)}`);
    for (const { program, turn, template, bytes } of reader.images())
      if (bytes !== null) lines.add(`image ${program} ${turn} ${template} ${sha(bytes)}`);
    for (const entry of reader.entries())
      if (entry.kind !== "gap") lines.add(`entry ${entry.map} ${entry.kind} ${entry.tick} ${sha(entry.bytes)}`);
    return lines;
  } finally {
    reader.close();
  }
}

function directoryWith(bytes: Uint8Array): string {
  const dir = mkdtempSync(join(root, "copy-"));
  writeFileSync(join(dir, "elsewhere.db"), bytes);
  return dir;
}

/** What a directory gives with its last batch taken back. */
function takenBack(bytes: Uint8Array): Told {
  const dir = directoryWith(bytes);
  const db = new DatabaseSync(join(dir, "elsewhere.db"));
  db.exec("DELETE FROM batches WHERE batch = (SELECT max(batch) FROM batches)");
  db.close();
  return everythingIn(dir);
}

async function isSound(dir: string): Promise<boolean> {
  try {
    return (await verifyRecord(dir)).ok;
  } catch (error) {
    if (error instanceof ElsewhereError) return false;
    throw error;
  }
}

/** A copy of the database with one bit flipped, wherever chance wants it, or in a page of these. */
function flipped(
  bytes: Buffer,
  random: () => number,
  mayBeAt: (at: number) => boolean = () => true,
): { readonly at: number; readonly copy: Buffer } {
  for (;;) {
    const at = Math.floor(random() * bytes.length);
    if (!mayBeAt(at)) continue;
    const copy = Buffer.from(bytes);
    copy[at]! ^= 1 << Math.floor(random() * 8);
    return { at, copy };
  }
}

const worlds = { yard: yardFolder, harbour: fileURLToPath(new URL("../worlds/harbour", import.meta.url)) };

for (const [name, folder] of Object.entries(worlds)) {
  test(`R117 of a flipped bit in a data directory of the ${name} nothing is given to anybody`, async (t) => {
    const loaded = await loadFrom(folder);
    const path = await lived(loaded, name, 4, 20);
    const bytes = readFileSync(path);
    const pageAt = pagesOf(path);
    const intact = everythingIn(directoryWith(bytes));
    assert.deepEqual([intact.refused, intact.notes], [0, []]);
    const rooms = loaded.maps.flatMap((map) => map.rooms).filter(({ secret }) => secret !== null);
    const sealed = (what: string): boolean => [...intact.lines].some((line) => line.startsWith(`${what} ~`));
    assert.deepEqual([sealed("entry"), sealed("tail")], [rooms.length > 0, rooms.length > 0]);
    const mayBeGiven = new Set([...written(directoryWith(bytes)), ...intact.lines]);
    const before = takenBack(bytes);
    assert.equal(before.notes.length, 1);
    const random = randomFrom(117);
    const outcomes = new Outcomes();
    for (let i = 0; i < flips / 10; i++) {
      const { at, copy } = flipped(bytes, random);
      const dir = directoryWith(copy);
      const what = `byte ${at}, in ${pageAt(at)}`;
      const sound = await isSound(dir);
      outcomes.add(pageAt(at), found(dir, sound, what));
      rmSync(dir, { recursive: true });
    }
    for (const line of outcomes.lines) t.diagnostic(line);

    function found(dir: string, sound: boolean, what: string): string {
      let told: Told;
      try {
        told = everythingIn(dir);
      } catch (error) {
        assert.ok(error instanceof ElsewhereError && !sound, `${what}: ${String(error)}`);
        return "refused at the start";
      }
      const isBack = told.notes.length > 0;
      const strange = [...told.lines].filter((line) => !mayBeGiven.has(line) && !(isBack && before.lines.has(line)));
      assert.deepEqual(strange, [], `${what}: given and never written`);
      const isWhole = told.refused === 0 && !isBack && [...intact.lines].every((line) => told.lines.has(line));
      if (sound) assert.ok(isWhole, `${what}: not found by verifying`);
      if (isBack) return "taken back with the last batch";
      if (told.refused > 0) return "refused where read";
      return sound ? "harmless" : isWhole ? "found by verifying alone" : "left out for an older image";
    }
  });
}

/** What a world that is started on a directory records in its next ticks, by map and tick. */
async function goneOn(dir: string, loaded: LoadedWorld, from: number): Promise<string[]> {
  const running = await runOn(dir, loaded);
  try {
    await running.reached(from + ticksOn);
  } finally {
    await running.close();
  }
  const reader = openRecordReader(dir);
  try {
    const lines: string[] = [];
    for (const entry of reader.entries()) {
      if (entry.kind === "tick" && entry.tick > from && entry.tick <= from + ticksOn)
        lines.push(`${entry.map} ${entry.tick} ${sha(entry.bytes)}`);
    }
    return lines;
  } finally {
    reader.close();
  }
}

test("R118 a world that starts on a damaged heap's directory goes on as it would have, or says what is damaged", async (t) => {
  const loaded = await loadFrom(yardFolder);
  const path = await lived(loaded, "heaps", 2, 20);
  const bytes = readFileSync(path);
  const pageAt = pagesOf(path);
  const { tick } = loadTick(directoryWith(bytes));
  const expected = await goneOn(directoryWith(bytes), loaded, tick);
  assert.ok(expected.length >= ticksOn / 2);
  const random = randomFrom(118);
  const outcomes = new Outcomes();
  for (let i = 0; i < flips / 100; i++) {
    const { at, copy } = flipped(bytes, random, (where) => pageAt(where) === "images");
    const dir = directoryWith(copy);
    const sound = await isSound(dir);
    let outcome: string;
    try {
      assert.deepEqual(await goneOn(dir, loaded, tick), expected, `byte ${at}`);
      outcome = sound ? "harmless" : "went on from an older image as from the damaged one";
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      assert.ok(!sound && error.code === "corrupt", `byte ${at}: ${error.message}`);
      outcome = "refused at the start";
    }
    outcomes.add(pageAt(at), outcome);
    rmSync(dir, { recursive: true });
  }
  for (const line of outcomes.lines) t.diagnostic(line);
});

function loadTick(dir: string): { readonly tick: number } {
  const store = new Store(dir);
  try {
    return { tick: Number(store.reader.setting("tick")) };
  } finally {
    store.close();
  }
}
