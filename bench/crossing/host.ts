/**
 * The real server, started as a person starts it, that can be looked into: when turns begin and end, and how much is committed
 * and sent for a crossing. Its arguments are those of `elsewhere`.
 */
import { Worker } from "node:worker_threads";
import { WorkerPool } from "../../packages/server/src/programs/pool/pool.ts";
import { type Commit, nowNs, type Turn } from "./looks.ts";

let turns: Turn[] = [];
let commits: Commit[] = [];
let triedNs: number[] = [];
let bodies: number[] = [];

const { run, tryOut } = WorkerPool.prototype;
WorkerPool.prototype.run = async function (...args) {
  const beginNs = nowNs();
  const result = await run.apply(this, args);
  const endNs = nowNs();
  const said = result.ok ? result.outcome.log.find(({ text }) => text.startsWith("crossed ")) : undefined;
  turns.push({ program: args[0], beginNs, endNs, crossed: said === undefined ? null : Number(said.text.slice(8)) });
  return result;
};

WorkerPool.prototype.tryOut = async function (...args) {
  const result = await tryOut.apply(this, args);
  triedNs.push(nowNs());
  return result;
};

interface StoreCall {
  readonly op?: string;
  readonly batch?: { readonly rows: Readonly<Record<string, readonly unknown[]>>; readonly bytes: Uint8Array };
}

const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (message: StoreCall, ...rest: [never]) {
  if (message.op === "commit") look(message.batch!);
  postMessage.call(this, message, ...rest);
};

/** Commits that move a crossing on, by the state that they bring it to. */
function look({ rows, bytes }: NonNullable<StoreCall["batch"]>): void {
  // Each key with its value after it.
  const settings = rows["settings"] ?? [];
  const value = settings.find((_, i) => /^crossings:(out|in):/.test(String(settings[i - 1])));
  if (typeof value !== "string") return;
  const texts = Object.values(rows).flat();
  const textBytes = texts.reduce<number>((sum, each) => sum + (typeof each === "string" ? each.length : 0), 0);
  commits.push({ atNs: nowNs(), state: (JSON.parse(value) as { readonly state: string }).state, bytes: bytes.length + textBytes });
}

const { fetch } = globalThis;
globalThis.fetch = (url, asked) => {
  if (asked?.method === "POST" && typeof asked.body === "string") bodies.push(asked.body.length);
  return fetch(url, asked);
};

// The one line that it prints is for who started it.
process.stdout.write = (text: string | Uint8Array): boolean => process.send!({ kind: "ready", ...(JSON.parse(String(text)) as object) });
process.on("message", () => {
  process.send!({ kind: "looked", turns, commits, triedNs, bodies });
  [turns, commits, triedNs, bodies] = [[], [], [], []];
});
process.on("disconnect", () => process.exit(0));

await import("../../packages/server/src/main.ts");
