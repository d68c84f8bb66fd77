import { ElsewhereError, type HostFrame, limits } from "@elsewhere/protocol";
import type { RawData, WebSocket } from "ws";
import { TokenBucket } from "../bucket.ts";
import type { Connection, ConnectionEvents } from "../contract.ts";
import type { GatewayTime } from "../time.ts";

/** Why a connection ends, as WebSocket close codes (RFC 6455, section 7.4.1). */
const closeCodes = { normal: 1000, goingAway: 1001, binary: 1003, policy: 1008, tooBig: 1009, fault: 1011, tryAgainLater: 1013 } as const;

const binaryError = new ElsewhereError("unsupported", "binary frames are not read here: send JSON as text", { field: "frame" });
const floodError = new ElsewhereError("limit", `more than ${limits.framesPerSecondMax} frames a second: send slower`, {
  field: "frame",
  limit: limits.framesPerSecondMax,
});
const bigError = new ElsewhereError("limit", `frame is larger than ${limits.frameBytesMax} bytes`, {
  field: "frame",
  limit: limits.frameBytesMax,
});

/** A failed write ends in `close`; a callback keeps the library from raising it a second time. */
const failed = (): void => {};

/**
 * One WebSocket as a session sees it. It owns the socket from the upgrade to its end and keeps three promises:
 * `send` never throws, nothing is received after an end has begun, and `closed` is called exactly once.
 */
export class WebSocketConnection implements Connection {
  readonly loopback: boolean;
  readonly #socket: WebSocket;
  readonly #bucket: TokenBucket;
  readonly #onFault: (error: unknown) => void;
  #events: ConnectionEvents | null = null;
  #ending = false;
  #heardSincePing = true;

  constructor(socket: WebSocket, loopback: boolean, time: GatewayTime, onFault: (error: unknown) => void) {
    this.#socket = socket;
    this.loopback = loopback;
    this.#bucket = new TokenBucket(limits.framesPerSecondMax, () => time.monotonicMs());
    this.#onFault = onFault;
    socket.on("message", (data, isBinary) => this.#message(data, isBinary));
    socket.on("ping", () => this.#count());
    socket.on("pong", () => this.#count());
    // The library closes the socket itself after an error (bad UTF-8, a broken frame, a reset); `close` follows.
    socket.on("error", () => {
      this.#ending = true;
    });
    socket.on("close", () => this.#closed());
  }

  /** Hands what arrives from now on to `events`. */
  serve(events: ConnectionEvents): void {
    this.#events = events;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(frame: HostFrame): void {
    if (this.#isOpen()) this.#socket.send(JSON.stringify(frame), failed);
  }

  sendBytes(bytes: Uint8Array): void {
    if (!this.#isOpen()) return;
    // Small buffers share memory with their neighbours: what has to wait for a slow reader must not keep theirs from being freed.
    this.#socket.send(this.bufferedBytes > 0 ? new Uint8Array(bytes) : bytes, failed);
  }

  close(): void {
    this.#end(closeCodes.normal);
  }

  /** The world has no room for another session: not for ever, so a client may try again. */
  turnAway(sessionsMax: number): void {
    const message = `the world is full: it takes ${sessionsMax} sessions, come back later`;
    const error = new ElsewhereError("limit", message, { field: "sessions", limit: sessionsMax });
    this.send({ type: "bye", reason: "closing", error: error.toJSON() });
    this.#end(closeCodes.tryAgainLater);
  }

  /** The host stops. */
  goAway(): void {
    this.send({ type: "bye", reason: "closing", error: null });
    this.#end(closeCodes.goingAway);
  }

  /** What lies behind this connection broke: this connection ends and no other. */
  fail(error: unknown): void {
    this.#onFault(error);
    this.#end(closeCodes.fault);
  }

  /** Called every `limits.pingMs`: ends the connection if the peer gave no sign of life since the last time. */
  beat(): void {
    if (!this.#heardSincePing) {
      this.#ending = true;
      this.#socket.terminate();
      return;
    }
    this.#heardSincePing = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #isOpen(): boolean {
    return !this.#ending && this.#socket.readyState === this.#socket.OPEN;
  }

  #message(data: RawData, isBinary: boolean): void {
    if (this.#ending || !this.#count()) return;
    if (isBinary) return this.#refuse(binaryError, closeCodes.binary);
    // Text arrives in one Buffer, for the library's binaryType is left at its default.
    const bytes = data as Buffer;
    if (bytes.length > limits.frameBytesMax) return this.#refuse(bigError, closeCodes.tooBig);
    try {
      this.#events?.received(bytes.toString("utf8"));
    } catch (error) {
      this.fail(error);
    }
  }

  /** Counts one frame of any kind, control frames too: they cost as much to read. */
  #count(): boolean {
    this.#heardSincePing = true;
    if (this.#bucket.take()) return true;
    this.#refuse(floodError, closeCodes.policy);
    return false;
  }

  #refuse(error: ElsewhereError, code: number): void {
    this.send({ type: "bye", reason: "refused", error: error.toJSON() });
    this.#end(code);
  }

  #end(code: number): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#socket.close(code);
  }

  #closed(): void {
    this.#ending = true;
    const events = this.#events;
    this.#events = null;
    try {
      events?.closed();
    } catch (error) {
      this.#onFault(error);
    }
  }
}
