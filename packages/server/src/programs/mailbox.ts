/** What a program has been sent and has not yet taken into a committed turn, in order. */
import { ElsewhereError, limits, type Percept, sensations } from "@elsewhere/protocol";
import type { DeliveryRow } from "../storage/contract.ts";

interface Item {
  readonly seq: number;
  readonly tick: number;
  readonly json: string;
  readonly reply: boolean;
}

/** The part of the mail one turn is given, as JSON; `throughSeq` is the last of it. */
export interface Mail {
  readonly percepts: readonly string[];
  readonly throughSeq: number;
  /** Of which tick it is: how many of the percepts each, in their order. */
  readonly ticks: readonly (readonly [tick: number, count: number])[];
}

/** Most mailboxes are empty most of the time; they share this and hold nothing of their own. */
const nothing: readonly Item[] = [];

export class Mailbox {
  #items = nothing;
  #lastSeq: number;
  /** Mail up to here is with a running turn; it must still be there if that turn fails. */
  #heldSeq = 0;

  constructor(throughSeq: number) {
    this.#lastSeq = throughSeq;
  }

  get size(): number {
    return this.#items.length;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Mail that was stored and not taken: at start, in order, before any other. */
  restore({ seq, tick, json }: DeliveryRow): void {
    if (seq <= this.#lastSeq) return;
    this.#items = [...this.#items, { seq, tick, json, reply: isReply(JSON.parse(json) as Percept) }];
    this.#lastSeq = seq;
  }

  /** Takes mail for `program` in; returns what of it must be committed, and how much mail was dropped for it. */
  add(program: string, tick: number, percepts: readonly Percept[], itemsMax: number): { rows: DeliveryRow[]; dropped: number } {
    const firstSeq = this.#lastSeq + 1;
    const items = [...this.#items];
    for (const percept of percepts) {
      const json = fit(percept);
      if (json !== null) items.push({ seq: ++this.#lastSeq, tick, json, reply: isReply(percept) });
    }
    this.#items = items;
    const tooLarge = percepts.length - (this.#lastSeq + 1 - firstSeq);
    const dropped = tooLarge + this.#trim(itemsMax);
    const rows = this.#items.filter(({ seq }) => seq >= firstSeq).map(({ seq, json }) => ({ program, seq, tick, json }));
    // A number nobody stored is given again: so it is after a restart, and whoever counts letters by them misses none.
    this.#lastSeq = rows.at(-1)?.seq ?? firstSeq - 1;
    return { rows, dropped };
  }

  /** Whether there is mail of `tick` or earlier. */
  hasMail(tick: number): boolean {
    const first = this.#items[0];
    return first !== undefined && first.tick <= tick;
  }

  /** Mail of `tick` or earlier for one turn, held until `release` or `settle`. */
  hold(tick: number): Mail {
    const percepts: string[] = [];
    const ticks: [number, number][] = [];
    let throughSeq = 0;
    let bytes = 0;
    for (const item of this.#items) {
      bytes += item.json.length;
      if (item.tick > tick || (percepts.length > 0 && bytes > limits.turnInputBytesMax)) break;
      percepts.push(item.json);
      throughSeq = item.seq;
      const last = ticks.at(-1);
      if (last?.[0] === item.tick) last[1]++;
      else ticks.push([item.tick, 1]);
    }
    this.#heldSeq = throughSeq;
    return { percepts, throughSeq, ticks };
  }

  /** All there is, which no turn will be given. */
  get all(): readonly (readonly [tick: number, json: string])[] {
    return this.#items.map(({ tick, json }) => [tick, json]);
  }

  /** All that is in it, to be taken along to another host: sensations end here, as answers do to what was asked here. */
  letters(afterSeq = 0): readonly { readonly seq: number; readonly percept: Percept }[] {
    const left = this.#items.filter(({ seq, reply }) => seq > afterSeq && !reply);
    return left
      .map(({ seq, json }) => ({ seq, percept: JSON.parse(json) as Percept }))
      .filter(({ percept }) => !sensations.has(percept.kind));
  }

  /** The turn failed: its mail is still to be taken. */
  release(itemsMax: number): void {
    this.#heldSeq = 0;
    this.#trim(itemsMax);
  }

  /** A turn has taken the mail up to `throughSeq`. */
  settle(throughSeq: number): void {
    this.#heldSeq = 0;
    if (this.#items.length > 0) this.#items = this.#items.filter(({ seq }) => seq > throughSeq);
    if (this.#items.length === 0) this.#items = nothing;
  }

  /** Drops the oldest mail that is not a reply and not with a turn; replies are as few as the intents they answer. */
  #trim(itemsMax: number): number {
    let surplus = this.#items.length - itemsMax;
    if (surplus <= 0) return 0;
    const before = this.#items.length;
    this.#items = this.#items.filter(({ seq, reply }) => reply || seq <= this.#heldSeq || surplus-- <= 0);
    return before - this.#items.length;
  }
}

const isReply = (percept: Percept): boolean => percept.kind === "reply";

/** A percept as it is stored; too large an answer becomes an error, anything else too large is null. */
function fit(percept: Percept): string | null {
  const json = JSON.stringify(percept);
  const limit = limits.perceptBytesMax;
  if (json.length * 3 <= limit || Buffer.byteLength(json) <= limit) return json;
  if (percept.kind !== "reply") return null;
  const error = new ElsewhereError("limit", `the answer is larger than ${limit} bytes`, { field: "reply", limit }).toJSON();
  return JSON.stringify({ kind: "reply", n: percept.n, ok: false, error } satisfies Percept);
}
