/** Which rows of a record are sealed as they lie there, so that what is made of them is sealed again. */
import type { RecordReader } from "../record/reader.ts";
import { sealedIn } from "../sealing/rows.ts";
import { type DataKeys, keyIdOf } from "../sealing/seal.ts";

/** Streams of the rooms that sealed rows are of, where they are known. */
export interface SealedRows {
  /** By the id of the turn. */
  readonly turns: ReadonlyMap<number, string>;
  /** By program and number of the delivery, as `mailKey` writes them. */
  readonly mail: ReadonlyMap<string, string>;
}

export const nothingSealed: SealedRows = { turns: new Map(), mail: new Map() };

export const mailKey = ({ program, seq }: { readonly program: string; readonly seq: number }): string => `${seq}:${program}`;

export function sealedRows(stored: Pick<RecordReader, "turns" | "deliveries">, keys: DataKeys): SealedRows {
  if (keys.isEmpty) return nothingSealed;
  const turns = new Map<number, string>();
  const mail = new Map<string, string>();
  const streamOf = (sealed: Uint8Array | null): string | null => (sealed === null ? null : keys.streamOf(keyIdOf(sealed) ?? ""));
  for (const { id, bytes } of stored.turns()) {
    const stream = streamOf(bytes);
    if (stream !== null) turns.set(id, stream);
  }
  for (const row of stored.deliveries()) {
    const stream = streamOf(sealedIn(row.json));
    if (stream !== null) mail.set(mailKey(row), stream);
  }
  return { turns, mail };
}
