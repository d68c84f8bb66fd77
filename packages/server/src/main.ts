#!/usr/bin/env node
/** The one place where clock, entropy, environment, files and process enter: all else is handed an `Authority`. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, watch } from "node:fs";
import { mkdir, mkdtemp, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Authority } from "./cli/authority.ts";
import { run } from "./cli/program.ts";
import { runTool, type ToolSystem } from "./cli/run-tool.ts";
import { type FolderSystem, watchFolder } from "./cli/watch-folder.ts";
import { filesBelow } from "./maps/disk.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** A terminal's Ctrl-C may reach us twice, directly and through whoever started us; only a later one means impatience. */
const impatientMs = 1_000;

function onStop(stop: () => Promise<void>): void {
  let askedMs: number | null = null;
  const ask = (): void => {
    if (askedMs !== null) {
      if (performance.now() - askedMs > impatientMs) process.exit(1);
      return;
    }
    askedMs = performance.now();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`elsewhere: could not close cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", ask);
  process.on("SIGTERM", ask);
}

/** A name beside the file's own: putting it into its place is then one step, or none. */
async function replaceFile(path: string, text: string): Promise<void> {
  const file = await realpath(path);
  const beside = `${file}.new`;
  const { mode } = await stat(file);
  await writeFile(beside, text, { mode, flush: true });
  await rename(beside, file);
}

async function createFile(path: string, text: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** What a terminal would show goes nowhere unless it is to be seen: a line may be a secret. */
function askLine(question: string, seen: boolean): Promise<string | null> {
  const { stdin, stderr } = process;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: seen ? stderr : nowhere, terminal: stdin.isTTY });
  lines.setPrompt(question);
  if (stdin.isTTY && seen) lines.prompt();
  else if (stdin.isTTY) stderr.write(question);
  return new Promise((answer) => {
    let line: string | null = null;
    lines.once("line", (text) => {
      line = text;
      lines.close();
    });
    // Ctrl-C and the end of input close it as well.
    lines.once("close", () => {
      if (stdin.isTTY && !seen) stderr.write("\n");
      stdin.destroy();
      answer(line);
    });
  });
}

const tools: ToolSystem = {
  newFolder: async () => realpath(await mkdtemp(join(tmpdir(), "elsewhere-"))),
  removeFolder: (path) => rm(path, { recursive: true, force: true }),
  writeFile: (path, text) => writeFile(path, text),
  run: (script, args, cwd, timeout) =>
    new Promise((done) => {
      execFile(process.execPath, [script, ...args], { cwd, timeout, killSignal: "SIGKILL", maxBuffer: toolOutBytesMax }, (error, out) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        done({ code, out });
      });
    }),
};
const toolOutBytesMax = 16 * 1024 * 1024;

const folders: FolderSystem = {
  watch: (folder, changed) => {
    const watcher = watch(folder, (_, name) => changed(name));
    // A folder that is gone is told of by the folder it was in.
    watcher.on("error", () => watcher.close());
    return watcher;
  },
  foldersIn: (folder) => {
    try {
      return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    } catch {
      return null;
    }
  },
};

const authority: Authority = {
  args: process.argv.slice(2),
  pid: process.pid,
  cores: availableParallelism(),
  time: {
    monotonicMs: () => performance.now(),
    after: (ms, wake) => {
      const timer = setTimeout(wake, ms);
      return () => clearTimeout(timer);
    },
    soon: (wake) => void setImmediate(wake),
  },
  nowSeconds: () => Date.now() / 1000,
  randomBytes: (count) => new Uint8Array(randomBytes(count)),
  usage: () => {
    const { user, system } = process.cpuUsage();
    return { rssBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 };
  },
  print: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
  absolute: (path) => resolve(path),
  shipped: (path) => resolve(repository, path),
  readFile: (path) =>
    readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "EISDIR" || error.code === "ENOTDIR") return null;
      throw error;
    }),
  isShared: async (path) => process.platform !== "win32" && ((await stat(path)).mode & 0o077) !== 0,
  createFile,
  replaceFile,
  isDirectory: (path) =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    ),
  filesIn: (folder) => filesBelow(folder, { realpath, stat, readFile }),
  watchFolder: (folder, changed) => watchFolder(folder, changed, folders),
  runTool: (tool) => runTool(tool, tools),
  openStorage: async (directory) => (await import("./storage/sqlite/sqlite.ts")).openSqlite(directory),
  fetch: (url, headers, body, method) =>
    fetch(
      url,
      body === undefined && method === undefined
        ? { headers }
        : { method: method ?? "POST", headers, body: body ?? null, redirect: "error" },
    ),
  request: (url, asked) => fetch(url, asked),
  ask: (question) => askLine(question, true),
  askUnseen: (question) => askLine(question, false),
  onStop,
  exit: (code) => process.exit(code),
  fail: (line) => {
    process.stderr.write(`elsewhere: ${line}\n`);
    process.exitCode = 1;
  },
};

// Whoever reads no further, as `| head` does, has read enough: what runs until it is stopped stops, all else is over.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  if (process.listenerCount("SIGTERM") > 0) process.kill(process.pid, "SIGTERM");
  else process.exit(0);
});

const code = await run(authority);
// A command that failed half-way may have left threads and sockets that would keep the process alive.
if (code !== 0) process.exit(code);
