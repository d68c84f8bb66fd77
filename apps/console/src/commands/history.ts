const linesKeptMax = 50;

/** What was written before, to be had again with the arrow keys. */
export class History {
  #lines: readonly string[] = [];
  /** Lines back from the newest; 0 is the line being written. */
  #back = 0;
  #unsent = "";

  add(line: string): void {
    const written = line.trim();
    this.#back = 0;
    if (written === "" || written === this.#lines.at(-1)) return;
    this.#lines = [...this.#lines, written].slice(-linesKeptMax);
  }

  /** The line before; the one being written is kept for the way forth. */
  back(current: string): string {
    if (this.#back === 0) this.#unsent = current;
    if (this.#back < this.#lines.length) this.#back += 1;
    return this.#here();
  }

  forth(): string {
    if (this.#back > 0) this.#back -= 1;
    return this.#here();
  }

  #here(): string {
    return this.#back === 0 ? this.#unsent : (this.#lines.at(-this.#back) ?? "");
  }
}
