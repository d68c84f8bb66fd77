import { ElsewhereError, limits } from "@elsewhere/protocol";

/** Refuses a memory that is larger than it may be as UTF-8. */
export function requireBytes(text: string): void {
  const limit = limits.memoryBytesMax;
  // A UTF-16 unit takes at most 3 bytes, so only near the limit do they have to be counted.
  if (text.length * 3 > limit && utf8Bytes(text) > limit) {
    throw new ElsewhereError("limit", `memory is larger than ${limit} bytes`, { field: "memory", limit });
  }
}

/** Looks at single characters only where there are any beyond ASCII: to look at all would take longer than a turn. */
function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (const wide of text.match(/[^\0-\x7f]+/g) ?? []) for (const char of wide) bytes += char < "\u0800" ? 1 : 2;
  return bytes;
}
