/** What one host is still to be told. A few requests to it are under way at once; what waits meanwhile goes together. */
import { limits } from "@elsewhere/protocol";
import { TokenBucket } from "../gateways/bucket.ts";
import type { RealTime } from "../ticks/clock.ts";

export interface OutboxOptions {
  readonly time: Pick<RealTime, "monotonicMs" | "after" | "soon">;
  /** Delivers messages, each JSON, in one request. Never rejects: what is lost is said again by whoever said it. */
  post(bodies: readonly string[]): Promise<void>;
}

export class Outbox {
  readonly #options: OutboxOptions;
  /** By what they are about: of what is said again while it still waits, the newest counts. */
  readonly #waiting = new Map<string, string>();
  readonly #bucket: TokenBucket;
  #posting = 0;
  #asleep = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#bucket = new TokenBucket(limits.crossingRequestsPerSecondMax, () => options.time.monotonicMs());
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#posting === 0;
  }

  add(about: string, body: string): void {
    this.#waiting.set(about, body);
    if (this.#waiting.size > limits.crossingMessagesWaitingMax) this.#waiting.delete(this.#waiting.keys().next().value!);
    // What else is said at this moment is to go along.
    this.#sleep((wake) => this.#options.time.soon(wake));
  }

  #sleep(until: (wake: () => void) => void): void {
    if (this.#asleep) return;
    this.#asleep = true;
    until(() => {
      this.#asleep = false;
      this.#post();
    });
  }

  #post(): void {
    while (this.#waiting.size > 0 && this.#posting < limits.crossingRequestsMax) {
      if (!this.#bucket.take()) {
        this.#sleep((wake) => void this.#options.time.after(1_000 / limits.crossingRequestsPerSecondMax, wake));
        return;
      }
      this.#posting += 1;
      void this.#options.post(this.#takeSome()).then(() => {
        this.#posting -= 1;
        this.#post();
      });
    }
  }

  /** The oldest, at least one, and as many as are usual. */
  #takeSome(): readonly string[] {
    const some: string[] = [];
    let chars = 0;
    for (const [about, body] of this.#waiting) {
      chars += body.length;
      if (some.length > 0 && (chars > limits.crossingBodyBytesUsual || some.length >= limits.crossingMessagesAtOnceMax)) break;
      this.#waiting.delete(about);
      some.push(body);
    }
    return some;
  }
}
