#!/usr/bin/env node
/** The one place where clock, entropy, environment, files and process enter: all else is handed an `Authority`. */
import { randomBytes } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Authority } from "./cli/authority.ts";
import { run } from "./cli/program.ts";
import { filesBelow } from "./maps/disk.ts";
import { openSqlite } from "./storage/sqlite/sqlite.ts";

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
  isDirectory: (path) =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    ),
  filesIn: (folder) => filesBelow(folder, { realpath, stat, readFile }),
  openStorage: openSqlite,
  onStop,
  exit: (code) => process.exit(code),
  fail: (line) => {
    process.stderr.write(`elsewhere: ${line}\n`);
    process.exitCode = 1;
  },
};

const code = await run(authority);
// A command that failed half-way may have left threads and sockets that would keep the process alive.
if (code !== 0) process.exit(code);
