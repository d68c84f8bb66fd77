/**
 * The witness: for each life and epoch one row, written once, of what that epoch ended with. A host is its own witness or that
 * of others; who asks again is told the same. A row carries who asked for it: once a restored host has put up its fence, the
 * rows of the one it was copied from are refused.
 */
import { limits } from "@elsewhere/protocol";
import type { SettingRow } from "../storage/contract.ts";
import { type CrossingRows, put } from "./journal.ts";
import type { About, MessageOf } from "./messages.ts";

export interface Row extends About {
  /** The host whose row it is, and the one the program went to. */
  readonly by: string;
  readonly to: string;
  /** The epoch was one that nobody lived in: it ended with being given back. */
  readonly given: boolean;
}

/** A host whose rows count no longer, and those that were restored from it. */
export interface FenceRow {
  readonly host: string;
  readonly by: readonly string[];
}

/** Older rows say nothing that the newest do not: a life never goes back to their epochs. */
const rowsKeptMax = 8;

export class Witness {
  readonly #rows = new Map<string, readonly Row[]>();
  /** Hosts that were restored, and those that were restored from them. */
  readonly #fences = new Map<string, readonly string[]>();

  constructor({ rows, fences }: CrossingRows["witness"]) {
    for (const each of rows) this.#rows.set(each[0]!.life, each);
    for (const { host, by } of fences) this.#fences.set(host, by);
  }

  /**
   * Writes that an epoch has ended, unless that is written; null if something else is. Whose life it is nobody here can tell: a
   * host is held to what it has said itself, and to nothing that others say. What is given must be durable before anybody hears of it.
   */
  write(row: Row): readonly SettingRow[] | null {
    if (this.#fences.has(row.by)) return null;
    const all = this.#rows.get(row.life) ?? [];
    const rows = all.filter(({ by }) => this.#speaksFor(row.by, by));
    const known = rows.find(({ epoch }) => epoch === row.epoch);
    if (known !== undefined) return known.attempt === row.attempt && known.given === row.given ? [] : null;
    const last = rows.at(-1);
    if (last !== undefined && last.epoch > row.epoch) return null;
    // Only an epoch that begins with a release can end with being given back.
    if (row.given && (last?.epoch !== row.epoch - 1 || last.attempt !== row.attempt || last.given)) return null;
    // A host that is restored has to find the lives it ever had: of each its newest row stays.
    const old = rows.at(-rowsKeptMax)?.epoch ?? 0;
    const kept = [...all.filter((each) => each.by !== row.by || each.epoch >= old), row];
    this.#rows.set(row.life, kept);
    return [put("rows", row.life, kept)];
  }

  /** From now on no row of that host is written, and `by` speaks for it; null if its own count no longer. */
  fence(host: string, by: string): readonly SettingRow[] | null {
    if (this.#fences.has(by)) return null;
    const before = this.#fences.get(host) ?? [];
    if (before.includes(by)) return [];
    const fence: FenceRow = { host, by: [...before, by] };
    this.#fences.set(host, fence.by);
    return [put("fence", host, fence)];
  }

  /**
   * Of every life that host has let go the row that tells where it is now: of those who had it one after the other the last, and
   * after that any by which it was to come back. What others say of a life that they were never given tells nothing. Those that
   * were restored from it are named as it is.
   */
  rowsOf(host: string): MessageOf<"fenced">["rows"] {
    return [...this.#rows.values()]
      .flatMap((rows) => this.#lastOf(rows, host) ?? [])
      .slice(0, limits.witnessRowsMax)
      .map(({ life, epoch, attempt, by, to, given }) => ({
        life,
        epoch,
        attempt,
        by: this.#oldName(by, host),
        to: this.#oldName(to, host),
        given,
      }));
  }

  #lastOf(rows: readonly Row[], host: string): Row | null {
    const newest = (than: Row | null, is: (each: Row) => boolean): Row | null =>
      rows.reduce<Row | null>((best, each) => (each.epoch > ((best ?? than)?.epoch ?? -1) && is(each) ? each : best), null);
    let last = newest(null, ({ by }) => this.#speaksFor(by, host));
    for (let next = last; next !== null;) {
      const { to, given } = (last = next);
      next = given ? null : newest(last, ({ by }) => this.#speaksFor(by, to));
    }
    return last && (newest(last, ({ to, given }) => this.#speaksFor(to, host) && !given) ?? last);
  }

  #oldName(name: string, host: string): string {
    return this.#speaksFor(name, host) ? host : name;
  }

  /** No host that is fenced speaks for another: there is no way round in a circle. */
  #speaksFor(by: string, host: string): boolean {
    return by === host || (this.#fences.get(host) ?? []).some((each) => this.#speaksFor(by, each));
  }
}
