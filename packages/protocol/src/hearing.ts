import { type Duration, durationMs } from "./duration.ts";
import { ElsewhereError } from "./errors.ts";
import { limits } from "./limits.ts";
import type { Percept, PerceptKind, PerceptOf } from "./percepts.ts";

export interface UntilOptions<K extends PerceptKind> {
  /** Which percept of the kind is meant; without it the next one. */
  readonly where?: (percept: PerceptOf<K>) => boolean;
  /** How long to wait, of the world's time; without it for ever. */
  readonly timeout?: Duration | undefined;
}

/** Calls `wake` once when `ms` of world time have passed; returns how to cancel it. */
export type After = (ms: number, wake: () => void) => () => void;

interface Ear {
  readonly listener: (percept: never) => unknown;
  deaf: boolean;
}

/** Who listens to which kind of percept, and who waits for one. What a listener throws reaches `onFault` and no other. */
export class Hearing {
  readonly #onFault: (error: unknown) => void;
  readonly #after: After;
  /** A list is replaced, never changed: who begins to listen while a percept is told hears the next one. */
  readonly #ears = new Map<PerceptKind, readonly Ear[]>();
  readonly #waiting = new Set<(error: Error) => void>();
  #wants: readonly PerceptKind[] = [];
  #over: ElsewhereError | null = null;

  constructor(onFault: (error: unknown) => void, after: After) {
    this.#onFault = onFault;
    this.#after = after;
  }

  /** Kinds of percept somebody listens to. */
  get wants(): readonly PerceptKind[] {
    return this.#wants;
  }

  hear(percept: Percept): void {
    const ears = this.#ears.get(percept.kind);
    if (ears === undefined) return;
    for (const ear of ears) if (!ear.deaf) this.#call(ear, percept);
  }

  on<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void {
    const ear: Ear = { listener, deaf: false };
    this.#set(kind, [...(this.#ears.get(kind) ?? []), ear]);
    return () => {
      ear.deaf = true;
      this.#set(
        kind,
        (this.#ears.get(kind) ?? []).filter((other) => other !== ear),
      );
    };
  }

  once<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void {
    const stop = this.on(kind, (percept) => {
      stop();
      return listener(percept);
    });
    return stop;
  }

  until<K extends PerceptKind>(kind: K, { where, timeout }: UntilOptions<K>): Promise<PerceptOf<K> | null> {
    return new Promise((resolve, reject) => {
      if (this.#over !== null) throw this.#over;
      const limit = limits.untilsMax;
      if (this.#waiting.size >= limit) throw new ElsewhereError("limit", `until: more than ${limit} at once`, { field: "until", limit });
      const endings: (() => unknown)[] = [];
      const end = (settle: () => void): void => {
        for (const ending of endings) ending();
        settle();
      };
      const fail = (error: Error): void => end(() => reject(error));
      if (timeout !== undefined) endings.push(this.#after(durationMs(timeout, "timeout"), () => end(() => resolve(null))));
      const stop = this.on(kind, (percept) => {
        try {
          if (where?.(percept) ?? true) end(() => resolve(percept));
        } catch (error) {
          fail(error as Error);
        }
      });
      this.#waiting.add(fail);
      endings.push(stop, () => this.#waiting.delete(fail));
    });
  }

  /** Rejects all who wait, now and later: nothing will be heard any more. */
  end(error: ElsewhereError): void {
    this.#over = error;
    for (const fail of this.#waiting) fail(error);
  }

  #set(kind: PerceptKind, ears: readonly Ear[]): void {
    if (ears.length > 0) this.#ears.set(kind, ears);
    else this.#ears.delete(kind);
    if (this.#ears.size !== this.#wants.length) this.#wants = [...this.#ears.keys()];
  }

  #call({ listener }: Ear, percept: Percept): void {
    try {
      const result = listener(percept as never);
      if (result instanceof Promise) result.then(undefined, this.#onFault);
    } catch (error) {
      this.#onFault(error);
    }
  }
}
