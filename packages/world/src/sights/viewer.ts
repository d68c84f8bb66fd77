import { type ByteWriter, indexIn, shutWindow, tickParts, type Window } from "@elsewhere/protocol";
import { awake, type BodyTable } from "../bodies.ts";
import type { WorldMap } from "../map.ts";
import { nowhere } from "../perception.ts";
import type { Lens } from "./lens.ts";
import type { Patch } from "./patch.ts";

/** Gives the lens for what a body sees now, in place of the one it had. */
export type Refit = (sees: number, before: Lens | null) => Lens;

/** One who is shown what a body has in sight, frame by frame. What a frame says stands on the frames before it. */
export class Viewer {
  readonly #map: WorldMap;
  readonly #bodies: BodyTable;
  readonly #body: number;
  readonly #refit: Refit;
  #lens: Lens | null = null;
  /** The step of the lens that was shown last. */
  #step = -1;
  #room = 0;
  /** Where its body stood then. */
  #tile = nowhere;
  #window: Window = shutWindow;
  /** The numbers of the patches in it. */
  #patches: Int32Array = new Int32Array(0);
  /** Whether its own eyes see its own body. */
  #seesItself = true;

  constructor(map: WorldMap, bodies: BodyTable, body: number, refit: Refit) {
    this.#map = map;
    this.#bodies = bodies;
    this.#body = body;
    this.#refit = refit;
  }

  /**
   * Writes the bodies in sight as they are now: all of them if `fresh`, else what has changed since the last frame. To be
   * called once after every step; who is not shown a step is shown everything the next time. Returns which parts of a tick
   * it wrote, 0 if there was nothing to write.
   */
  write(out: ByteWriter, fresh: boolean): number {
    const slot = this.#bodies.slotOf(this.#body);
    const sees = slot === -1 ? 0 : this.#bodies.layerSees[slot]!;
    const lens = this.#lens?.sees === sees ? this.#lens : this.#refit(sees, this.#lens);
    const opens = slot !== -1 && this.#bodies.asleepSince[slot] === awake;
    const room = opens ? this.#map.roomOf[this.#bodies.tile[slot]!]! : this.#room;
    // Who was shown its own body apart from all others, and sees nothing any more, is shown so anew.
    const shuts = !opens && !this.#seesItself;
    const keeps = !fresh && !shuts && lens === this.#lens && lens.step === this.#step + 1 && room === this.#room;
    const window = opens ? this.#around(this.#bodies.tile[slot]!) : shutWindow;
    const parts = keeps ? this.#writeChanges(out, lens, window) : this.#writeAll(out, lens, window, room);
    this.#lens = lens;
    this.#tile = opens ? this.#bodies.tile[slot]! : nowhere;
    this.#step = lens.step;
    this.#room = room;
    const seesItself = !opens || lens.shows(slot);
    const self = !seesItself && (!keeps || this.#seesItself || lens.encoder.touched(slot));
    this.#seesItself = seesItself;
    if (self) lens.encoder.body(slot, out);
    return parts | (self ? tickParts.self : 0);
  }

  #writeAll(out: ByteWriter, lens: Lens, window: Window, room: number): number {
    writeWindow(out, window);
    const patches = new Int32Array(window.columns * window.rows);
    let count = 0;
    for (let row = 0; row < window.rows; row++) {
      for (let column = 0; column < window.columns; column++) {
        const patch = lens.patchAt(this.#cell(window.left + column, window.top + row), room);
        patches[count++] = patch.number;
        lens.encoder.copyWhole(patch, out);
      }
    }
    this.#window = window;
    this.#patches = patches;
    return tickParts.fresh;
  }

  #writeChanges(out: ByteWriter, lens: Lens, window: Window): number {
    const before = this.#window;
    if (window === before) return this.#writeKept(out, lens, this.#patches) ? tickParts.patches : 0;
    writeWindow(out, window);
    const patches: number[] = [];
    const kept: number[] = [];
    const added: Patch[] = [];
    for (let row = window.top; row < window.top + window.rows; row++) {
      for (let column = window.left; column < window.left + window.columns; column++) {
        const patch = lens.patchAt(this.#cell(column, row), this.#room);
        patches.push(patch.number);
        if (indexIn(before, column, row) === -1) added.push(patch);
        else kept.push(patch.number);
      }
    }
    const changed = this.#writeKept(out, lens, Int32Array.from(kept));
    for (const patch of added) lens.encoder.copyWhole(patch, out);
    this.#window = window;
    this.#patches = Int32Array.from(patches);
    return tickParts.window | (changed ? tickParts.patches : 0);
  }

  #cell(column: number, row: number): number {
    return row * this.#bodies.cellColumns + column;
  }

  /** A bit for each patch, and the changes of those whose bit is set; nothing at all if none has changed. */
  #writeKept(out: ByteWriter, lens: Lens, patches: Int32Array): boolean {
    if (lens.changedStep !== lens.step) return false;
    const { encoder } = lens;
    const start = out.length;
    const count = patches.length;
    for (let i = 0; i < count; i += 8) out.byte(0);
    let any = false;
    let bits = 0;
    for (let i = 0; i < count; i++) {
      if (encoder.copyChanges(patches[i]!, this.#knows, out)) bits |= 1 << (i & 7);
      if ((i & 7) === 7 || i === count - 1) {
        any ||= bits !== 0;
        out.byteAt(start + (i >> 3), bits);
        bits = 0;
      }
    }
    if (!any) out.length = start;
    return any;
  }

  /** Whether all of these patches were in sight before. */
  readonly #knows = (patches: readonly Patch[]): boolean => {
    for (const { column, row } of patches) if (indexIn(this.#window, column, row) === -1) return false;
    return true;
  };

  /** The cells that sight reaches from a tile; the window that is open already, if these are its cells. */
  #around(tile: number): Window {
    if (tile === this.#tile) return this.#window;
    const { width, sightTiles } = this.#map;
    const { cellTiles, cellColumns, cellRows } = this.#bodies;
    const [x, y] = [tile % width, Math.floor(tile / width)];
    const left = Math.max(0, Math.floor((x - sightTiles) / cellTiles));
    const top = Math.max(0, Math.floor((y - sightTiles) / cellTiles));
    const right = Math.min(cellColumns - 1, Math.floor((x + sightTiles) / cellTiles));
    const bottom = Math.min(cellRows - 1, Math.floor((y + sightTiles) / cellTiles));
    const window = { left, top, columns: right - left + 1, rows: bottom - top + 1 };
    return isSame(window, this.#window) ? this.#window : window;
  }
}

function isSame(a: Window, b: Window): boolean {
  return a.left === b.left && a.top === b.top && a.columns === b.columns && a.rows === b.rows;
}

function writeWindow(out: ByteWriter, { left, top, columns, rows }: Window): void {
  out.varint(left);
  out.varint(top);
  out.varint(columns);
  out.varint(rows);
}
