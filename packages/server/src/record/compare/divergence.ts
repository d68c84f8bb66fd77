/**
 * Finds where two records of one map stop saying the same. Ticks are compared by their bytes. Keyframes say nothing that
 * the ticks before them do not, and a restart writes one more; so where only one record has one, it is passed over.
 */
import { sameHash } from "../chain.ts";
import type { ReadEntry, ReadGap } from "../reader.ts";

/** What both records say before they differ: a state and the ticks after it. Null where it is not known. */
export type Shared = { readonly keyframe: Uint8Array; readonly records: readonly Uint8Array[] } | null;

export type Divergence =
  /** As far as both go nothing differs. */
  | { readonly kind: "none" }
  /** One has no more ticks where the other has one. */
  | { readonly kind: "ends"; readonly tick: number; readonly first: boolean }
  /** Of a tick they tell different things, or one tells nothing of it. */
  | {
      readonly kind: "tick";
      readonly tick: number;
      readonly first: Uint8Array | null;
      readonly second: Uint8Array | null;
      readonly since: Shared;
    }
  /** After a tick their states differ, though what led to them does not. */
  | { readonly kind: "state"; readonly tick: number; readonly first: Uint8Array; readonly second: Uint8Array }
  /** Ticks of which one keeps nothing, or not all, and what is left does not tell that they were the same. */
  | { readonly kind: "unkept"; readonly tick: number; readonly lastTick: number };

export interface Compared {
  /** The ticks at which the records begin. */
  readonly begins: readonly [first: number, second: number];
  /**
   * Where one begins later: the state it begins with, to be held against what the other says until then. The order is that
   * of the records.
   */
  readonly opening: { readonly tick: number; readonly keyframe: Uint8Array; readonly since: Shared } | null;
  readonly divergence: Divergence;
}

type Rows = Iterable<ReadEntry | ReadGap>;

/** Compares what two records have of the same map; each has something of it. Throws what makes a part unreadable. */
export function compareEntries(first: Rows, second: Rows): Compared {
  const [a, b] = [new Side(first), new Side(second)];
  const begins = [a.begins, b.begins] as const;
  const opening = begins[0] === begins[1] ? null : openLater(a, b);
  return { begins, opening, divergence: new Comparison(a, b, opening).run() };
}

/** One record of a map, entry by entry. */
class Side {
  readonly #rows: Iterator<ReadEntry | ReadGap>;
  at: ReadEntry | ReadGap | null = null;
  /** Hash of the last one passed. */
  hash: Uint8Array | null = null;

  constructor(rows: Rows) {
    this.#rows = rows[Symbol.iterator]();
    this.pass();
  }

  get begins(): number {
    return this.at === null ? 0 : this.at.kind === "gap" ? this.at.fromTick : this.at.tick;
  }

  pass(): void {
    if (this.at !== null) this.hash = this.at.kind === "gap" ? this.at.after : this.at.hash;
    const next = this.#rows.next();
    this.at = next.done === true ? null : next.value;
    if (this.at?.kind === "gap" && this.at.problem !== null) throw this.at.problem;
  }

  /** The last tick that what it stands at tells of; none is after the end. */
  get tick(): number {
    return this.at === null ? Infinity : this.at.kind === "gap" ? this.at.lastTick : this.at.tick;
  }
}

/** What is known of the state: the last keyframe and the ticks since. */
class History {
  #keyframe: Uint8Array | null = null;
  #records: Uint8Array[] = [];

  add(entry: Pick<ReadEntry, "kind" | "bytes"> | Pick<ReadGap, "kind">): void {
    if (entry.kind === "tick") {
      this.#records.push(entry.bytes);
      return;
    }
    this.#keyframe = entry.kind === "gap" ? null : entry.bytes;
    this.#records = [];
  }

  get since(): Shared {
    return this.#keyframe === null ? null : { keyframe: this.#keyframe, records: [...this.#records] };
  }
}

/** Lets the record that begins earlier come to where the other begins. */
function openLater(a: Side, b: Side): Compared["opening"] {
  const [early, late] = a.begins < b.begins ? [a, b] : [b, a];
  const tick = late.begins;
  const history = new History();
  for (; early.at !== null && early.tick <= tick; early.pass()) history.add(early.at);
  const { at } = late;
  if (at?.kind !== "keyframe") return null;
  late.pass();
  const unknown = early.at?.kind === "gap" && early.at.fromTick <= tick;
  return { tick, keyframe: at.bytes, since: unknown ? null : history.since };
}

class Comparison {
  readonly #a: Side;
  readonly #b: Side;
  readonly #history = new History();

  constructor(a: Side, b: Side, opening: Compared["opening"]) {
    this.#a = a;
    this.#b = b;
    if (opening !== null) this.#history.add({ kind: "keyframe", bytes: opening.keyframe });
  }

  run(): Divergence {
    for (;;) {
      const found = this.#step();
      if (found !== null) return found;
    }
  }

  /** Passes what is the same, or says what is not. */
  #step(): Divergence | null {
    const [a, b] = [this.#a.at, this.#b.at];
    if (a?.kind === "gap" || b?.kind === "gap") return this.#unkept();
    if (a?.kind === "keyframe" && b?.kind === "keyframe" && a.tick === b.tick) {
      if (!sameHash(a.bytes, b.bytes)) return { kind: "state", tick: a.tick, first: a.bytes, second: b.bytes };
      return this.#pass(a, this.#a, this.#b);
    }
    if (a?.kind === "keyframe" && !(b !== null && b.tick <= a.tick)) return this.#pass(a, this.#a);
    if (b?.kind === "keyframe" && !(a !== null && a.tick <= b.tick)) return this.#pass(b, this.#b);
    return this.#ticks(a?.kind === "tick" ? a : null, b?.kind === "tick" ? b : null);
  }

  /** Null where a record is at its end, or at a keyframe behind a tick of the other. */
  #ticks(a: ReadEntry | null, b: ReadEntry | null): Divergence | null {
    if (a === null && b === null) return { kind: "none" };
    const tick = Math.min(a?.tick ?? Infinity, b?.tick ?? Infinity);
    if (a !== null && b !== null && a.tick === b.tick && sameHash(a.bytes, b.bytes)) return this.#pass(a, this.#a, this.#b);
    if (this.#a.at === null || this.#b.at === null) return { kind: "ends", tick, first: this.#a.at === null };
    const said = (entry: ReadEntry | null): Uint8Array | null => (entry?.tick === tick ? entry.bytes : null);
    return { kind: "tick", tick, first: said(a), second: said(b), since: this.#history.since };
  }

  #pass(entry: ReadEntry, ...sides: readonly Side[]): null {
    this.#history.add(entry);
    for (const side of sides) side.pass();
    return null;
  }

  /** Passes, on both sides, all up to the end of what one does not keep: equal hashes there vouch for it. */
  #unkept(): Divergence | null {
    const sides = [this.#a, this.#b];
    const tick = Math.min(...sides.flatMap(({ at }) => (at?.kind === "gap" ? [at.fromTick] : [])));
    let end = 0;
    for (let grows = true; grows;) {
      grows = false;
      for (const side of sides) {
        for (; side.at !== null && (side.tick <= end || side.at.kind === "gap"); side.pass()) {
          if (side.at.kind === "gap" && side.tick > end) [end, grows] = [side.tick, true];
          this.#history.add(side.at);
        }
      }
    }
    const [a, b] = sides.map(({ hash }) => hash);
    return a && b && sameHash(a, b) ? null : { kind: "unkept", tick, lastTick: end };
  }
}
