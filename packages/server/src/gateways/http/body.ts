import { ElsewhereError, issueToError, limits } from "@elsewhere/protocol";
import type { Context } from "hono";
import type { z } from "zod";

/** Reads a JSON body that says its length, a small one unless more is allowed. Throws `limit`, `malformed` or `unknown` with the field at fault. */
export async function readBody<T>(context: Context, schema: z.ZodType<T>, bytesMax: number = limits.httpBodyBytesMax): Promise<T> {
  const length = Number(context.req.header("content-length") ?? Number.NaN);
  if (!(length <= bytesMax)) {
    const detail = { field: "body", limit: bytesMax };
    throw new ElsewhereError("limit", `the body must say its length and have at most ${bytesMax} bytes`, detail);
  }
  const read = schema.safeParse(parse(await context.req.text()));
  if (!read.success) throw issueToError(read.error.issues[0]!, "body");
  return read.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ElsewhereError("malformed", "the body is not JSON", { field: "body" }, { cause });
  }
}
