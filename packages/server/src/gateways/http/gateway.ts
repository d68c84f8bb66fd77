import { ElsewhereError, type WorldInfo } from "@elsewhere/protocol";
import { type Context, Hono } from "hono";
import type { Registry } from "prom-client";
import type { HostView } from "../contract.ts";
import type { StorageCopy } from "../../storage/copy.ts";
import { isLoopbackRequest, isOriginAllowed } from "../peer.ts";
import { needOperator } from "./authorize.ts";
import { backupPath, sendBackup } from "./backup.ts";
import { addCrossingOperatorRoutes, type CrossingDesk, methodsAtDesk } from "./crossings.ts";
import { addCrossingRoutes, type CrossingHost, methodsForHosts } from "./crossings-messages.ts";
import { type ReadFile, serveConsole } from "./files.ts";
import { addGuards, type GuardsOptions, incomingOf } from "./guards.ts";
import { createMaps } from "./maps.ts";
import { memoryPage } from "./memory.ts";
import { invitePerson } from "./people.ts";
import { openHiddenPlace, openPlacePath, type OpeningPlaces } from "./places.ts";
import { addProgramRoutes, programPath } from "./programs.ts";
import { addRecordRoutes } from "./record.ts";

export interface HttpGatewayOptions extends OpeningPlaces, Omit<GuardsOptions, "methodsAt"> {
  readonly view: HostView;
  /** Makes a person who may come in from anywhere, with the token that says so. */
  invite(name: string): Promise<{ readonly who: string; readonly token: string }>;
  /** Fingerprint of the host's key. */
  readonly fingerprint: string;
  /** Begins a copy of all the host's data. */
  copy(): Promise<StorageCopy>;
  /** Left out where nothing crosses. */
  readonly desk?: CrossingDesk;
  readonly crossing?: CrossingHost;
  /** Directory of the built console, without a slash at its end; null if there is none. */
  readonly consoleDir: string | null;
  readonly readFile: ReadFile;
}

const peoplePath = "/api/people";
const noStore = { "cache-control": "no-store" };

function isThisMachine(context: Context): boolean {
  const incoming = incomingOf(context);
  return incoming !== undefined && isLoopbackRequest(incoming.socket.remoteAddress, incoming.headers);
}

/** A page from elsewhere, open in a browser here, is not this machine, though its requests come from it. */
const isThisMachineItself = (context: Context): boolean =>
  isThisMachine(context) && isOriginAllowed(context.req.header("origin"), context.req.header("host"), []);

/** Nobody may ever ask for them, and their library brings along more modules than all the rest of what is served. */
function metricsOf(view: HostView): () => Promise<Registry> {
  let made: Promise<Registry> | null = null;
  return () => (made ??= import("./metrics.ts").then(({ createMetrics }) => createMetrics(view)));
}

const reading = ["GET", "HEAD"];

function methodsAt(path: string): readonly string[] {
  if (path === peoplePath || path === openPlacePath) return ["POST"];
  // Whoever asked for its headers alone would leave a copy that nobody reads.
  if (path === backupPath) return ["GET"];
  return programPath.test(path) ? [...reading, "POST"] : (methodsForHosts(path) ?? methodsAtDesk(path) ?? reading);
}

/** Everything a host shows over HTTP: its health, figures, maps, a person's memory, and the console. */
export function createHttpGateway(options: HttpGatewayOptions): Hono {
  const { view, tokens, consoleDir, readFile } = options;
  const app = new Hono();
  const metrics = metricsOf(view);
  const maps = createMaps(view, tokens);
  addGuards(app, { ...options, methodsAt });
  app.get("/healthz", (context) => {
    const health = view.health();
    return context.json(health, health.status === "ok" ? 200 : 503, noStore);
  });
  app.get("/metrics", async (context) => {
    // How many are in the world tells of those one may not know of.
    if (!isThisMachine(context)) await needOperator(context, tokens);
    const registry = await metrics();
    return context.body(await registry.metrics(), 200, { "content-type": registry.contentType, ...noStore });
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
  if (options.crossing !== undefined) addCrossingRoutes(app, options.crossing);
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
