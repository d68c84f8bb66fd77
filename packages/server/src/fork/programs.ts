/**
 * The programs of a world as they stood at one tick, from their transcripts: what is kept of each, the mail it had not taken
 * yet, and where its heap is to be had from. Turns are read once, in the order in which they were committed.
 */
import { sameHash, sumOf, turnHash } from "../record/chain.ts";
import type { ReadTurn, RecordReader } from "../record/reader.ts";
import { broken } from "../record/recover.ts";
import type { DeliveryRow } from "../storage/contract.ts";
import type { Outcome, TurnInput } from "../programs/contract.ts";
import { afterTurn, changedBy, type KeptChange } from "../programs/history.ts";
import { type Kept, parseKept, unborn } from "../programs/kept.ts";
import { asideOf, decodeTurn } from "../programs/transcript.ts";
import { keyIdOf } from "../sealing/seal.ts";
import { isSealedText } from "../sealing/uncover.ts";
import { mailKey, nothingSealed, type SealedRows } from "./sealed-rows.ts";

/** Where a heap is to be had from. */
export type HeapAt =
  /** It has none. */
  | { readonly kind: "none" }
  /** The turns of that start, up to the one it stands at. */
  | { readonly kind: "turns"; readonly start: number }
  /** An image that began a start after that one, taken after the turn it stands at. */
  | { readonly kind: "image"; readonly after: number };

export interface PastProgram {
  readonly program: string;
  readonly kept: Kept;
  readonly heap: HeapAt;
  /** In order. */
  readonly mail: readonly { readonly tick: number; readonly json: string }[];
  /** Percepts that a full mailbox dropped later: they may have been in it then. */
  readonly droppedLater: number;
  /** The stream of the room whose key opens what is known of it; null where all of that lies open. */
  readonly sealedFor: string | null;
}

export interface PastPrograms {
  /** In the order in which they first had something told of them. */
  readonly programs: readonly PastProgram[];
  /** Those of whom something that has to be known is sealed. */
  readonly shut: readonly string[];
}

/** `record` gives what is sealed as far as it can be opened. Throws `corrupt`. */
export function pastPrograms(
  record: Pick<RecordReader, "turns" | "states" | "deliveries">,
  tick: number,
  sealed: SealedRows = nothingSealed,
): PastPrograms {
  const traces = new Map<string, Trace>();
  const of = (program: string): Trace => {
    const known = traces.get(program) ?? new Trace(program, tick);
    traces.set(program, known);
    return known;
  };
  for (const turn of record.turns()) of(turn.program).turn(turn, sealed.turns.get(turn.id) ?? null);
  for (const row of record.states()) of(row.program).ends(isSealedText(row.state) ? null : parseKept(row));
  for (const row of record.deliveries()) of(row.program).waits(row, sealed.mail.get(mailKey(row)) ?? null);
  const all = [...traces.values()];
  return { programs: all.flatMap(({ found }) => found ?? []), shut: all.flatMap(({ isShut, program }) => (isShut ? [program] : [])) };
}

class Trace {
  readonly program: string;
  readonly #tick: number;
  #kept: Kept = unborn;
  #heap: HeapAt = { kind: "none" };
  #start = 0;
  /** The last turn read. */
  #last: { readonly id: number; readonly start: number; readonly tick: number } = { id: 0, start: 0, tick: 0 };
  readonly #mail: { tick: number; json: string }[] = [];
  /** The last delivery taken or given up by any turn. */
  #throughSeq = 0;
  #droppedLater = 0;
  /** Whether a turn has been given mail that came later than the tick. */
  #past = false;
  #sealedFor: string | null = null;
  #isShut = false;

  constructor(program: string, tick: number) {
    this.program = program;
    this.#tick = tick;
  }

  /** Whether something that has to be known of it cannot be opened. */
  get isShut(): boolean {
    return this.#isShut;
  }

  /** Null for a program that was not there yet, or cannot be known. */
  get found(): PastProgram | null {
    if (this.#kept.codeHash === "" || this.#isShut) return null;
    return {
      program: this.program,
      kept: this.#kept,
      heap: this.#heap,
      mail: this.#mail,
      droppedLater: this.#droppedLater,
      sealedFor: this.#sealedFor,
    };
  }

  /** `sealedFor`: the stream of whose room it is sealed as it lies there. */
  turn(row: ReadTurn, sealedFor: string | null): void {
    if (!sameHash(sumOf(turnHash(row)), row.sum)) throw broken(`turn ${row.turn} of program ${this.program} is damaged`);
    if (row.before !== (row.start === this.#last.start ? this.#last.id : 0)) {
      throw broken(`a turn before turn ${row.turn} of program ${this.program} is missing`);
    }
    this.#last = row;
    if (keyIdOf(row.bytes) !== null) {
      // Nothing that comes after all mail of the tick has to be known.
      this.#isShut ||= !this.#past;
      this.#throughSeq = row.throughSeq;
      return;
    }
    if (row.tick <= this.#tick) this.#sealedFor = sealedFor;
    const aside = asideOf(row);
    this.#changes(aside.kept ?? []);
    if (row.tick <= this.#tick) {
      const outcome = JSON.parse(decodeTurn(row).outcome) as Outcome;
      this.#kept = afterTurn(this.#kept, row.turn, row.throughSeq, outcome);
      this.#heap = { kind: "turns", start: row.start };
      this.#start = row.start;
    } else if (!this.#past) this.#laterTurn(row, aside, sealedFor);
    this.#throughSeq = row.throughSeq;
  }

  /** What its own row says came after its last turn; null if that cannot be opened. */
  ends(kept: Kept | null): void {
    if (kept === null) {
      this.#isShut ||= this.#last.tick <= this.#tick;
      return;
    }
    this.#changes(kept.since);
    this.#throughSeq = Math.max(this.#throughSeq, this.#kept.throughSeq);
  }

  /** Mail that is still there. */
  waits({ seq, tick, json }: DeliveryRow, sealedFor: string | null): void {
    if (seq <= this.#throughSeq || tick > this.#tick) return;
    this.#mail.push({ tick, json });
    this.#sealedFor = sealedFor ?? this.#sealedFor;
    this.#isShut ||= isSealedText(json);
  }

  #changes(changes: readonly KeptChange[]): void {
    for (const change of changes) {
      if (change[0] > this.#tick) return;
      this.#kept = changedBy(this.#kept, change);
      if ("turn" in change[1] || "rewound" in change[1] || "arrived" in change[1]) this.#heap = { kind: "image", after: this.#start };
    }
  }

  /** Its mail may have been there at the tick already. */
  #laterTurn(row: ReadTurn, { mail, lost = [] }: ReturnType<typeof asideOf>, sealedFor: string | null): void {
    const { percepts } = JSON.parse(decodeTurn(row).input) as TurnInput;
    const ticks = mail ?? (percepts.length === 0 ? [] : [[row.tick - 1, percepts.length] as const]);
    const all = [...lost];
    let next = 0;
    for (const [of, count] of ticks) for (let i = 0; i < count; i++) all.push([of, JSON.stringify(percepts[next++])]);
    const then = all.filter(([of]) => of <= this.#tick);
    for (const [tick, json] of then) this.#mail.push({ tick, json });
    if (then.length > 0) this.#sealedFor = sealedFor ?? this.#sealedFor;
    this.#droppedLater += Math.max(0, row.throughSeq - this.#throughSeq - all.length);
    this.#past = all.length > then.length || (all.length === 0 && row.tick > this.#tick + 1);
  }
}
