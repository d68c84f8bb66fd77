import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Context, Hono } from "hono";
import { openMessages } from "../../crossings/envelope.ts";
import { attemptPattern, type Message } from "../../crossings/messages.ts";
import { messagesPath, payloadPath } from "../../crossings/network.ts";
import { withStatus } from "./errors.ts";

/** What other hosts may have to do with: they say what they have to say, and fetch what was offered to them. */
export interface CrossingHost {
  /** Fingerprint of this host. */
  readonly self: string;
  isPaired(fingerprint: string): boolean;
  receive(from: string, message: Message): void;
  /** Ciphertext of a crossing from here; null if there is none of that name. */
  payload(attempt: string): Promise<Uint8Array | null>;
}

const noStore = { "cache-control": "no-store" };

/** What is answered where `addCrossingRoutes` answers; undefined elsewhere. */
export function methodsForHosts(path: string): readonly string[] | undefined {
  if (path === messagesPath) return ["POST"];
  return path.startsWith(payloadPath("")) ? ["GET"] : undefined;
}

/** `POST /api/crossings/messages` and `GET /api/crossings/payloads/ATTEMPT`, for hosts this one is paired with. */
export function addCrossingRoutes(app: Hono, { self, isPaired, receive, payload }: CrossingHost): void {
  let readingLarge = false;
  app.post(messagesPath, async (context) => {
    const isLarge = bodyBytes(context) > limits.crossingBodyBytesUsual;
    if (isLarge && readingLarge) throw tooManyAtOnce(context);
    readingLarge ||= isLarge;
    try {
      const { from, messages, bad } = openMessages(self, await context.req.text(), isPaired);
      for (const message of messages) receive(from, message);
      if (bad !== null) throw bad;
    } finally {
      readingLarge &&= !isLarge;
    }
    return context.body(null, 204, noStore);
  });
  // Only who was offered it knows the attempt's name, and nobody without its key can read it.
  app.get(payloadPath(":attempt"), async (context) => {
    const attempt = context.req.param("attempt") ?? "";
    const bytes = attemptPattern.test(attempt) ? await payload(attempt) : null;
    if (bytes === null) throw new ElsewhereError("unknown", "there is no payload of that name", { field: "attempt" });
    return context.body(bytes as Uint8Array<ArrayBuffer>, 200, { "content-type": "application/octet-stream", ...noStore });
  });
}

function bodyBytes(context: Context): number {
  const limit = limits.crossingBodyBytesMax;
  const bytes = Number(context.req.header("content-length") ?? Number.NaN);
  if (bytes <= limit) return bytes;
  throw new ElsewhereError("limit", `the body must say its length and have at most ${limit} bytes`, { field: "body", limit });
}

function tooManyAtOnce(context: Context): Error {
  context.header("retry-after", "1");
  const limit = limits.crossingBodyBytesUsual;
  const what = `more than ${limit} bytes are read from one host at a time: say it again`;
  return withStatus(429, new ElsewhereError("limit", what, { field: "body", limit }));
}
