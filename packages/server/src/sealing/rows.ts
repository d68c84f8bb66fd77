/** How the rows of a batch are sealed: what each is called under the seal, and the form of a sealed text. */
import type { DeliveryRow, ImageRow, LogRow, MemoryRow, ProgramRow, TurnRow } from "../storage/contract.ts";
import { type DataKeys, keyIdOf } from "./seal.ts";

/** Names for `DataKey.seal`; a setting is called by its key. */
export const nameOf = {
  turn: ({ program, turn }: Pick<TurnRow, "program" | "turn">): string => `turn:${program}:${turn}`,
  image: ({ program, turn }: Pick<ImageRow, "program" | "turn">): string => `image:${program}:${turn}`,
  delivery: ({ program, seq }: Pick<DeliveryRow, "program" | "seq">): string => `mail:${program}:${seq}`,
  memory: ({ who, seq }: Pick<MemoryRow, "who" | "seq">): string => `memory:${who}:${seq}`,
  log: ({ program, now }: Pick<LogRow, "program" | "now">): string => `log:${program}:${now}`,
  state: ({ program }: Pick<ProgramRow, "program">): string => `state:${program}`,
};

/** Settings that may be sealed as rows are: the texts of programs' code, and their source maps. */
export const isCodeSetting = (key: string): boolean => key.startsWith("code:") || key.startsWith("map:");

const opening = '{"sealed":"';
const closing = '"}';

/** Sealed bytes as a text: JSON, as the texts are whose place it takes. */
export function sealedText(sealed: Uint8Array): string {
  return opening + Buffer.from(sealed).toString("base64") + closing;
}

/** The sealed bytes in a text; null for any other text. */
export function sealedIn(text: string): Uint8Array | null {
  if (!text.startsWith(opening) || !text.endsWith(closing)) return null;
  const bytes = new Uint8Array(Buffer.from(text.slice(opening.length, -closing.length), "base64"));
  return keyIdOf(bytes) === null ? null : bytes;
}

/** The plain bytes; bytes that are not sealed are plain. Null if their key is not at hand. Throws `corrupt`. */
export function openBytes(keys: DataKeys, bytes: Uint8Array, of: string): Uint8Array | null {
  const id = keyIdOf(bytes);
  if (id === null) return bytes;
  return keys.get(id)?.open(bytes, of) ?? null;
}

/** The plain text; a text that is not sealed is plain. Null if its key is not at hand. Throws `corrupt`. */
export function openText(keys: DataKeys, text: string, of: string): string | null {
  const sealed = sealedIn(text);
  if (sealed === null) return text;
  const plain = openBytes(keys, sealed, of);
  return plain === null ? null : new TextDecoder("utf-8", { ignoreBOM: true }).decode(plain);
}
