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

/** Older rows say nothing that the newest do not: a life never goes back to their epochs. */
const rowsKeptMax = 8;

export class Witness {
  readonly #rows = new Map<string, readonly Row[]>();
  readonly #fenced = new Set<string>();

  constructor({ rows, fenced }: CrossingRows["witness"]) {
    for (const each of rows) this.#rows.set(each[0]!.life, each);
    for (const host of fenced) this.#fenced.add(host);
  }

  /**
   * Writes that an epoch has ended, unless that is written; null if something else is, or if it is another's to say. What is
   * given must be durable before anybody hears of it.
   */
  write(row: Row): readonly SettingRow[] | null {
    if (this.#fenced.has(row.by)) return null;
    const rows = this.#rows.get(row.life) ?? [];
    const known = rows.find(({ epoch }) => epoch === row.epoch);
    if (known !== undefined) return known.attempt === row.attempt && known.given === row.given ? [] : null;
    const last = rows.at(-1);
    if (last !== undefined && last.epoch > row.epoch) return null;
    // Only an epoch that begins with a release can end with being given back.
    if (row.given && (last?.epoch !== row.epoch - 1 || last.attempt !== row.attempt || last.given)) return null;
    // A host that is restored has to find the lives it ever had: of each its newest row stays.
    const kept = [...rows.filter((each, i) => i >= rows.length - rowsKeptMax || (each.by !== row.by && isNewestOf(each, rows))), row];
    this.#rows.set(row.life, kept);
    return [put("rows", row.life, kept)];
  }

  /** From now on no row of that host is written. */
  fence(host: string): readonly SettingRow[] {
    if (this.#fenced.has(host)) return [];
    this.#fenced.add(host);
    return [put("fence", host, host)];
  }

  /** The newest row of every life that host ever had a row of. */
  rowsOf(host: string): MessageOf<"fenced">["rows"] {
    return [...this.#rows.values()]
      .filter((rows) => rows.some(({ by }) => by === host))
      .flatMap((rows) => rows.at(-1) ?? [])
      .slice(0, limits.witnessRowsMax)
      .map(({ life, epoch, attempt, by, to, given }) => ({ life, epoch, attempt, by, to, given }));
  }
}

const isNewestOf = (row: Row, rows: readonly Row[]): boolean => rows.findLast(({ by }) => by === row.by) === row;
