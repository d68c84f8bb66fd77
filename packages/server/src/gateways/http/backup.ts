import type { Context } from "hono";
import type { StorageCopy } from "../../storage/copy.ts";
import type { Tokens } from "../../tokens/tokens.ts";
import { needOperator } from "./authorize.ts";

export const backupPath = "/api/backup";

interface Copying {
  readonly tokens: Pick<Tokens, "verify">;
  copy(): Promise<StorageCopy>;
}

/** `GET /api/backup`: all of the host's data as one database, secrets included, to its operator. */
export async function sendBackup(context: Context, { tokens, copy }: Copying): Promise<Response> {
  await needOperator(context, tokens);
  const { bytes, pieces } = await copy();
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (to) => {
        const { done, value } = await pieces.next();
        if (done) to.close();
        else to.enqueue(value);
      },
      cancel: async () => void (await pieces.return?.()),
    },
    // Nothing is read before somebody takes it.
    { highWaterMark: 0 },
  );
  return context.body(body, 200, {
    "cache-control": "no-store",
    "content-length": String(bytes),
    "content-type": "application/octet-stream",
    "content-disposition": 'attachment; filename="elsewhere.backup"',
  });
}
