import { createHash } from "node:crypto";
import type { Context } from "hono";

/** The tag of some bytes, for `ETag` and `If-None-Match` (RFC 9110, section 8.8.3). */
export const tagOf = (bytes: string | Uint8Array): string => `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;

const isKnown = (header: string | undefined, tag: string): boolean =>
  header !== undefined && header.split(",").some((known) => known.trim().replace(/^W\//, "") === tag);

/** Answers with `bytes`, or with 304 if the asker has them already. */
export function tagged(
  context: Context,
  bytes: string | Uint8Array<ArrayBuffer>,
  tag: string,
  type: string,
  cacheControl = "no-cache",
): Response {
  const headers = { etag: tag, "cache-control": cacheControl };
  if (isKnown(context.req.header("if-none-match"), tag)) return context.body(null, 304, headers);
  return context.body(bytes, 200, { ...headers, "content-type": type });
}
