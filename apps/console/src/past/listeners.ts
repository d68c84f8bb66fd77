/** Listeners by event. */
export class Listeners<Events> {
  readonly #sets = new Map<keyof Events, Set<(event: never) => void>>();

  /** Returns how to stop it. */
  on<K extends keyof Events>(kind: K, listener: (event: Events[K]) => void): () => void {
    const set = this.#sets.get(kind) ?? new Set();
    this.#sets.set(kind, set);
    set.add(listener);
    return () => void set.delete(listener);
  }

  emit<K extends keyof Events>(kind: K, event: Events[K]): void {
    for (const listener of [...(this.#sets.get(kind) ?? [])] as ((event: Events[K]) => void)[]) listener(event);
  }
}
