/**
 * A carrier: it has payloads of those it carries for, in memory, and gives each to whoever knows its name until its deadline.
 * It has no keys, decides nothing, and to lose it loses nothing: a source deposits again for as long as it offers.
 */
import { hash } from "node:crypto";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { type Context, Hono } from "hono";
import { addGuards, type GuardsOptions } from "../gateways/http/guards.ts";
import type { GatewayTime } from "../gateways/time.ts";
import { type Deposit, openDeposit } from "./carrier-deposit.ts";
import { payloadPath } from "./network.ts";

export interface CarrierOptions extends Omit<GuardsOptions, "methodsAt"> {
  /** Fingerprints of the hosts whose payloads it takes. */
  readonly hosts: ReadonlySet<string>;
  /** Of all payloads together. */
  readonly payloadBytesMax: number;
  readonly time: GatewayTime;
}

interface Carried extends Omit<Deposit, "forMs"> {
  readonly from: string;
  readonly reservedBytes: number;
  /** Null while it is being read. */
  bytes: Uint8Array<ArrayBuffer> | null;
}

const noStore = { "cache-control": "no-store" };

function methodsAt(path: string): readonly string[] {
  return path.startsWith(payloadPath("")) ? ["GET", "PUT"] : ["GET"];
}

export function createCarrier(options: CarrierOptions): Hono {
  const app = new Hono();
  const carried = new Map<string, Carried>();
  addGuards(app, { ...options, methodsAt });
  app.get("/healthz", (context) => context.json({ status: "ok" }, 200, noStore));
  app.put(payloadPath(":attempt"), async (context) => {
    const deposit = openDeposit(saidIn(context), (host) => options.hosts.has(host));
    const { attempt, forMs, from } = deposit;
    const before = carried.get(attempt);
    if (before !== undefined) requireSame(before, deposit);
    else {
      const entry = { attempt, hash: deposit.hash, from, reservedBytes: roomFor(context, carried, options), bytes: null };
      carried.set(attempt, entry);
      try {
        await fill(entry, context);
      } catch (error) {
        carried.delete(attempt);
        throw error;
      }
      options.time.after(forMs, () => void carried.delete(attempt));
    }
    return context.body(null, 204, noStore);
  });
  app.get(payloadPath(":attempt"), (context) => {
    const bytes = carried.get(context.req.param("attempt") ?? "")?.bytes ?? null;
    if (bytes === null) throw new ElsewhereError("unknown", "there is no payload of that name", { field: "attempt" });
    return context.body(bytes, 200, { "content-type": "application/octet-stream", ...noStore });
  });
  app.notFound(() => {
    throw new ElsewhereError("unknown", "there is nothing at this address", { field: "path" });
  });
  return app;
}

const saidIn = ({ req }: Context): Parameters<typeof openDeposit>[0] => ({
  attempt: req.param("attempt"),
  forMs: req.query("forMs"),
  hash: req.header("elsewhere-hash"),
  from: req.header("elsewhere-from"),
  signature: req.header("elsewhere-signature"),
});

/** What is carried stays as it is until its deadline: said again, nothing changes. */
function requireSame(before: Carried, { from, hash: named }: Deposit & { readonly from: string }): void {
  if (before.from === from && before.hash === named) return;
  throw new ElsewhereError("taken", "another payload of that name is being carried", { field: "attempt" });
}

/** The bytes a request announces. Throws `limit` if they are too many, or if there is no room: nothing makes way for anything. */
function roomFor({ req }: Context, carried: ReadonlyMap<string, Carried>, { payloadBytesMax }: CarrierOptions): number {
  const limit = limits.crossingPayloadBytesMax;
  const bytes = Number(req.header("content-length") ?? Number.NaN);
  if (!(bytes > 0 && bytes <= limit)) {
    throw new ElsewhereError("limit", `a payload must say its length and have at most ${limit} bytes`, { field: "body", limit });
  }
  const used = [...carried.values()].reduce((sum, { reservedBytes }) => sum + reservedBytes, 0);
  if (used + bytes <= payloadBytesMax) return bytes;
  const what = "all the room of this carrier is in use: it is free again as deadlines pass";
  throw new ElsewhereError("limit", what, { field: "body", limit: payloadBytesMax });
}

async function fill(entry: Carried, { req }: Context): Promise<void> {
  const bytes = new Uint8Array(await req.arrayBuffer());
  if (bytes.length > entry.reservedBytes || hash("sha256", bytes, "hex") !== entry.hash) {
    throw new ElsewhereError("malformed", "these bytes are not those that were signed", { field: "body" });
  }
  entry.bytes = bytes;
}
