/**
 * The module a base image is made from: the author's API, plus what the host holds on to. The host reads
 * `elsewhereHost` once, before any program's code is there, and with that it is gone.
 */
import { describe } from "./log.ts";
import { inside } from "./runtime.ts";

export * from "./index.ts";

const host = {
  begin: (json: string): boolean => inside.begin(json),
  next: (): boolean => inside.next(),
  watch: (module: Promise<unknown>): void => inside.watch(module),
  finish: (): string => inside.finish(),
  describe,
  unhandled: (reason: unknown): void => inside.uncaught("unhandled rejection:", reason),
};

const write =
  (level: "log" | "error") =>
  (...values: unknown[]): void =>
    inside.log.write(level, values);

Math.random = () => inside.random();
Object.assign(globalThis, {
  console: { log: write("log"), info: write("log"), debug: write("log"), warn: write("error"), error: write("error") },
});
Object.defineProperty(globalThis, "elsewhereHost", {
  configurable: true,
  get: () => {
    Reflect.deleteProperty(globalThis, "elsewhereHost");
    return host;
  },
});
