import { readFileSync } from "node:fs";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { BlockReader, type FilmEntry, writeBlocks } from "@elsewhere/protocol";
import { MapState, type WorldMap } from "@elsewhere/world";
import { writeRecord } from "../../packages/world/src/codec.ts";
import { Journal } from "../../packages/world/src/journal.ts";
import { zstd } from "../../packages/server/src/record/block.ts";
import { asciiMap } from "../../packages/world/src/testing/ascii-map.ts";

/** Where somebody was in a frame, in sixteenths of a tile. */
export interface Row {
  readonly id: number;
  readonly frame: number;
  readonly x: number;
  readonly y: number;
}

const tileMetres = 0.5;
const sixteenths = 16;
/** What storage adds to a block: its row with numbers and hashes, and the index. */
const rowBytes = 150;

/** The size of bytes as zstd -19 packs them. */
export const packedBytes = (text: string): number => zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 19 } }).length;

/** Reads a trace of people in metres, and puts it a tile off the edges of a map. Rows are by frame, then by id. */
function readTrace(path: string): readonly Row[] {
  const lines = readFileSync(path, "utf8").split("\n");
  const found = lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.trim().split(/\s+/).map(Number));
  const left = Math.min(...found.map(([, , x]) => x!));
  const top = Math.min(...found.map(([, , , y]) => y!));
  const place = (metres: number): number => Math.round((metres / tileMetres) * sixteenths) + sixteenths;
  const rows = found.map(([id, frame, x, y]): Row => ({ id: id!, frame: frame!, x: place(x! - left), y: place(y! - top) }));
  return rows.toSorted((a, b) => a.frame - b.frame || a.id - b.id);
}

/** Those rows that tell another position than the row before of the same person, and each person's first. */
function changesOf(rows: readonly Row[]): readonly Row[] {
  const last = new Map<number, Row>();
  return rows.filter((row) => {
    const before = last.get(row.id);
    last.set(row.id, row);
    return before === undefined || before.x !== row.x || before.y !== row.y;
  });
}

/** The record a map would have of it: a tick a frame; people come with their first row and go after their last. */
function recordTrace(rows: readonly Row[]): readonly FilmEntry[] {
  const map = mapOf(rows);
  const state = MapState.fresh(map);
  const entries: FilmEntry[] = [];
  const put = (kind: FilmEntry["kind"], bytes: Uint8Array): void => {
    entries.push({ kind, tick: state.tick, seq: entries.length + 1, batch: state.tick + 1, bytes });
  };
  put("keyframe", state.keyframe());
  const frames = Map.groupBy(rows, ({ frame }) => frame);
  const lastFrames = new Map(rows.map(({ id, frame }) => [id, frame]));
  const first = rows[0]!.frame;
  for (let frame = first; frame <= rows.at(-1)!.frame; frame++) {
    state.advanceTo(frame - first + 1);
    const journal = new Journal(state);
    for (const [id, last] of lastFrames) if (last === frame - 1) journal.gone(state.bodyTable.slotOf(id));
    for (const row of frames.get(frame) ?? []) tell(journal, row);
    const delta = journal.delta();
    if (delta) put("tick", writeRecord(delta));
  }
  return entries;
}

function mapOf(rows: readonly Row[]): WorldMap {
  const tiles = (sixteenth: (row: Row) => number): number => Math.ceil(Math.max(...rows.map(sixteenth)) / sixteenths) + 1;
  const line = ".".repeat(tiles(({ x }) => x));
  return asciiMap(Array.from({ length: tiles(({ y }) => y) }, () => line).join("\n"));
}

function tell(journal: Journal, { id, x, y }: Row): void {
  const { bodyTable } = journal.state;
  const slot = bodyTable.slotOf(id);
  if (slot !== -1) {
    const [dx, dy] = [x - bodyTable.x[slot]!, y - bodyTable.y[slot]!];
    if (dx !== 0 || dy !== 0) journal.move(slot, x, y, Math.abs(dx) >= Math.abs(dy) ? (dx > 0 ? 1 : 3) : dy > 0 ? 2 : 0);
    return;
  }
  comes(journal, id, "person", `${id}`, x, y);
}

/** Somebody comes onto a map, at sixteenths of a tile, wherever that is. */
export function comes(journal: Journal, id: number, kind: "person" | "program", name: string, x: number, y: number): void {
  const shows = { description: "", portable: false, traits: {}, marks: {}, carried: [], holds: [] };
  journal.born({
    id,
    x,
    y,
    facing: 2,
    at: 0,
    asleepSince: -1,
    speed: 16,
    layerOn: 1,
    layerSees: 1,
    epoch: 1,
    lastN: 0,
    cold: { who: `${kind}:${name}`, kind, name, ...shows },
    activity: null,
  });
}

/** What the same takes in several forms, in bytes. */
export interface TraceSizes {
  readonly rows: number;
  readonly changes: number;
  readonly blocks: number;
  /** All it takes to replay, seek and verify: blocks and their rows in storage. */
  readonly ours: number;
  /** As it was committed, tick by tick. */
  readonly committed: number;
  /** JSON lines, one a frame in which anything changes, with everybody who is there: what a recorder writes that knows no deltas. */
  readonly framesZstd: number;
  /** JSON lines, one a changed position. */
  readonly changesZstd: number;
  readonly changesGzip: number;
  readonly csvZstd: number;
}

/** Measures a trace, having found every position of it again in what was written. */
export function tracePositions(path: string): TraceSizes {
  const rows = readTrace(path);
  const entries = recordTrace(rows);
  const blocks = writeBlocks(entries, zstd);
  checkPositions(
    rows,
    blocks.map(({ bytes }) => bytes),
  );
  const changes = changesOf(rows);
  const json = changes.map(({ frame, id, x, y }) => `${JSON.stringify({ t: frame, id, x, y })}\n`).join("");
  const csv = ["frame,id,x,y", ...changes.map(({ frame, id, x, y }) => `${frame},${id},${x},${y}`)].join("\n");
  return {
    rows: rows.length,
    changes: changes.length,
    blocks: blocks.length,
    ours: blocks.reduce((sum, { bytes }) => sum + bytes.length + rowBytes, 0),
    committed: entries.reduce((sum, { bytes }) => sum + bytes.length, 0),
    framesZstd: packedBytes(framesOf(rows, changes).join("")),
    changesZstd: packedBytes(json),
    changesGzip: gzipSync(json, { level: 9 }).length,
    csvZstd: packedBytes(csv),
  };
}

function framesOf(rows: readonly Row[], changes: readonly Row[]): readonly string[] {
  const changed = new Set(changes.map(({ frame }) => frame));
  const frames = [...Map.groupBy(rows, ({ frame }) => frame)].filter(([frame]) => changed.has(frame));
  return frames.map(([t, all]) => `${JSON.stringify({ t, p: all.map(({ id, x, y }) => [id, x, y]) })}\n`);
}

function checkPositions(rows: readonly Row[], blocks: readonly Uint8Array[]): void {
  const frames = Map.groupBy(rows, ({ frame }) => frame);
  const first = rows[0]!.frame;
  let found = 0;
  const check = (at: Map<number, string>, tick: number): void => {
    for (const { id, x, y } of frames.get(tick - 1 + first) ?? []) {
      if (at.get(id) !== `${x},${y}`) throw new Error(`person ${id} is not at ${x},${y} in frame ${tick - 1 + first}`);
      found++;
    }
  };
  let [tick, at] = [0, new Map<number, string>()];
  for (const block of blocks) {
    for (const step of new BlockReader(block, zstd).play()) {
      // Ticks in which nothing changed have no entry: what was goes on.
      for (; tick < step.tick; tick++) check(at, tick);
      const { bodies, x, y } = step.state!;
      at = new Map(bodies.flatMap((body, slot) => (body ? [[body.id, `${x[slot]},${y[slot]}`] as const] : [])));
    }
  }
  for (; tick <= rows.at(-1)!.frame - first + 1; tick++) check(at, tick);
  if (found !== rows.length) throw new Error(`${found} of ${rows.length} positions were found`);
}
