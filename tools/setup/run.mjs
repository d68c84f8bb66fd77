// Running other commands: captured for a step of the set-up, or in this process's place for the server.
import { spawn } from "node:child_process";
import { constants } from "node:os";

const parentWatchMs = 250;

/**
 * Runs a command to its end and keeps what it printed.
 * @returns {Promise<{ok: boolean, output: string}>}
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    const keep = (chunk) => (output += chunk);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ ok: false, output: `${command}: ${error.message}` }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

/** The last lines of what a failed command printed: enough to see why, short enough to be read. */
export const tail = (output, lines = 15) => output.trimEnd().split("\n").slice(-lines).join("\n");

/**
 * Runs a command in this process's place: same terminal, same signals, same exit code.
 *
 * A terminal sends Ctrl-C to the whole group, so the command has it already and is not told twice; all else that is sent
 * to this process alone is passed on. This process ends only after the command has, so none is left running behind it.
 */
export function become(command, args, options = {}) {
  return standFor(spawn(command, args, { stdio: "inherit", ...options }));
}

/** Passes on to a command what is sent to this process. Resolves with its exit code, once it has ended. */
export function standFor(child) {
  const watch = process.env.npm_lifecycle_event ? endWithParent(child) : undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      clearInterval(watch);
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** npm hands a signal to the shell between it and this process, and that shell dies of it without a word. */
function endWithParent(child) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill("SIGTERM");
  }, parentWatchMs);
  return watch.unref();
}
