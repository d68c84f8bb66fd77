// Clock, entropy, environment, files and sockets enter in `main.ts` and are passed in. Everything here that reaches for one
// of them by itself stands in the table below with its reason; what no longer does must leave the table.
import { at, type Finding, isNode, isTest, type Node, type Parsed, type Rule, walk } from "./source.ts";

type Authority = "clock" | "entropy" | "environment" | "files" | "network" | "threads";

type Doors = Readonly<Record<string, { readonly to: readonly Authority[]; readonly why: string }>>;

const doors: Doors = {
  "packages/client/src/line.ts": {
    to: ["network"],
    why: "the connection is the browser's or Node's own WebSocket, unless another is given",
  },
  "packages/client/src/surroundings.ts": { to: ["clock", "entropy"], why: "what a client uses for itself unless it is given others" },
  "packages/program/src/guest.ts": { to: ["entropy"], why: "puts the seeded random numbers in the place of the engine's" },
  "packages/server/src/backups/drafts.ts": { to: ["files"], why: "writes copies and new data directories where it is told" },
  "packages/server/src/export/out-file.ts": { to: ["files"], why: "writes what is exported where it is told" },
  "packages/server/src/gateways/http/listen.ts": { to: ["network"], why: "listens on the port it is given" },
  "packages/server/src/main.ts": { to: ["clock", "entropy", "environment", "files", "network"], why: "the door" },
  "packages/server/src/programs/pool/thread.ts": { to: ["threads"], why: "starts the worker threads that programs run in" },
  "packages/server/src/programs/pool/worker.ts": {
    to: ["clock", "threads"],
    why: "a worker thread's own door; measures how long a turn took",
  },
  "packages/server/src/record/verify.ts": { to: ["clock"], why: "lets others run between batches; reads no time" },
  "packages/server/src/storage/sqlite/archivist.ts": { to: ["threads"], why: "starts the thread that recodes" },
  "packages/server/src/storage/sqlite/recoder.ts": { to: ["threads"], why: "the recoding thread's own door" },
  "packages/server/src/storage/sqlite/copy.ts": { to: ["files"], why: "reads the database by the handle it is given" },
  "packages/server/src/storage/sqlite/copying.ts": { to: ["files"], why: "opens the database for whoever copies it" },
  "packages/server/src/replay/thread.ts": { to: ["threads"], why: "starts the worker thread that replays run in" },
  "packages/server/src/replay/worker.ts": {
    to: ["clock", "threads"],
    why: "a worker thread's own door; measures when others are to have their share",
  },
  "packages/server/src/storage/sqlite/crash-child.ts": {
    to: ["environment", "files"],
    why: "a process of the crash test, killed while it writes",
  },
  "packages/server/src/storage/sqlite/database.ts": { to: ["files"], why: "the database in the folder it is given" },
  "packages/server/src/storage/sqlite/record-reader.ts": { to: ["files"], why: "reads the database in the folder it is given" },
  "packages/server/src/storage/sqlite/sqlite.ts": { to: ["threads"], why: "starts the thread that writes" },
  "packages/server/src/storage/sqlite/wal.ts": { to: ["files"], why: "looks at the write-ahead log before SQLite does" },
  "packages/server/src/storage/sqlite/worker.ts": { to: ["threads"], why: "the storage thread's own door" },
};

const modules: Readonly<Record<string, Authority>> = {
  child_process: "environment",
  cluster: "environment",
  dgram: "network",
  dns: "network",
  fs: "files",
  "fs/promises": "files",
  http: "network",
  http2: "network",
  https: "network",
  net: "network",
  os: "environment",
  process: "environment",
  sqlite: "files",
  timers: "clock",
  "timers/promises": "clock",
  tls: "network",
  worker_threads: "threads",
};

const members: Readonly<Record<string, Authority>> = {
  "Date.now": "clock",
  "Math.random": "entropy",
  "crypto.getRandomValues": "entropy",
  "crypto.randomUUID": "entropy",
  "performance.now": "clock",
  "performance.timeOrigin": "clock",
  "process.argv": "environment",
  "process.cwd": "environment",
  "process.env": "environment",
  "process.hrtime": "clock",
};

const calls: Readonly<Record<string, Authority>> = {
  Date: "clock",
  WebSocket: "network",
  fetch: "network",
  setInterval: "clock",
  setTimeout: "clock",
};

/** By name, as they are imported: a function that is passed in may be called the same. */
const cryptoNames = new Set([
  "generateKey",
  "generateKeyPair",
  "generateKeyPairSync",
  "getRandomValues",
  "randomBytes",
  "randomFillSync",
  "randomInt",
  "randomUUID",
  "webcrypto",
]);

export const authorityEntersAtTheDoor: Rule = (sources) =>
  sources.filter(({ path }) => path.startsWith("packages/") && !isTest(path)).flatMap(strayUses);

/** Rows of the table that name no file, or an authority that the file does not use. */
export function doorsAreUsed(sources: readonly Parsed[], table: Doors = doors): readonly Finding[] {
  return Object.entries(table).flatMap(([path, { to }]) => {
    const source = sources.find((each) => each.path === path);
    if (!source) return [{ where: path, what: "is allowed authority and does not exist" }];
    const used = new Set(uses(source).map(({ authority }) => authority));
    return to.filter((each) => !used.has(each)).map((each) => ({ where: path, what: `is allowed ${each} and does not use it` }));
  });
}

function strayUses(source: Parsed): readonly Finding[] {
  const allowed = doors[source.path]?.to ?? [];
  return uses(source)
    .filter(({ authority }) => !allowed.includes(authority))
    .map(({ name, authority, start }) => ({ where: at(source, start), what: `${name} reaches for ${authority}; have it passed in` }));
}

interface Use {
  readonly name: string;
  readonly authority: Authority;
  readonly start: number;
}

function uses(source: Parsed): readonly Use[] {
  const found: Use[] = [];
  for (const { from, start, types } of source.imports) {
    const authority = modules[from.replace(/^node:/, "")];
    if (authority && !types) found.push({ name: from, authority, start });
  }
  for (const node of walk(source.program)) {
    const use = useOf(node);
    if (use) found.push({ ...use, start: node.start });
  }
  return found;
}

function useOf(node: Node): Omit<Use, "start"> | undefined {
  if (node.type === "ImportSpecifier") {
    const name = nameOf(node["imported"]);
    return cryptoNames.has(name) ? { name, authority: "entropy" } : undefined;
  }
  if (node.type === "MemberExpression") return memberUse(`${nameOf(node["object"])}.${nameOf(node["property"])}`);
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return undefined;
  const name = nameOf(node["callee"]);
  const authority = Object.hasOwn(calls, name) ? calls[name] : undefined;
  const namesAMoment = name === "Date" && node.type === "NewExpression" && (node["arguments"] as readonly unknown[]).length > 0;
  return authority && !namesAMoment ? { name, authority } : undefined;
}

function memberUse(name: string): Omit<Use, "start"> | undefined {
  const authority = Object.hasOwn(members, name) ? members[name] : undefined;
  return authority && { name, authority };
}

/** `f` for `f` and for `globalThis.f`. */
function nameOf(value: unknown): string {
  if (!isNode(value)) return "";
  if (value.type === "Identifier") return String(value["name"]);
  return value.type === "MemberExpression" && nameOf(value["object"]) === "globalThis" ? nameOf(value["property"]) : "";
}
