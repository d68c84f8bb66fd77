import { ByteWriter, neighbours, patchParts, type WireBody, writeBody, writeStay, writeStep } from "@elsewhere/protocol";
import { awake, type BodyTable } from "../bodies.ts";
import type { Comer, Part, Patch } from "./patch.ts";

/** Writes what a step changed, each part once; what it wrote is good until the next step begins. */
export class Encoder {
  readonly #bodies: BodyTable;
  readonly #bytes = new ByteWriter(4096);
  #step = 0;
  /** By slot: the last step that moved a body, by how much, and the last that altered its looks. */
  #movedStep: Int32Array = new Int32Array(64);
  #dx: Int32Array = new Int32Array(64);
  #dy: Int32Array = new Int32Array(64);
  #alteredStep: Int32Array = new Int32Array(64);

  constructor(bodies: BodyTable) {
    this.#bodies = bodies;
  }

  begin(step: number): void {
    this.#step = step;
    this.#bytes.length = 0;
    if (this.#dx.length < this.#bodies.id.length) this.#grow(this.#bodies.id.length);
  }

  /** Notes that the body in a slot moved or turned. */
  moves(slot: number, dx: number, dy: number): void {
    this.#movedStep[slot] = this.#step;
    this.#dx[slot] = dx;
    this.#dy[slot] = dy;
  }

  /** Notes that the body in a slot looks otherwise; false if that is known. */
  alters(slot: number): boolean {
    if (this.#alteredStep[slot] === this.#step) return false;
    this.#alteredStep[slot] = this.#step;
    return true;
  }

  /** Whether this step changed anything of the body in a slot. */
  touched(slot: number): boolean {
    return this.#movedStep[slot] === this.#step || this.#alteredStep[slot] === this.#step;
  }

  /** Copies a part of a patch, encoding it first for whoever is the first to be shown it in this step. */
  copy(patch: Patch, part: Part, out: ByteWriter): void {
    const encoded = patch[part];
    if (encoded.step !== this.#step) {
      const start = this.#bytes.length;
      if (part === "whole") this.#writeFull(patch.slots);
      else this.#writeChanges(patch, part === "referring");
      encoded.set(this.#step, start, this.#bytes.length);
    }
    out.copy(this.#bytes, encoded.start, encoded.end);
  }

  body(slot: number, out: ByteWriter): void {
    writeBody(out, this.#wire(slot));
  }

  #writeChanges(patch: Patch, refers: boolean): void {
    const out = this.#bytes;
    const { gone, came, slots } = patch;
    const comers = came.length === 0 ? null : new Set(came.map(({ slot }) => slot));
    const staying = comers === null ? slots : slots.filter((slot) => !comers.has(slot));
    const altered = patch.altered === 0 ? [] : staying.filter((slot) => this.#alteredStep[slot] === this.#step);
    // A byte each while most of them move; else two for each who does.
    const all = patch.moved * 2 >= staying.length;
    const referred = refers ? came.filter((one) => this.#isReferred(one)) : [];
    const full = refers ? came.filter((one) => !this.#isReferred(one)) : came;
    out.byte(
      (gone.length > 0 ? patchParts.gone : 0) |
        (patch.moved === 0 ? 0 : all ? patchParts.all : patchParts.some) |
        (altered.length > 0 ? patchParts.looks : 0) |
        (referred.length > 0 ? patchParts.referred : 0) |
        (full.length > 0 ? patchParts.came : 0),
    );
    if (gone.length > 0) this.#writeGaps(gone, () => {});
    if (patch.moved > 0 && all) for (const slot of staying) this.#writeStep(slot);
    else if (patch.moved > 0)
      this.#writeSome(
        staying,
        (slot) => this.#movedStep[slot] === this.#step,
        (slot) => this.#writeStep(slot),
      );
    if (altered.length > 0)
      this.#writeSome(
        staying,
        (slot) => this.#alteredStep[slot] === this.#step,
        (slot) => this.body(slot, out),
      );
    if (referred.length > 0) this.#writeReferred(patch, referred);
    if (full.length > 0) this.#writeFull(full.map(({ slot }) => slot));
  }

  #isReferred({ from, slot }: Comer): boolean {
    return from !== null && this.#alteredStep[slot] !== this.#step;
  }

  #writeReferred(patch: Patch, comers: readonly Comer[]): void {
    const out = this.#bytes;
    out.varint(comers.length);
    for (const { from, place, slot } of comers) {
      const [columns, rows] = [from!.column - patch.column, from!.row - patch.row];
      out.byte(neighbours.findIndex(([x, y]) => x === columns && y === rows));
      out.varint(place);
      this.#writeStep(slot);
    }
  }

  #writeFull(slots: readonly number[]): void {
    const out = this.#bytes;
    out.varint(slots.length);
    let before = 0;
    for (const slot of slots) {
      const id = this.#bodies.id[slot]!;
      out.varint(id - before);
      before = id;
      this.body(slot, out);
    }
  }

  #writeSome(slots: readonly number[], chosen: (slot: number) => boolean, write: (slot: number) => void): void {
    const places = [...slots.keys()].filter((place) => chosen(slots[place]!));
    this.#writeGaps(places, (place) => write(slots[place]!));
  }

  /** How many places follow, and before each how many are passed over. */
  #writeGaps(places: readonly number[], each: (place: number) => void): void {
    this.#bytes.varint(places.length);
    let before = -1;
    for (const place of places) {
      this.#bytes.varint(place - before - 1);
      before = place;
      each(place);
    }
  }

  #writeStep(slot: number): void {
    if (this.#movedStep[slot] === this.#step) writeStep(this.#bytes, this.#dx[slot]!, this.#dy[slot]!, this.#bodies.facing[slot]!);
    else writeStay(this.#bytes);
  }

  #wire(slot: number): WireBody {
    const { x, y, facing, asleepSince } = this.#bodies;
    const { name, kind, traits, marks, carried } = this.#bodies.coldOf(slot);
    const carries = carried.map((thing) => thing.name);
    return { name, kind, x: x[slot]!, y: y[slot]!, facing: facing[slot]!, asleep: asleepSince[slot] !== awake, traits, marks, carries };
  }

  #grow(size: number): void {
    const grown = (old: Int32Array): Int32Array => {
      const wider = new Int32Array(size);
      wider.set(old);
      return wider;
    };
    this.#movedStep = grown(this.#movedStep);
    this.#dx = grown(this.#dx);
    this.#dy = grown(this.#dy);
    this.#alteredStep = grown(this.#alteredStep);
  }
}
