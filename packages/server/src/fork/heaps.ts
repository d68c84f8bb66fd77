/**
 * Heaps of the past: the newest image at or before the moment whose bytes are still there, or the start of a transcript, and
 * the turns from there on, each of which must come to the very outcome that was recorded.
 */
import type { Code, Heap, Image, ProgramPool } from "../programs/contract.ts";
import type { WorkerPool } from "../programs/pool/pool.ts";
import { decodeTurn } from "../programs/transcript.ts";
import { hexHash } from "../record/chain.ts";
import type { ReadImage, ReadTurn, RecordReader } from "../record/reader.ts";
import { keyIdOf } from "../sealing/seal.ts";
import type { PastProgram } from "./programs.ts";

export type RebuildingPool = Pick<ProgramPool, "add" | "remove" | "ground"> & Pick<WorkerPool, "rebuild">;

/** A program that had a heap, and its code as it was then. */
export interface ToRebuild extends PastProgram {
  readonly code: Code;
}

/** The heap, or why it cannot be had. */
export interface Rebuilt {
  readonly program: string;
  readonly heap: { readonly image: Image } | { readonly why: string };
}

/** From where a heap is rebuilt, with the turns that lead on from there. */
interface Route {
  readonly past: ToRebuild;
  readonly start: number;
  readonly image: Heap["image"];
  readonly turns: ReadTurn[];
}

/** Transcripts held at once; the rest is read in another go. */
const groupBytesMax = 64 * 1024 * 1024;
/** Turns replayed in one request: a heap between two of them is an image. */
const turnsPerRequest = 10_000;
const requestsAtOnce = 32;

/** In groups, as they are done. */
export async function* rebuildHeaps(
  record: RecordReader,
  programs: readonly ToRebuild[],
  pool: RebuildingPool,
  isApart: (program: string) => boolean,
): AsyncGenerator<readonly Rebuilt[]> {
  const images = newestImages(record, programs);
  const routes: Route[] = [];
  for (const past of programs) {
    const image = images.get(past.program);
    if (past.heap.kind === "turns") routes.push({ past, start: past.heap.start, image: image ?? null, turns: [] });
    else if (image !== undefined) routes.push({ past, start: image.start, image, turns: [] });
    else yield [{ program: past.program, heap: { why: "the image it went on from is not there" } }];
  }
  let left = routes;
  while (left.length > 0) {
    const group = readTurns(record, left);
    const done = new Set(group);
    left = left.filter((route) => !done.has(route));
    for (let i = 0; i < group.length; i += requestsAtOnce) {
      yield await Promise.all(group.slice(i, i + requestsAtOnce).map((route) => rebuild(route, pool, isApart(route.past.program))));
    }
  }
}

/** By program: the newest sound image from which its heap can be had. */
function newestImages(
  record: RecordReader,
  programs: readonly ToRebuild[],
): ReadonlyMap<string, ReadImage & { readonly bytes: Uint8Array }> {
  const wanted = new Map(programs.map((past) => [past.program, past]));
  const newest = new Map<string, ReadImage & { readonly bytes: Uint8Array }>();
  for (const image of record.images()) {
    const past = wanted.get(image.program);
    const { bytes } = image;
    if (past === undefined || bytes === null || keyIdOf(bytes) !== null || !leadsTo(image, past) || hexHash(bytes) !== image.hash) continue;
    const other = newest.get(image.program);
    // Of a heap that begins with an image the first such image is the one: what came later is another beginning.
    if (other === undefined || (past.heap.kind === "turns" && image.turn >= other.turn)) newest.set(image.program, { ...image, bytes });
  }
  return newest;
}

function leadsTo({ start, turn, anew }: ReadImage, { heap, kept }: PastProgram): boolean {
  if (heap.kind === "turns") return start === heap.start && turn <= kept.turn;
  return heap.kind === "image" && anew && start > heap.after && turn === kept.turn;
}

/** Reads the turns of as many routes as may be held at once, and gives those. */
function readTurns(record: RecordReader, routes: readonly Route[]): readonly Route[] {
  const waiting = new Map(routes.map((route) => [route.past.program, route]));
  const group = new Set(routes.filter(({ past, image }) => image?.turn === past.kept.turn));
  let bytes = 0;
  for (const turn of record.turns()) {
    const route = waiting.get(turn.program);
    if (route === undefined || turn.start !== route.start || turn.turn <= (route.image?.turn ?? 0)) continue;
    if (turn.turn > route.past.kept.turn) continue;
    if (!group.has(route)) {
      if (bytes > groupBytesMax) {
        waiting.delete(turn.program);
        continue;
      }
      group.add(route);
    }
    route.turns.push(turn);
    bytes += turn.bytes.length;
  }
  // One without any turn to be found is told of by whoever replays it.
  return bytes > groupBytesMax ? [...group] : [...waiting.values()];
}

async function rebuild({ past, image, turns }: Route, pool: RebuildingPool, apart: boolean): Promise<Rebuilt> {
  const { program, code, kept } = past;
  const missing = missingTurn(image?.turn ?? 0, kept.turn, turns);
  if (missing !== null) return { program, heap: { why: `turn ${missing} of its transcript is not there` } };
  let heap: Heap["image"] = image;
  for (let at = 0; ; at += turnsPerRequest) {
    const some = turns.slice(at, at + turnsPerRequest).map((row) => decodeTurn(row));
    pool.add(program, code, { heap: async () => ({ image: heap, turns: some }), letGo: () => {}, isApart: () => apart });
    const result = await pool.rebuild(program);
    pool.remove(program);
    if (!result.ok) return { program, heap: { why: result.fault.message } };
    heap = result.image;
    if (at + turnsPerRequest >= turns.length) return { program, heap: { image: result.image } };
  }
}

/** Turns come in order, one after the other; null if all from after `from` to `to` are there. */
function missingTurn(from: number, to: number, turns: readonly ReadTurn[]): number | null {
  for (let turn = from + 1; turn <= to; turn++) if (turns[turn - from - 1]?.turn !== turn) return turn;
  return null;
}
