/**
 * One of two processes that do what a crossing cannot do without, and nothing else: the same number of commits of the same
 * sizes, in the same stores, and the same round trips. `floor-host.ts DATA`.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { openSqlite } from "../../packages/server/src/storage/sqlite/sqlite.ts";
import { nowNs, type Shape, states } from "./looks.ts";

type FloorOrder = { readonly kind: "meet"; readonly url: string; readonly shape: Shape } | { readonly kind: "go" };

const store = await openSqlite(process.argv[2]!);
let other = "";
let shape: Shape | null = null;
let texts = new Map<string, string>();
let payload = new Uint8Array();
let body = "";
let written = 0;

const commit = (state: (typeof states)[number]): Promise<void> =>
  store.commit({ settings: [{ key: `crossing:${state}:${written++ % 64}`, value: texts.get(state)! }] });
const post = async (path: string): Promise<void> => {
  const answer = await fetch(`${other}/${path}`, { method: "POST", body });
  await answer.arrayBuffer();
};

const steps: Readonly<Record<string, () => Promise<void>>> = {
  offer: async () => {
    const answer = await fetch(`${other}/payload`);
    if ((await answer.arrayBuffer()).byteLength !== payload.length) throw new Error("the payload is not whole");
    await commit("staged");
    await post("accept");
  },
  accept: async () => {
    await commit("released");
    await post("commit");
  },
  commit: async () => {
    await commit("alive");
    process.send!({ kind: "alive", atNs: nowNs() });
  },
};

async function drain(request: IncomingMessage): Promise<void> {
  for await (const _ of request);
}

const server = createServer((request, response) => {
  const path = request.url!.slice(1);
  if (path === "payload") return void response.end(payload);
  void drain(request).then(async () => {
    response.writeHead(204).end();
    await steps[path]!();
  });
});
server.listen(0, "127.0.0.1", () => {
  process.send!({ kind: "ready", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

process.on("message", (order: FloorOrder) => void obey(order));
process.on("disconnect", () => process.exit(0));

async function obey(order: FloorOrder): Promise<void> {
  if (order.kind === "meet") {
    ({ url: other, shape } = order);
    // Random, so that no disk makes it smaller than a heap.
    const text = (bytes: number): string =>
      Buffer.from(crypto.getRandomValues(new Uint8Array(1024)))
        .toString("base64")
        .repeat(Math.ceil(bytes / 1368))
        .slice(0, bytes);
    texts = new Map(states.map((state) => [state, text(shape!.commits[state])]));
    payload = new Uint8Array(shape.payloadBytes);
    body = text(shape.bodyBytes);
    process.send!({ kind: "met" });
    return;
  }
  const atNs = nowNs();
  await commit("consented");
  await commit("frozen");
  await post("offer");
  process.send!({ kind: "began", atNs });
}
