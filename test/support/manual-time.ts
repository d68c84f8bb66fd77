import type { RealTime } from "../../packages/server/src/ticks/clock.ts";

/** Time that passes only when told to. */
export class ManualTime implements RealTime {
  #nowMs = 0;
  #waiting: { readonly atMs: number; readonly wake: () => void }[] = [];

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(ms: number, wake: () => void): () => void {
    const entry = { atMs: this.#nowMs + ms, wake };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== entry);
    };
  }

  soon(wake: () => void): void {
    setImmediate(wake);
  }

  /** Lets `ms` pass and whatever that sets off come to rest. */
  async pass(ms: number): Promise<void> {
    this.#nowMs += ms;
    const due = this.#waiting.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#waiting = this.#waiting.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { wake } of due) wake();
    for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
