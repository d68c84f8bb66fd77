/** Processes that a benchmark starts, each with its own work, and what is said between them and it. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Report } from "./load.ts";

/** What a child says, one after another: each is an object with a `kind`. */
export interface Saying {
  readonly kind: string;
}

export class Child {
  readonly #process: ChildProcess;
  readonly #said: Saying[] = [];
  #wake: (() => void) | null = null;
  #ended: string | null = null;

  /** `entry` is a file of this folder. */
  constructor(entry: string, args: readonly string[]) {
    this.#process = fork(fileURLToPath(new URL(entry, import.meta.url)), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#process.on("message", (saying) => {
      this.#said.push(saying as Saying);
      this.#wake?.();
    });
    this.#process.on("exit", (code, signal) => {
      this.#ended = `${entry} ${args[0] ?? ""} ended with ${code ?? signal}`;
      this.#wake?.();
    });
  }

  tell(saying: object): void {
    this.#process.send(saying);
  }

  /** The next thing it says, which must be of that kind. Rejects if it ends before. */
  async hear<T extends Saying>(kind: T["kind"]): Promise<T> {
    while (this.#said.length === 0) {
      if (this.#ended !== null) throw new Error(this.#ended);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const saying = this.#said.shift()!;
    if (saying.kind !== kind) throw new Error(`heard ${JSON.stringify(saying)} where "${kind}" was expected`);
    return saying as T;
  }

  /** It has nothing to lose: what does not end when it is left alone is ended. */
  async end(): Promise<void> {
    if (this.#ended !== null) return;
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), patienceMs);
    if (this.#process.connected) this.#process.disconnect();
    while (this.#ended === null) await new Promise<void>((resolve) => (this.#wake = resolve));
    clearTimeout(timer);
  }
}

const patienceMs = 2_000;

/** In a child: says something to who started it. */
export function tellParent(saying: Report): void {
  process.send!(saying);
}

/** In a child: what it is told, one after another. It ends with who started it. */
export function fromParent(hear: (saying: Saying) => void): void {
  process.on("message", (saying) => hear(saying as Saying));
  process.on("disconnect", () => process.exit(0));
}
