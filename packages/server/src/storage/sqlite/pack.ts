/**
 * Rows as they cross between the main thread and the storage thread. A tick of a large world commits hundreds of small
 * rows; sent as they are, each costs objects and buffers of its own on both sides. So the columns of each kind of row
 * go as one flat list, and the bytes of all rows as one buffer, which is handed over and not copied again.
 */
import type { CommitBatch } from "../contract.ts";

type Kind = keyof CommitBatch;
type RowOf<kind extends Kind> = NonNullable<CommitBatch[kind]>[number];
type Shapes = { readonly [kind in Kind]-?: readonly (keyof RowOf<kind> & string)[] };

/** The columns of each kind of row. */
const shapes: Shapes = {
  records: ["map", "tick", "bytes"],
  keyframes: ["map", "tick", "bytes"],
  programs: ["program", "state"],
  turns: ["program", "turn", "tick", "throughSeq", "bytes"],
  grounds: ["hash", "kind", "bytes", "needs"],
  images: ["program", "turn", "hash", "bytes", "template", "anew"],
  deliveries: ["program", "seq", "tick", "json"],
  memories: ["who", "seq", "now", "json"],
  logs: ["program", "now", "level", "text"],
  settings: ["key", "value"],
};

const kinds = Object.keys(shapes) as readonly Kind[];

/** Rows one after the other, each column in turn; in place of bytes their number. */
type Columns = readonly unknown[];

export interface PackedBatch {
  readonly rows: { readonly [kind in Kind]?: Columns };
  /** Of all rows, in their order. Shares no memory with the batch. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type AnyRow = Readonly<Record<string, unknown>>;

/** Of rows without bytes. */
export function packRows<kind extends "programs" | "deliveries">(kind: kind, rows: readonly RowOf<kind>[]): Columns {
  return (rows as unknown as readonly AnyRow[]).flatMap((row) => shapes[kind].map((name) => row[name]));
}

export function unpackRows<kind extends Kind>(kind: kind, columns: Columns, nextBytes?: (length: number) => Uint8Array): RowOf<kind>[] {
  const names: readonly string[] = shapes[kind];
  const rows: Record<string, unknown>[] = [];
  for (let at = 0; at < columns.length; at += names.length) {
    const row: Record<string, unknown> = {};
    for (const [i, name] of names.entries()) {
      const value = columns[at + i];
      row[name] = name === "bytes" ? nextBytes?.(value as number) : value;
    }
    rows.push(row);
  }
  return rows as unknown as RowOf<kind>[];
}

export function packBatch(batch: CommitBatch): PackedBatch {
  const given = kinds.flatMap((kind) => (batch[kind] === undefined ? [] : [[kind, batch[kind] as unknown as readonly AnyRow[]] as const]));
  const bytes = new Uint8Array(given.reduce((sum, [, rows]) => sum + bytesIn(rows), 0));
  let filled = 0;
  const column = (value: unknown): unknown => {
    if (!(value instanceof Uint8Array)) return value;
    bytes.set(value, filled);
    filled += value.length;
    return value.length;
  };
  const rows = given.map(([kind, ofKind]) => [kind, ofKind.flatMap((row) => shapes[kind].map((name) => column(row[name])))]);
  return { rows: Object.fromEntries(rows) as PackedBatch["rows"], bytes };
}

function bytesIn(rows: readonly AnyRow[]): number {
  let sum = 0;
  for (const { bytes } of rows) if (bytes instanceof Uint8Array) sum += bytes.length;
  return sum;
}

export function unpackBatch({ rows, bytes }: PackedBatch): CommitBatch {
  let read = 0;
  const nextBytes = (length: number): Uint8Array => bytes.subarray(read, (read += length));
  const batch = kinds.flatMap((kind) => (rows[kind] === undefined ? [] : [[kind, unpackRows(kind, rows[kind], nextBytes)]]));
  return Object.fromEntries(batch) as CommitBatch;
}
