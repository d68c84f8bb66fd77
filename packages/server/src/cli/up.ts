import { ElsewhereError } from "@elsewhere/protocol";
import { Hono } from "hono";
import { originOf, tellOrigin } from "../fork/origin.ts";
import { addressAt } from "../crossings/address.ts";
import { HttpNetwork } from "../crossings/network.ts";
import { createHttpGateway, type HttpGatewayOptions } from "../gateways/http/gateway.ts";
import { listen, type Listening } from "../gateways/http/listen.ts";
import { createWebSocketGateway, type WebSocketGateway } from "../gateways/websocket/gateway.ts";
import { type Host, startHost } from "../host.ts";
import type { DiskStorage } from "../storage/copy.ts";
import type { CrossingMeans } from "../start-crossings.ts";
import { type HostKey, loadHostKey } from "../tokens/host-key.ts";
import { guestAllowed, type GuestPolicy } from "../tokens/guests.ts";
import type { LoadedWorld } from "../worlds/load.ts";
import { announce } from "./announce.ts";
import type { Authority } from "./authority.ts";
import type { makeFork } from "./fork.ts";
import { openWorld } from "./open-world.ts";
import { identityOf, personOf, tokensOf } from "./people.ts";
import { readPlaceKeys } from "./place-keys.ts";
import { openPool } from "./pool.ts";

export interface UpOptions {
  readonly port: number;
  readonly host: string;
  readonly data: string | null;
  readonly world: string | null;
  readonly map: string | null;
  readonly profile: string | null;
  readonly tickMs: number;
  readonly lockstep: boolean;
  /** Times real time; Infinity as fast as the machine can. */
  readonly speed: number;
  readonly seed: number | null;
  /** From whose past the world is taken, `DIR@TIME`. */
  readonly fork: string | null;
  readonly guests: GuestPolicy;
  /** A file of coordinates of hidden places to open. */
  readonly placeKeys: string | null;
  /** Where other hosts reach this one, `elsewhere://HOST:PORT`; null if its own host and port say so. */
  readonly address: string | null;
  /** Of what carries programs to other hosts; null where hosts hand them over directly. */
  readonly carrier: string | null;
  /** What the paired host is called whose store has the witness's rows; null is this host's own. */
  readonly witness: string | null;
  /** Whether programs are upgraded when their files change. */
  readonly watch: boolean;
  readonly json: boolean;
}

/** Starts a world and says where it is. Resolves when it runs; it ends when the process is asked to. */
export async function up(options: UpOptions, authority: Authority): Promise<void> {
  const say = (line: string): void => authority.say(line);
  const startedMs = authority.time.monotonicMs();
  const fork = options.fork === null ? null : await forkFrom(options.fork, authority);
  const placeKeys = await readPlaceKeys(options.placeKeys, authority);
  const loaded = await openWorld(options, authority);
  for (const note of loaded.notes) say(`note: ${note}`);

  // The port comes before the disk: two starts by mistake must not both touch the data.
  const front = new Hono();
  let app: Hono | null = null;
  front.all("*", (context) => app?.fetch(context.req.raw, context.env) ?? context.text("The world is starting.", 503));
  const onFault = (error: unknown): void => say(`fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const listening = await listen(front, { port: options.port, host: options.host, onFault });

  const directory = authority.absolute(options.data ?? `data/${slug(loaded.name)}${fork === null ? "" : "-fork"}`);
  let storage: DiskStorage;
  try {
    if (fork !== null) await fork(directory, { loaded, seed: options.seed, placeKeys });
    storage = await authority.openStorage(directory);
  } catch (error) {
    await listening.close();
    throw error;
  }
  for (const note of storage.notes) say(`note: ${note}`);
  const origin = await originOf(storage);
  if (origin !== null) say(`This world was ${tellOrigin(origin, false)}.`);
  const tokens = await tokensOf(storage, authority);
  const hostKey = await loadHostKey(storage, (count) => authority.randomBytes(count));
  const { fingerprint } = hostKey;
  const lockstep = options.lockstep || options.speed === Infinity;
  const pool = await openPool(authority, { lockstep, ground: async (hash) => (await storage.ground(hash))?.bytes ?? null });
  const fail = (error: unknown): void => {
    say(`The world has stopped: ${error instanceof Error ? error.message : String(error)}`);
    authority.exit(1);
  };
  const host = await startHost({
    loaded,
    storage,
    pool,
    time: authority.time,
    identity: identityOf(tokens, authority),
    guestAllowed: options.guests === "none" ? null : ({ loopback }) => guestAllowed({ loopback, policy: options.guests }),
    tickMs: options.tickMs,
    lockstep,
    pace: options.speed,
    seed: options.seed,
    placeKeys,
    randomBytes: (count) => authority.randomBytes(count),
    crossing: crossingMeans(options, hostKey, listening.url, authority),
    usage: () => authority.usage(),
    readImage: imageReader(loaded, authority),
    say,
    failed: fail,
  });
  app = createHttpGateway({
    view: host.view,
    tokens,
    invite: (name) => personOf("person:", name, tokens, authority),
    openPlace: (coordinates) => host.openPlace(coordinates),
    fingerprint,
    copy: () => storage.copy(),
    ...routesOf(host, fingerprint),
    consoleDir: authority.shipped("apps/console/dist"),
    readFile: (path) => authority.readFile(path),
    time: authority.time,
    onFault,
  });
  const sockets = createWebSocketGateway({ door: host.door, time: authority.time, onFault });
  sockets.attach(listening.server);
  const unwatch = options.watch ? (await import("./watch.ts")).watchWorld(loaded, host, authority) : () => {};
  authority.onStop(() => {
    unwatch();
    return stopAll({ host, sockets, listening, say });
  });
  await announce(options, authority, { loaded, listening, tokens, fingerprint, directory, startedMs });
}

type Fork = (directory: string, of: Parameters<typeof makeFork>[2]) => Promise<void>;

/** What forks alone take is read for them alone. */
async function forkFrom(text: string, authority: Authority): Promise<Fork> {
  const { makeFork, parseFork } = await import("./fork.ts");
  const source = parseFork(text);
  return (directory, of) => makeFork(source, directory, of, authority);
}

function crossingMeans(options: UpOptions, hostKey: HostKey, url: string, authority: Authority): CrossingMeans {
  const { carrier, witness, address } = options;
  return {
    self: hostKey.fingerprint,
    address: address ?? addressAt(url),
    carrier,
    witness,
    nowSeconds: () => authority.nowSeconds(),
    network: (addressOf) =>
      new HttpNetwork({
        hostKey,
        addressOf,
        request: (to, asked) => authority.request(to, asked),
        time: authority.time,
        say: (line) => authority.say(line),
      }),
  };
}

/** What is asked over HTTP of crossings: by other hosts, and by the operator. */
function routesOf({ crossing }: Host, self: string): Pick<HttpGatewayOptions, "desk" | "crossing"> {
  if (crossing === null) return {};
  const { crossings, pairings } = crossing;
  return {
    desk: { crossings, pairings },
    crossing: {
      self,
      isPaired: (host) => pairings.isPaired(host),
      receive: (from, message) => crossings.receive(from, message),
      payload: (attempt) => crossings.payload(attempt),
    },
  };
}

function imageReader(loaded: LoadedWorld, authority: Authority): Parameters<typeof startHost>[0]["readImage"] {
  const types: Readonly<Record<string, string>> = {
    png: "image/png",
    jpg: "image/jpeg",
    jpeg: "image/jpeg",
    webp: "image/webp",
    gif: "image/gif",
  };
  return async (path) => {
    const type = types[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
    const bytes = type === undefined ? null : await authority.readFile(`${loaded.root}/${path}`);
    return bytes === null || type === undefined ? null : { bytes, type };
  };
}

interface Running {
  readonly host: Host;
  readonly sockets: WebSocketGateway;
  readonly listening: Listening;
  readonly say: (line: string) => void;
}

async function stopAll({ host, sockets, listening, say }: Running): Promise<void> {
  say("Closing: everybody is told, and the world is stored as it is.");
  await host.close();
  await sockets.close();
  await listening.close();
}

/** A world's name as the name of a folder. */
function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (plain === "")
    throw new ElsewhereError("malformed", "this world's name makes no folder name: choose one with --data", { field: "--data" });
  return plain;
}
