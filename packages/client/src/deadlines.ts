interface Deadline {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * What is to happen when world time has come to a point. It goes by the time the host tells, so that it stands still while
 * the world does and needs no timer that could outlive the connection.
 */
export class Deadlines {
  readonly #deadlines = new Set<Deadline>();

  /** Returns how to cancel it. */
  add(at: number, wake: () => void): () => void {
    const deadline = { at, wake };
    this.#deadlines.add(deadline);
    return () => void this.#deadlines.delete(deadline);
  }

  reach(now: number): void {
    for (const deadline of this.#deadlines) {
      if (deadline.at > now || !this.#deadlines.delete(deadline)) continue;
      deadline.wake();
    }
  }
}
