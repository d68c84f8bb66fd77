/** What happened, a line each, as one hash; and told to whoever listens. */
export class Trace {
  readonly #nowMs: () => number;
  readonly #tell: ((line: string) => void) | undefined;
  #high = 0x811c9dc5;
  #low = 0x01000193;

  constructor(nowMs: () => number, tell: ((line: string) => void) | undefined) {
    this.#nowMs = nowMs;
    this.#tell = tell;
  }

  add(what: string): void {
    const line = `${(this.#nowMs() / 1_000).toFixed(3)} ${what}`;
    for (let index = 0; index < line.length; index++) {
      const code = line.charCodeAt(index);
      this.#high = Math.imul(this.#high ^ code, 0x01000193);
      this.#low = Math.imul(this.#low ^ code, 0x5bd1e995) + 1;
    }
    this.#tell?.(line);
  }

  /** 16 characters of hex. */
  get hash(): string {
    return [this.#high, this.#low].map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
