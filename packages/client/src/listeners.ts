/** Listeners by event; what one throws reaches `onFault` and no other listener. */
export class Listeners<Events> {
  readonly #sets = new Map<keyof Events, Set<(event: never) => unknown>>();
  readonly #onFault: (error: unknown) => void;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  on<K extends keyof Events>(kind: K, listener: (event: Events[K]) => unknown): () => void {
    const set = this.#sets.get(kind) ?? new Set();
    this.#sets.set(kind, set);
    set.add(listener);
    return () => void set.delete(listener);
  }

  emit<K extends keyof Events>(kind: K, event: Events[K]): void {
    for (const listener of [...(this.#sets.get(kind) ?? [])] as ((event: Events[K]) => unknown)[]) {
      try {
        const result = listener(event);
        if (result instanceof Promise) result.catch(this.#onFault);
      } catch (error) {
        this.#onFault(error);
      }
    }
  }
}
