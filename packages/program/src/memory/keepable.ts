import { ElsewhereError, limits } from "@elsewhere/protocol";
import { isObject } from "./tree.ts";

/** Refuses a memory that the host would not take: too large as UTF-8, or nested too deep. */
export function requireKeepable(text: string, memory: object): void {
  const bytesMax = limits.memoryBytesMax;
  // A UTF-16 unit takes at most 3 bytes, so only near the limit do they have to be counted.
  if (text.length * 3 > bytesMax && utf8Bytes(text) > bytesMax) throw tooMuch(`is larger than ${bytesMax} bytes`, bytesMax);
  const depthMax = limits.jsonDepthMax;
  // What has that few objects cannot be that deep.
  if (text.split(/[[{]/, depthMax + 2).length <= depthMax + 1) return;
  if (isDeeper(memory, depthMax)) throw tooMuch(`is nested deeper than ${depthMax}`, depthMax);
}

const tooMuch = (what: string, limit: number): ElsewhereError => new ElsewhereError("limit", `memory ${what}`, { field: "memory", limit });

/** Looks at single characters only where there are any beyond ASCII: to look at all would take longer than a turn. */
function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (const wide of text.match(/[^\0-\x7f]+/g) ?? []) for (const char of wide) bytes += char < "\u0800" ? 1 : 2;
  return bytes;
}

const isDeeper = (value: object, depth: number): boolean =>
  depth === 0 || Object.values(value).some((inner: unknown) => isObject(inner) && isDeeper(inner, depth - 1));
