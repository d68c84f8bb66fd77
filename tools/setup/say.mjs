// What the set-up tells a person: one line for every long step, on standard error, so that standard output stays the server's.
import { performance } from "node:perf_hooks";

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {string} line */
export function giveUp(line) {
  say(line);
  process.exit(1);
}

/** A stopwatch: call it for the time since, as a person would say it. */
export function stopwatch() {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
