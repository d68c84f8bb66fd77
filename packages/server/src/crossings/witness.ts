/**
 * The witness: for each life and epoch one row, written once, of what that epoch ended with. A host is its own witness or that
 * of others; who asks again is told the same. A row carries who asked for it: once a restored host has put up its fence, the
 * rows of the one it was copied from are refused.
 */
import { limits } from "@elsewhere/protocol";
import type { KeptSetting, SettingRow } from "../storage/contract.ts";
import type { Journal } from "./contract.ts";
import type { About, MessageOf } from "./messages.ts";

export interface Row extends About {
  /** The host whose row it is, and the one the program went to. */
  readonly by: string;
  readonly to: string;
  /** The epoch was one that nobody lived in: it ended with being given back. */
  readonly given: boolean;
}

const lifeKey = (life: string): string => `witness:life:${life}`;
const fenceKey = (host: string): string => `witness:fence:${host}`;
/** Older rows say nothing that the newest do not: a life never goes back to their epochs. */
const rowsKeptMax = 8;

export class Witness {
  readonly #rows = new Map<string, readonly Row[]>();
  readonly #fenced = new Set<string>();

  constructor(lives: readonly KeptSetting[], fences: readonly KeptSetting[]) {
    for (const { key, value } of lives) this.#rows.set(key.slice(lifeKey("").length), JSON.parse(value) as Row[]);
    for (const { key } of fences) this.#fenced.add(key.slice(fenceKey("").length));
  }

  static async read(journal: Pick<Journal, "settingsUnder">): Promise<Witness> {
    return new Witness(await journal.settingsUnder(lifeKey("")), await journal.settingsUnder(fenceKey("")));
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
    return [{ key: lifeKey(row.life), value: JSON.stringify(kept) }];
  }

  /** From now on no row of that host is written. */
  fence(host: string): readonly SettingRow[] {
    if (this.#fenced.has(host)) return [];
    this.#fenced.add(host);
    return [{ key: fenceKey(host), value: "1" }];
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
