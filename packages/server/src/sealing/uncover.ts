/** Reading what `Cover` has sealed, as far as keys are at hand at that moment. */
import { ElsewhereError } from "@elsewhere/protocol";
import { hexHash, imageLink, sameHash, sumOf, turnHash } from "../record/chain.ts";
import type { ReadImage, ReadTurn, RecordReader } from "../record/reader.ts";
import type { ImageRow, ProgramRow, Storage, TurnRow } from "../storage/contract.ts";
import { isCodeSetting, nameOf, openBytes, openText, sealedIn } from "./rows.ts";
import { type DataKeys, keyIdOf } from "./seal.ts";

/** Whether this stands in place of a text that was sealed. */
export function isSealedText(text: string): boolean {
  return sealedIn(text) !== null;
}

/** Bytes of images that were sealed, opened by this process, and their streams. */
const opened = new WeakMap<Uint8Array, string>();

/** The stream an image with these very bytes was sealed for; null for one that was not. */
export const streamOpened = (bytes: Uint8Array): string | null => opened.get(bytes) ?? null;

/**
 * A storage whose reads give what was sealed, as far as keys are at hand; commits go through untouched. What they do not open
 * stays sealed (see `isSealedText`), but a heap and an image: these throw `forbidden`. Who has been in several rooms has a heap that
 * takes several keys, and without one of them the state stays sealed as well: the program cannot go on. An image is asked for by the hash
 * it is stored by, which `images` gives, and has that of its plain bytes. What does not open with its key throws `corrupt`; in logs
 * and memories, where anybody may have written what looks sealed, it stays as it is.
 */
export function uncovered(storage: Storage, keys: DataKeys): Storage {
  const turn = (row: TurnRow): TurnRow => ({ ...row, bytes: required(openBytes(keys, row.bytes, nameOf.turn(row))) });
  const image = (row: ImageRow): ImageRow => opening(row, required(openBytes(keys, row.bytes, nameOf.image(row))), keys);
  const reads: Partial<Storage> = {
    async programs() {
      const rows: ProgramRow[] = [];
      for (const row of await storage.programs()) {
        const state = openText(keys, row.state, nameOf.state(row));
        rows.push(state !== null && state !== row.state && (await hasHeap(storage, keys, row.program)) ? { ...row, state } : row);
      }
      return rows;
    },
    async mailboxes() {
      return (await storage.mailboxes()).map((row) => ({ ...row, json: openText(keys, row.json, nameOf.delivery(row)) ?? row.json }));
    },
    async heap(program) {
      const heap = await storage.heap(program);
      return { image: heap.image === null ? null : image(heap.image), turns: heap.turns.map(turn) };
    },
    async image(program, hash) {
      const row = await storage.image(program, hash);
      return row === null ? null : image(row);
    },
    async memory(who, afterSeq, itemsMax) {
      const rows = await storage.memory(who, afterSeq, itemsMax);
      return rows.map((row) => ({ ...row, json: openedText(keys, row.json, nameOf.memory(row)) }));
    },
    async log(program, linesMax) {
      return (await storage.log(program, linesMax)).map((row) => ({ ...row, text: openedText(keys, row.text, nameOf.log(row)) }));
    },
    async setting(key) {
      const value = await storage.setting(key);
      return value === null || !isCodeSetting(key) ? value : (openText(keys, value, key) ?? value);
    },
  };
  return overlaid(storage, reads);
}

/**
 * The same for a record as it lies on the disk. An opened turn or image has the hashes and the sum of what it now is if
 * those of what is stored were right, so that whoever checks them still finds damage; what cannot be opened, for whatever
 * reason, stays sealed. To verify a record read it without this.
 */
export function uncoveredReader(reader: RecordReader, keys: DataKeys): RecordReader {
  const reads: Partial<RecordReader> = {
    *turns() {
      for (const row of reader.turns()) yield openedTurn(row, keys);
    },
    *images() {
      for (const row of reader.images()) yield openedImage(row, keys);
    },
    *states() {
      for (const row of reader.states()) yield { ...row, state: openedText(keys, row.state, nameOf.state(row)) };
    },
    *deliveries() {
      for (const row of reader.deliveries()) yield { ...row, json: openedText(keys, row.json, nameOf.delivery(row)) };
    },
    setting(key) {
      const value = reader.setting(key);
      return value === null || !isCodeSetting(key) ? value : openedText(keys, value, key);
    },
  };
  return overlaid(reader, reads);
}

/** Whether keys for all of a program's heap are at hand. One that is damaged is left to whoever wakes it. */
async function hasHeap(storage: Storage, keys: DataKeys, program: string): Promise<boolean> {
  try {
    const { image, turns } = await storage.heap(program);
    const ids = [...(image === null ? [] : [image]), ...turns].map(({ bytes }) => keyIdOf(bytes));
    return ids.every((id) => id === null || keys.get(id) !== null);
  } catch (error) {
    if (error instanceof ElsewhereError && error.code === "corrupt") return true;
    throw error;
  }
}

/** `target` with some of its methods taken from `over`. */
function overlaid<T extends object>(target: T, over: Partial<T>): T {
  return new Proxy(target, {
    get: (_, key) => {
      const own: unknown = Reflect.get(over, key);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

function required(plain: Uint8Array | null): Uint8Array {
  if (plain !== null) return plain;
  throw new ElsewhereError("forbidden", "a hidden place is closed: whoever has its coordinates can open it", { field: "place" });
}

function opening(row: ImageRow, plain: Uint8Array, keys: DataKeys): ImageRow {
  const id = keyIdOf(row.bytes);
  if (id === null) return row;
  opened.set(plain, keys.get(id)!.stream);
  return { ...row, bytes: plain, hash: hexHash(plain) };
}

/** As it is where it cannot be opened. */
function openedText(keys: DataKeys, text: string, of: string): string {
  return lenient(() => openText(keys, text, of)) ?? text;
}

function openedTurn(row: ReadTurn, keys: DataKeys): ReadTurn {
  const bytes = lenient(() => openBytes(keys, row.bytes, nameOf.turn(row)));
  if (bytes === null || bytes === row.bytes || !sameHash(sumOf(turnHash(row)), row.sum)) return row;
  return { ...row, bytes, sum: sumOf(turnHash({ ...row, bytes })) };
}

function openedImage(row: ReadImage, keys: DataKeys): ReadImage {
  const stored = row.bytes;
  if (stored === null) return row;
  const bytes = lenient(() => openBytes(keys, stored, nameOf.image(row)));
  if (bytes === null || bytes === stored || hexHash(stored) !== row.hash) return row;
  const plain = { ...row, bytes, hash: hexHash(bytes) };
  return sameHash(sumOf(imageLink(row)), row.sum) ? { ...plain, sum: sumOf(imageLink(plain)) } : plain;
}

function lenient<T>(open: () => T): T | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof ElsewhereError && error.code === "corrupt") return null;
    throw error;
  }
}
