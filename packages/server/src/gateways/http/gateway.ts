import type { HttpBindings } from "@hono/node-server";
import { ElsewhereError, limits, type WorldInfo } from "@elsewhere/protocol";
import { type Context, Hono } from "hono";
import { compress } from "hono/compress";
import { PeerBuckets } from "../bucket.ts";
import type { HostView } from "../contract.ts";
import type { StorageCopy } from "../../storage/copy.ts";
import { isLoopbackRequest, isOriginAllowed } from "../peer.ts";
import type { GatewayTime } from "../time.ts";
import { needOperator } from "./authorize.ts";
import { backupPath, sendBackup } from "./backup.ts";
import { addCrossingOperatorRoutes, type CrossingDesk, methodsAtDesk } from "./crossings.ts";
import { refusalOf, withStatus } from "./errors.ts";
import { type ReadFile, serveConsole } from "./files.ts";
import { securityHeaders } from "./headers.ts";
import { createMaps } from "./maps.ts";
import { memoryPage } from "./memory.ts";
import { createMetrics } from "./metrics.ts";
import { invitePerson } from "./people.ts";
import { openHiddenPlace, openPlacePath, type OpeningPlaces } from "./places.ts";
import { addProgramRoutes, programPath } from "./programs.ts";
import { addRecordRoutes } from "./record.ts";

export interface HttpGatewayOptions extends OpeningPlaces {
  readonly view: HostView;
  /** Makes a person who may come in from anywhere, with the token that says so. */
  invite(name: string): Promise<{ readonly who: string; readonly token: string }>;
  /** Fingerprint of the host's key. */
  readonly fingerprint: string;
  /** Begins a copy of all the host's data. */
  copy(): Promise<StorageCopy>;
  /** Left out where nothing crosses. */
  readonly desk?: CrossingDesk;
  /** Directory of the built console, without a slash at its end; null if there is none. */
  readonly consoleDir: string | null;
  readonly readFile: ReadFile;
  readonly time: Pick<GatewayTime, "monotonicMs">;
  /** Told of requests that failed through the host's own fault. */
  onFault(error: unknown): void;
}

const peersMax = 10_000;
const peoplePath = "/api/people";
const noStore = { "cache-control": "no-store" };

const incomingOf = (context: Context): HttpBindings["incoming"] | undefined => (context.env as Partial<HttpBindings> | undefined)?.incoming;

const remoteAddressOf = (context: Context): string => incomingOf(context)?.socket.remoteAddress ?? "unknown";

function isThisMachine(context: Context): boolean {
  const incoming = incomingOf(context);
  return incoming !== undefined && isLoopbackRequest(incoming.socket.remoteAddress, incoming.headers);
}

/** A page from elsewhere, open in a browser here, is not this machine, though its requests come from it. */
const isThisMachineItself = (context: Context): boolean =>
  isThisMachine(context) && isOriginAllowed(context.req.header("origin"), context.req.header("host"), []);

const reading = ["GET", "HEAD"];

function methodsAt(path: string): readonly string[] {
  if (path === peoplePath || path === openPlacePath) return ["POST"];
  // Whoever asked for its headers alone would leave a copy that nobody reads.
  if (path === backupPath) return ["GET"];
  return programPath.test(path) ? [...reading, "POST"] : (methodsAtDesk(path) ?? reading);
}

function addGuards(app: Hono, options: HttpGatewayOptions): void {
  const buckets = new PeerBuckets(limits.httpRequestsPerSecondMax, peersMax, () => options.time.monotonicMs());
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
    if (refusal === null || refusal.status >= 500) options.onFault(thrown);
    if (refusal?.status === 401) context.header("www-authenticate", "Bearer");
    const error = refusal?.error ?? new ElsewhereError("fault", "the host could not answer: its log says why");
    return context.json(error.toJSON(), refusal?.status ?? 500, noStore);
  });
}

/** Everything a host shows over HTTP: its health, figures, maps, a person's memory, and the console. */
export function createHttpGateway(options: HttpGatewayOptions): Hono {
  const { view, tokens, consoleDir, readFile } = options;
  const app = new Hono();
  const metrics = createMetrics(view);
  const maps = createMaps(view, tokens);
  addGuards(app, options);
  app.get("/healthz", (context) => {
    const health = view.health();
    return context.json(health, health.status === "ok" ? 200 : 503, noStore);
  });
  app.get("/metrics", async (context) => {
    // How many are in the world tells of those one may not know of.
    if (!isThisMachine(context)) await needOperator(context, tokens);
    return context.body(await metrics.metrics(), 200, { "content-type": metrics.contentType, ...noStore });
  });
  app.get("/api/world", (context) => context.json({ ...view.world(), host: options.fingerprint } satisfies WorldInfo, 200, noStore));
  app.get("/api/maps/:map", (context) => maps.drawing(context, context.req.param("map")));
  app.get("/api/maps/:map/images/:index", (context) => maps.image(context, context.req.param("map"), context.req.param("index")));
  app.get("/api/me/memory", (context) => memoryPage(context, view, tokens));
  app.get("/api/stats", async (context) => {
    await needOperator(context, tokens);
    return context.json(view.stats(), 200, noStore);
  });
  addProgramRoutes(app, view, tokens);
  addRecordRoutes(app, view.past, tokens);
  if (options.desk !== undefined) addCrossingOperatorRoutes(app, options.desk, tokens);
  app.get(backupPath, (context) => sendBackup(context, options));
  app.post(peoplePath, (context) => invitePerson(context, options));
  app.post(openPlacePath, (context) => openHiddenPlace(context, options, isThisMachineItself(context)));
  app.get("*", async (context) => {
    const file = await serveConsole(context, consoleDir, readFile);
    if (file) return file;
    throw new ElsewhereError("unknown", "there is nothing at this address", { field: "path" });
  });
  return app;
}
