import { limits } from "@elsewhere/protocol";
import type { Surroundings } from "./surroundings.ts";

export interface LineEvents {
  opened(): void;
  /** A text message, or a binary one. */
  received(data: string | Uint8Array): void;
  /** The line is gone or never came about. Called at most once, and nothing after it. */
  lost(): void;
}

/** Under the host's own measure, which also counts pongs. */
const framesPerSecond = Math.floor(limits.framesPerSecondMax * 0.8);

/** One WebSocket from dialling to its end. It sends no faster than the host reads, and is silent once closed. */
export class Line {
  readonly #socket: WebSocket;
  readonly #after: Surroundings["after"];
  readonly #events: LineEvents;
  readonly #queue: string[] = [];
  #allowance = framesPerSecond;
  #cancelRefill: (() => void) | null = null;
  #cancelDeadline: () => void;
  #over = false;

  constructor(url: string, { WebSocket, after }: Surroundings, events: LineEvents) {
    this.#after = after;
    this.#events = events;
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#cancelDeadline = after(limits.connectMsMax, () => this.#lose());
    this.#socket.addEventListener("open", () => {
      this.#cancelDeadline();
      if (!this.#over) events.opened();
    });
    this.#socket.addEventListener("message", ({ data }) => {
      if (this.#over) return;
      if (typeof data === "string") events.received(data);
      else if (data instanceof ArrayBuffer) events.received(new Uint8Array(data));
    });
    this.#socket.addEventListener("close", () => this.#lose());
    // `close` follows every error; without a listener some runtimes would raise it.
    this.#socket.addEventListener("error", () => {});
  }

  send(text: string): void {
    if (this.#over) return;
    this.#queue.push(text);
    this.#flush();
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#queue.length = 0;
    this.#cancelDeadline();
    this.#cancelRefill?.();
    this.#socket.close();
  }

  #lose(): void {
    if (this.#over) return;
    this.close();
    this.#events.lost();
  }

  #flush(): void {
    while (this.#allowance > 0 && this.#queue.length > 0) {
      this.#allowance -= 1;
      this.#socket.send(this.#queue.shift()!);
    }
    if (this.#allowance === framesPerSecond || this.#cancelRefill !== null) return;
    this.#cancelRefill = this.#after(1000, () => {
      this.#cancelRefill = null;
      this.#allowance = framesPerSecond;
      this.#flush();
    });
  }
}
