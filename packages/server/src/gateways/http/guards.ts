import type { HttpBindings } from "@hono/node-server";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Context, Hono } from "hono";
import { compress } from "hono/compress";
import { PeerBuckets } from "../bucket.ts";
import type { GatewayTime } from "../time.ts";
import { refusalOf, withStatus } from "./errors.ts";
import { securityHeaders } from "./headers.ts";

export interface GuardsOptions {
  readonly time: Pick<GatewayTime, "monotonicMs">;
  /** Told of requests that failed through the host's own fault. */
  onFault(error: unknown): void;
  methodsAt(path: string): readonly string[];
}

const peersMax = 10_000;
const noStore = { "cache-control": "no-store" };

export const incomingOf = (context: Context): HttpBindings["incoming"] | undefined =>
  (context.env as Partial<HttpBindings> | undefined)?.incoming;

const remoteAddressOf = (context: Context): string => incomingOf(context)?.socket.remoteAddress ?? "unknown";

/** Puts what holds of every request before the routes of an app. */
export function addGuards(app: Hono, { time, onFault, methodsAt }: GuardsOptions): void {
  const buckets = new PeerBuckets(limits.httpRequestsPerSecondMax, peersMax, () => time.monotonicMs());
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value);
  });
  app.use(async (context, next) => {
    const allowed = methodsAt(context.req.path);
    if (allowed.includes(context.req.method)) return next();
    context.header("allow", allowed.join(", "));
    throw withStatus(405, new ElsewhereError("unsupported", `only ${allowed.join(", ")} is answered here`, { field: "method" }));
  });
  app.use("/api/*", async (context, next) => {
    if (buckets.take(remoteAddressOf(context))) return next();
    context.header("retry-after", "1");
    const limit = limits.httpRequestsPerSecondMax;
    throw withStatus(429, new ElsewhereError("limit", `more than ${limit} requests a second: ask slower`, { field: "requests", limit }));
  });
  app.use(compress());
  app.onError((thrown, context) => {
    const refusal = refusalOf(thrown);
    if (refusal === null || refusal.status >= 500) onFault(thrown);
    if (refusal?.status === 401) context.header("www-authenticate", "Bearer");
    const error = refusal?.error ?? new ElsewhereError("fault", "the host could not answer: its log says why");
    return context.json(error.toJSON(), refusal?.status ?? 500, noStore);
  });
}
