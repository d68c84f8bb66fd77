/**
 * Reads the cells in sight. A patch is what those with one's eyes can see of one cell in one's own room: bodies by ascending
 * id. What changes in it is told by the places of its bodies in that order, as it was before the frame.
 */
import { bodyBytesMin, readBody, type WireBody } from "./bodies.ts";
import { broken, type ByteReader } from "./bytes.ts";
import { indexIn, neighbours, patchParts, shutWindow, type Window } from "./layout.ts";
import { readStep } from "./steps.ts";

/** A body that is told of, in sight or a little beyond it. */
export interface Known extends WireBody {
  readonly id: number;
  /** What of it this frame changed. */
  moved: boolean;
  altered: boolean;
}

type Members = readonly Known[];
const nobody: Members = [];

/** What a frame says of cells, laid over what was known. A frame that cannot be read leaves nothing to go on from. */
export class Patches {
  #window: Window = shutWindow;
  #patches: readonly Members[] = [];

  /** Every body told of. */
  *bodies(): Iterable<Known> {
    for (const members of this.#patches) yield* members;
  }

  /** Takes the window, the changes of the patches that are kept and the patches that are new. `keep`: whether any are. */
  read(from: ByteReader, parts: { readonly moves: boolean; readonly keep: boolean; readonly changes: boolean }): void {
    const before = this.#window;
    const window = parts.moves ? readWindow(from) : before;
    const count = window.columns * window.rows;
    const kept: (Members | null)[] = [];
    const at = (i: number): readonly [number, number] => [window.left + (i % window.columns), window.top + Math.floor(i / window.columns)];
    for (let i = 0; i < count; i++) {
      const found = parts.keep ? indexIn(before, ...at(i)) : -1;
      kept.push(found === -1 ? null : this.#patches[found]!);
    }
    const after = parts.changes ? this.#readChanges(from, kept, at) : kept;
    this.#patches = after.map((members) => members ?? readWhole(from));
    this.#window = window;
  }

  /** All changes are read before any is made: they speak of patches as they were. */
  #readChanges(from: ByteReader, kept: readonly (Members | null)[], at: (i: number) => readonly [number, number]): (Members | null)[] {
    const places = [...kept.keys()].filter((i) => kept[i] !== null);
    const bits: number[] = [];
    for (let i = 0; i < places.length; i += 8) bits.push(from.byte());
    const after = [...kept];
    places.forEach((place, i) => {
      if ((bits[i >> 3]! & (1 << (i & 7))) === 0) return;
      const [column, row] = at(place);
      after[place] = readChange(from, kept[place]!, (way) => {
        const [columns, rows] = neighbours[way] ?? [Infinity, Infinity];
        return this.#patches[indexIn(this.#window, column + columns, row + rows)] ?? nobody;
      });
    });
    return after;
  }
}

function readWindow(from: ByteReader): Window {
  const [left, top] = [from.varint(), from.varint()];
  const [columns, rows] = [from.varint(), from.varint()];
  if (columns * rows > windowCellsMax) throw broken("its window is too large");
  return { left, top, columns, rows };
}

/** Sight is at most 64 tiles, and a cell a quarter of the width of sight. */
const windowCellsMax = 1024;

function readWhole(from: ByteReader): Known[] {
  const members: Known[] = [];
  readBodies(from, members);
  return members;
}

/** Bodies by ascending id, each with how far its id is from the one before. */
function readBodies(from: ByteReader, into: Known[]): void {
  let id = 0;
  for (let left = from.count(1 + bodyBytesMin); left > 0; left--) {
    id += from.varint();
    into.push(knownOf(id, readBody(from)));
  }
}

export function knownOf(id: number, body: WireBody): Known {
  return { id, ...body, moved: false, altered: true };
}

function readChange(from: ByteReader, before: Members, beside: (way: number) => Members): Known[] {
  const parts = from.byte();
  const members = parts & patchParts.gone ? without(before, readPlaces(from, before.length)) : [...before];
  if (parts & patchParts.all) for (const member of members) member.moved = readStep(from, member);
  if (parts & patchParts.some) eachOf(from, members, (member) => (member.moved = readStep(from, member)));
  if (parts & patchParts.looks) eachOf(from, members, (member) => Object.assign(member, readBody(from), { altered: true }));
  const staying = members.length;
  if (parts & patchParts.referred) {
    for (let left = from.count(3); left > 0; left--) {
      const member = beside(from.byte())[from.varint()];
      if (member === undefined) throw broken("it refers to nobody");
      member.moved = readStep(from, member);
      members.push(member);
    }
  }
  if (parts & patchParts.came) readBodies(from, members);
  if (members.length > staying) members.sort((a, b) => a.id - b.id);
  return members;
}

/** Calls `take` for each of the members that follow, each told by how many are passed over before it. */
function eachOf(from: ByteReader, members: Members, take: (member: Known) => void): void {
  let place = -1;
  for (let left = from.count(2); left > 0; left--) {
    place += from.varint() + 1;
    const member = members[place];
    if (member === undefined) throw broken("it speaks of nobody");
    take(member);
  }
}

function readPlaces(from: ByteReader, length: number): ReadonlySet<number> {
  const places = new Set<number>();
  let place = -1;
  for (let left = from.count(1); left > 0; left--) {
    place += from.varint() + 1;
    if (place >= length) throw broken("somebody goes who was not there");
    places.add(place);
  }
  return places;
}

function without(members: Members, places: ReadonlySet<number>): Known[] {
  return members.filter((_, place) => !places.has(place));
}
