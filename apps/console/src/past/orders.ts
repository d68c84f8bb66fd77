import { limits, type ReplayOrder } from "@elsewhere/protocol";

/** Calls `wake` once after so many ms; returns how to cancel it. */
export type After = (ms: number, wake: () => void) => () => void;

/** Between two orders lies at least this: who drags a handle asks for more moments than can be shown. */
const gapMs = 100;

/**
 * Sends orders no faster than ten a second, and none while it is held. What has to wait is joined with what comes after; the
 * last is always sent.
 */
export class Orders {
  readonly #send: (order: ReplayOrder) => void;
  readonly #after: After;
  #waiting: ReplayOrder[] = [];
  #cancel: (() => void) | null = null;
  #held = true;

  constructor(send: (order: ReplayOrder) => void, after: After) {
    this.#send = send;
    this.#after = after;
  }

  put(order: ReplayOrder): void {
    const last = this.#waiting.at(-1);
    const joined = last === undefined ? null : joinOrders(last, order);
    if (joined === null) this.#waiting.push(order);
    else this.#waiting[this.#waiting.length - 1] = joined;
    if (this.#cancel === null) this.#next();
  }

  /** Sends nothing until it is released. It begins held. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    if (this.#cancel === null) this.#next();
  }

  /** Forgets what waits: whom it was meant for is gone. */
  clear(): void {
    this.#waiting = [];
    this.#cancel?.();
    this.#cancel = null;
  }

  #next(): void {
    this.#cancel = null;
    const order = this.#held ? undefined : this.#waiting.shift();
    if (order === undefined) return;
    this.#cancel = this.#after(gapMs, () => this.#next());
    this.#send(order);
  }
}

/** Two orders as one that comes to the same, or null where there is none. */
export function joinOrders(first: ReplayOrder, second: ReplayOrder): ReplayOrder | null {
  const { at, step, next } = second;
  if (next !== undefined || first.next !== undefined) return null;
  if (at !== undefined) {
    const { step: _, ...kept } = first;
    return { ...kept, ...second };
  }
  if (step === undefined) return first.step === undefined ? { ...first, ...second } : null;
  // A step ends wherever it leads standing still, so that what speed was asked for before is lost.
  if (first.step === undefined || first.at !== undefined || first.speed !== undefined || second.speed !== undefined) return null;
  const sum = first.step + step;
  return Math.abs(sum) > limits.replayStepTicksMax ? null : { ...first, step: sum };
}
