import type { DatabaseSync, StatementSync } from "node:sqlite";
import { blockLink, type ChainedBlock, digestOf, genesis, rowSum, sameHash, toHex } from "../../record/chain.ts";
import { broken } from "../../record/recover.ts";
import { Columns, type Row } from "./rows.ts";

/** What is left of a block: all of it, its keyframe and what was said, or its row alone. */
export type Kept = "all" | "speech" | "nothing";

/** A block without its bytes. */
export interface BlockInfo extends ChainedBlock {
  readonly block: number;
  readonly link: Uint8Array;
  readonly kept: Kept;
  /** Guards `kept` and the bytes that go with it, hex. */
  readonly sum: string;
}

export type NewBlock = ChainedBlock & { readonly bytes: Uint8Array };

const columns = "block, map, from_tick, last_tick, first_seq, last_seq, first_batch, last_batch, after, digest, link, kept, sum";

const statements = {
  insert: `INSERT INTO blocks (${columns}, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unhex(?), ?)`,
  keep: "UPDATE blocks SET kept = ?, sum = unhex(?), bytes = ? WHERE block = ?",
  all: `SELECT ${columns} FROM blocks WHERE map = ? ORDER BY block`,
  last: `SELECT ${columns} FROM blocks WHERE map = ? ORDER BY block DESC LIMIT 1`,
  before: `SELECT ${columns} FROM blocks WHERE map = ? AND block < ? ORDER BY block DESC LIMIT 1`,
  at: `SELECT ${columns} FROM blocks WHERE map = ? AND from_tick <= ? ORDER BY from_tick DESC, block DESC LIMIT 1`,
  after: `SELECT ${columns} FROM blocks WHERE map = ? AND block > ? ORDER BY block LIMIT 1`,
  one: `SELECT ${columns} FROM blocks WHERE block = ?`,
  oldest: `SELECT ${columns} FROM blocks WHERE map = ? AND kept IN ('all', ?) ORDER BY block LIMIT 1`,
  bytes: "SELECT bytes FROM blocks WHERE block = ?",
  maps: "SELECT DISTINCT map FROM blocks ORDER BY map",
} as const;

/** The blocks of a record: what old entries of its maps were recoded into. */
export class Blocks {
  readonly #do: { readonly [name in keyof typeof statements]: StatementSync };

  constructor(db: DatabaseSync) {
    this.#do = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as never;
  }

  put({ bytes, ...block }: NewBlock): void {
    const { map, fromTick, lastTick, firstSeq, lastSeq, firstBatch, lastBatch, after, digest } = block;
    const link = blockLink(this.last(map)?.link ?? genesis, block);
    const sum = sumOf(link, "all", digest);
    this.#do.insert.run(null, map, fromTick, lastTick, firstSeq, lastSeq, firstBatch, lastBatch, after, digest, link, "all", sum, bytes);
  }

  /** Keeps less of a block from now on: these bytes, with what was said, or nothing. */
  keep(block: number, bytes: Uint8Array | null): void {
    const { link } = infoOf(this.#do.one.get(block)!);
    const kept = bytes === null ? "nothing" : "speech";
    this.#do.keep.run(kept, sumOf(link, kept, bytes === null ? null : digestOf(bytes)), bytes, block);
  }

  /** The oldest block of a map of which more is kept than that. */
  oldestBeyond(map: string, kept: "speech" | "nothing"): BlockInfo | null {
    const row = this.#do.oldest.get(map, kept === "nothing" ? "speech" : "all");
    return row === undefined ? null : infoOf(row);
  }

  maps(): readonly string[] {
    return this.#do.maps.all().map((row) => new Columns("blocks", row).text("map"));
  }

  last(map: string): BlockInfo | null {
    const row = this.#do.last.get(map);
    return row === undefined ? null : infoOf(row);
  }

  /** The last block of a map that begins at or before a tick. */
  at(map: string, tick: number): BlockInfo | null {
    const row = this.#do.at.get(map, tick);
    return row === undefined ? null : infoOf(row);
  }

  /** The block of a map that follows another, or null: the first one. Throws `corrupt` if it does not follow by the chain. */
  after(map: string, info: BlockInfo | null): BlockInfo | null {
    const row = this.#do.after.get(map, info?.block ?? 0);
    if (row === undefined) return null;
    const next = infoOf(row);
    requireLink(next, info?.link ?? genesis);
    return next;
  }

  /** Without their bytes, in order, each held against the one before. Throws `corrupt`. */
  all(map: string): readonly BlockInfo[] {
    let before = genesis;
    return this.#do.all.all(map).map((row) => {
      const info = infoOf(row);
      requireLink(info, before);
      before = info.link;
      return info;
    });
  }

  /** The bytes of a block, after it and they were verified; null where it is not kept. Throws `corrupt`. */
  bytes(info: BlockInfo): Uint8Array | null {
    const { map, block } = info;
    const before = this.#do.before.get(map, block);
    requireLink(info, before === undefined ? genesis : infoOf(before).link);
    const row = this.#do.bytes.get(block)!;
    const bytes = row["bytes"] === null ? null : new Columns("blocks", row).bytes("bytes");
    const digest = bytes === null ? null : digestOf(bytes);
    const sound =
      sumOf(info.link, info.kept, digest) === info.sum && (info.kept !== "all" || (digest !== null && sameHash(digest, info.digest)));
    if (!sound) throw damaged(info);
    return bytes;
  }
}

function sumOf(link: Uint8Array, kept: Kept, digest: Uint8Array | null): string {
  return rowSum("blocks", [toHex(link), kept, digest === null ? null : toHex(digest)]);
}

function infoOf(row: Row): BlockInfo {
  const c = new Columns("blocks", row);
  const kept = c.text("kept");
  if (kept !== "all" && kept !== "speech" && kept !== "nothing") throw broken(`a row of blocks is damaged: ${c.number("block")}`);
  return {
    block: c.number("block"),
    map: c.text("map"),
    fromTick: c.number("from_tick"),
    lastTick: c.number("last_tick"),
    firstSeq: c.number("first_seq"),
    lastSeq: c.number("last_seq"),
    firstBatch: c.number("first_batch"),
    lastBatch: c.number("last_batch"),
    after: c.bytes("after"),
    digest: c.bytes("digest"),
    link: c.bytes("link"),
    kept,
    sum: toHex(c.bytes("sum")),
  };
}

function requireLink(info: BlockInfo, before: Uint8Array): void {
  if (!sameHash(blockLink(before, info), info.link)) throw damaged(info);
}

function damaged({ map, fromTick, lastTick }: BlockInfo): Error {
  return broken(`the record of map ${map} is broken: its block from tick ${fromTick} to ${lastTick} is damaged`);
}
