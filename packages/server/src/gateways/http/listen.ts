import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Hono } from "hono";

export interface ListenOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Address to listen on, e.g. `127.0.0.1`. */
  readonly host: string;
  /** How long a request may take to come, ms; as long as any unless it is said. */
  readonly requestMsMax?: number;
  /** Told when a connection could not be taken (no file handles left, say); the server goes on. */
  onFault(error: unknown): void;
}

export interface Listening {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  /** Stops taking requests and resolves when the last connection is gone. Close WebSocket gateways first. */
  close(): Promise<void>;
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const options = { cause: error };
  switch (error.code) {
    case "EADDRINUSE":
      return new ElsewhereError("taken", `port ${port} is in use: choose another with --port`, { field: "port" }, options);
    case "EACCES":
      return new ElsewhereError("forbidden", `port ${port} may not be used: choose one above 1023 with --port`, { field: "port" }, options);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new ElsewhereError("unknown", `${host} is not an address of this machine`, { field: "host" }, options);
    default:
      return error;
  }
}

/** The address to show: one a browser on this machine can open. */
function urlOf(host: string, port: number): string {
  if (["127.0.0.1", "0.0.0.0", "::", "::1"].includes(host)) return `http://localhost:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Serves `app` on a port. Rejects with `taken`, `forbidden` or `unknown` if the port or address cannot be had. */
export function listen(app: Hono, options: ListenOptions): Promise<Listening> {
  const { port, host } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    const detail = { field: "port", limit: 65_535 };
    return Promise.reject(new ElsewhereError("malformed", `port ${port} is not a whole number from 0 to 65535`, detail));
  }
  const answer = getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false });
  const server = createServer(
    {
      requestTimeout: options.requestMsMax ?? limits.httpRequestMsMax,
      headersTimeout: limits.httpRequestMsMax,
      // Any other protocol offered in an upgrade is left aside and the request answered as it stands.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === "websocket",
    },
    (request, response) => void answer(request, response),
  );
  const close = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(listenError(error, port, host));
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      server.on("error", options.onFault);
      const bound = (server.address() as AddressInfo).port;
      resolve({ server, port: bound, url: urlOf(host, bound), close });
    });
  });
}
