import { ByteWriter, neighbours, patchParts, type WireBody, writeBody, writeStay, writeStep } from "@elsewhere/protocol";
import { awake, type BodyTable } from "../bodies.ts";
import type { Comer, Patch } from "./patch.ts";
import { encodedIn, endsAt, none, type PatchTable, startsAt, stride } from "./patch-table.ts";

/** Writes what a step changed, each part once; what it wrote is good until the next step begins. */
export class Encoder {
  readonly #bodies: BodyTable;
  readonly #table: PatchTable;
  /** By their numbers. */
  readonly #patches: Patch[] = [];
  readonly #bytes = new ByteWriter(4096);
  #step = 0;
  /** Slots of those who look otherwise since this step. */
  readonly #altered = new Set<number>();

  constructor(bodies: BodyTable, table: PatchTable) {
    this.#bodies = bodies;
    this.#table = table;
  }

  begin(step: number): void {
    this.#step = step;
    this.#bytes.length = 0;
    if (this.#altered.size > 0) this.#altered.clear();
  }

  /** Notes that the body in a slot looks otherwise. */
  alters(slot: number): void {
    this.#altered.add(slot);
  }

  /** Whether this step changed anything of the body in a slot. */
  touched(slot: number): boolean {
    return this.#bodies.motion.has(slot) || this.#altered.has(slot);
  }

  /** Makes a patch known; they come by their numbers. */
  add(patch: Patch): void {
    this.#patches.push(patch);
  }

  /**
   * Copies the changes of a patch by its number; `knows` is asked whether who is shown them knew some patches before. Returns
   * whether there are any. The first who asks in a step has them encoded.
   */
  copyChanges(number: number, knows: (patches: readonly Patch[]) => boolean, out: ByteWriter): boolean {
    const { rows, newsStep } = this.#table;
    const hasNews = newsStep[number] === this.#step;
    if (hasNews && this.#copyReferring(this.#patches[number]!, knows, out)) return true;
    const row = number * stride;
    if (rows[row + encodedIn] !== this.#step) this.#encode(number, hasNews);
    const start = rows[row + startsAt]!;
    const end = rows[row + endsAt]!;
    if (end === start) return false;
    out.copy(this.#bytes, start, end);
    return true;
  }

  /** Copies all that a patch holds. */
  copyWhole({ number, whole }: Patch, out: ByteWriter): void {
    if (whole.step !== this.#step) {
      const start = this.#bytes.length;
      this.#writeFull(this.#table.members(number));
      whole.set(this.#step, start, this.#bytes.length);
    }
    out.copy(this.#bytes, whole.start, whole.end);
  }

  body(slot: number, out: ByteWriter): void {
    writeBody(out, this.#wire(slot));
  }

  /** Where somebody came from a patch that is known, that is told in fewer bytes; returns whether it was. */
  #copyReferring(patch: Patch, knows: (patches: readonly Patch[]) => boolean, out: ByteWriter): boolean {
    const { referring, news } = patch;
    if (news.sources.length === 0 || !knows(news.sources)) return false;
    if (referring.step !== this.#step) {
      const start = this.#bytes.length;
      this.#writeNews(patch, true);
      referring.set(this.#step, start, this.#bytes.length);
    }
    out.copy(this.#bytes, referring.start, referring.end);
    return true;
  }

  #encode(number: number, hasNews: boolean): void {
    const { rows } = this.#table;
    const start = this.#bytes.length;
    if (hasNews) this.#writeNews(this.#patches[number]!, false);
    else this.#writeSteps(number);
    const row = number * stride;
    rows[row + encodedIn] = this.#step;
    rows[row + startsAt] = start;
    rows[row + endsAt] = this.#bytes.length;
  }

  /** Who moved where nobody came, went or looks otherwise: nothing at all if nobody did. */
  #writeSteps(number: number): void {
    const { next, rows } = this.#table;
    const { motion, facing } = this.#bodies;
    const out = this.#bytes;
    const start = out.length;
    let [moved, staying] = [0, 0];
    out.byte(patchParts.all);
    for (let slot = rows[number * stride]!; slot !== none; slot = next[slot]!) {
      staying++;
      if (motion.has(slot)) {
        moved++;
        writeStep(out, motion.dx(slot), motion.dy(slot), facing[slot]!);
      } else writeStay(out);
    }
    if (this.#tellsAll(moved, staying)) return;
    out.length = start;
    if (moved === 0) return;
    out.byte(patchParts.some);
    this.#writeSomeMoves(this.#table.members(number));
  }

  /** A byte each while most of them move; else two for each who does. */
  #tellsAll(moved: number, staying: number): boolean {
    return moved > 0 && moved * 2 >= staying;
  }

  #writeSomeMoves(slots: readonly number[]): void {
    this.#writeSome(
      slots,
      (slot) => this.#bodies.motion.has(slot),
      (slot) => this.#writeStep(slot),
    );
  }

  #writeNews(patch: Patch, refers: boolean): void {
    const out = this.#bytes;
    const { gone, came, altered: alters } = patch.news;
    const staying = this.#table.members(patch.number).filter((slot) => !came.some((comer) => comer.slot === slot));
    const altered = alters && staying.some((slot) => this.#altered.has(slot));
    const referred = refers ? came.filter((one) => this.#isReferred(one)) : [];
    const full = refers ? came.filter((one) => !this.#isReferred(one)) : came;
    let moved = 0;
    for (const slot of staying) if (this.#bodies.motion.has(slot)) moved++;
    const all = this.#tellsAll(moved, staying.length);
    out.byte(
      (gone.length > 0 ? patchParts.gone : 0) |
        (moved === 0 ? 0 : all ? patchParts.all : patchParts.some) |
        (altered ? patchParts.looks : 0) |
        (referred.length > 0 ? patchParts.referred : 0) |
        (full.length > 0 ? patchParts.came : 0),
    );
    if (gone.length > 0) this.#writeGaps(gone.toReversed(), () => {});
    if (all) for (const slot of staying) this.#writeStep(slot);
    else if (moved > 0) this.#writeSomeMoves(staying);
    if (altered)
      this.#writeSome(
        staying,
        (slot) => this.#altered.has(slot),
        (slot) => this.body(slot, out),
      );
    if (referred.length > 0) this.#writeReferred(patch, referred);
    if (full.length > 0) this.#writeFull(full.map(({ slot }) => slot));
  }

  #isReferred({ from, slot }: Comer): boolean {
    return from !== null && !this.#altered.has(slot);
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
    const { motion, facing } = this.#bodies;
    if (motion.has(slot)) writeStep(this.#bytes, motion.dx(slot), motion.dy(slot), facing[slot]!);
    else writeStay(this.#bytes);
  }

  #wire(slot: number): WireBody {
    const { x, y, facing, asleepSince } = this.#bodies;
    const { name, kind, traits, marks, carried } = this.#bodies.coldOf(slot);
    const carries = carried.map((thing) => thing.name);
    return { name, kind, x: x[slot]!, y: y[slot]!, facing: facing[slot]!, asleep: asleepSince[slot] !== awake, traits, marks, carries };
  }
}
