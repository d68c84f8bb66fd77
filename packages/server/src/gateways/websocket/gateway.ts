import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { type WebSocket, WebSocketServer } from "ws";
import type { SessionDoor } from "../contract.ts";
import { isLoopbackRequest, isOriginAllowed } from "../peer.ts";
import type { GatewayTime } from "../time.ts";
import { WebSocketConnection } from "./connection.ts";

const webSocketPath = "/ws";

export interface WebSocketGatewayOptions {
  readonly door: SessionDoor;
  readonly time: GatewayTime;
  /** Origins besides the host's own whose pages may connect, e.g. `https://example.org`; `*` for all. */
  readonly allowedOrigins?: readonly string[];
  /** At most `limits.sessionsMax`. */
  readonly sessionsMax?: number;
  /** Told of what should not have happened; the connection it happened to is closed. */
  onFault(error: unknown): void;
}

export interface WebSocketGateway {
  /** Serves upgrades of `server` on `/ws`. */
  attach(server: Server): void;
  /** Connections open now. */
  readonly connections: number;
  /** Says goodbye to all and resolves when every socket is gone, at the latest after `limits.closeMsMax`. */
  close(): Promise<void>;
}

/** Sockets that never read on cost at most this much before they are cut without a word. */
const payloadBytesMax = 4 * limits.frameBytesMax;

// Up to four times the allowed size is read so that most mistakes can be told by name. `closeTimeout` is younger than the types.
const serverOptions = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: payloadBytesMax,
  maxFragments: 64,
  closeTimeout: limits.closeMsMax,
};

const statusText = { 403: "Forbidden", 404: "Not Found", 503: "Service Unavailable" } as const;

function refuseUpgrade(socket: Duplex, status: keyof typeof statusText, error: ElsewhereError): void {
  const body = JSON.stringify(error);
  socket.once("finish", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${statusText[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

class Gateway implements WebSocketGateway {
  readonly #options: WebSocketGatewayOptions;
  readonly #sessionsMax: number;
  readonly #sockets = new WebSocketServer(serverOptions);
  readonly #connections = new Map<WebSocket, WebSocketConnection>();
  readonly #detach: (() => void)[] = [];
  #stopBeating: () => void;
  #closing = false;
  #onEmpty: (() => void) | null = null;

  constructor(options: WebSocketGatewayOptions) {
    this.#options = options;
    this.#sessionsMax = Math.min(options.sessionsMax ?? limits.sessionsMax, limits.sessionsMax);
    this.#stopBeating = options.time.after(limits.pingMs, () => this.#beat());
  }

  get connections(): number {
    return this.#connections.size;
  }

  attach(server: Server): void {
    const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => this.#upgrade(request, socket, head);
    server.on("upgrade", upgrade);
    this.#detach.push(() => server.off("upgrade", upgrade));
  }

  close(): Promise<void> {
    this.#closing = true;
    this.#stopBeating();
    for (const connection of this.#connections.values()) connection.goAway();
    return new Promise((resolve) => {
      this.#onEmpty = () => {
        for (const detach of this.#detach) detach();
        resolve();
      };
      if (this.#connections.size === 0) this.#onEmpty();
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A peer may reset the socket at any moment; until the WebSocket owns it, nobody else would listen.
    const ignore = (): void => {};
    socket.on("error", ignore);
    if (this.#closing) return refuseUpgrade(socket, 503, new ElsewhereError("away", "the host is stopping: come back later"));
    if (request.url?.split("?", 1)[0] !== webSocketPath) {
      return refuseUpgrade(socket, 404, new ElsewhereError("unknown", `connections are taken at ${webSocketPath} only`, { field: "path" }));
    }
    const { origin, host } = request.headers;
    if (!isOriginAllowed(origin, host, this.#options.allowedOrigins ?? [])) {
      const error = new ElsewhereError("forbidden", "pages of another origin may not connect: the host must allow it", { field: "origin" });
      return refuseUpgrade(socket, 403, error);
    }
    const loopback = isLoopbackRequest(request.socket.remoteAddress, request.headers);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off("error", ignore);
      this.#admit(webSocket, loopback);
    });
  }

  #admit(socket: WebSocket, loopback: boolean): void {
    const { door, time, onFault } = this.#options;
    const connection = new WebSocketConnection(socket, loopback, time, onFault);
    const full = this.#connections.size >= this.#sessionsMax;
    this.#connections.set(socket, connection);
    socket.on("close", () => {
      this.#connections.delete(socket);
      if (this.#connections.size === 0) this.#onEmpty?.();
    });
    if (full) return connection.turnAway(this.#sessionsMax);
    try {
      connection.serve(door.connect(connection));
    } catch (error) {
      connection.fail(error);
    }
  }

  #beat(): void {
    for (const connection of this.#connections.values()) connection.beat();
    this.#stopBeating = this.#options.time.after(limits.pingMs, () => this.#beat());
  }
}

/** Takes WebSocket connections and hands each to the session door. */
export function createWebSocketGateway(options: WebSocketGatewayOptions): WebSocketGateway {
  return new Gateway(options);
}
