import { ElsewhereError } from "@elsewhere/protocol";
import type { Hono } from "hono";
import type { HostView } from "../contract.ts";
import { createHttpGateway, type HttpGatewayOptions } from "../http/gateway.ts";
import { FakeTime, fakeView } from "./fakes.ts";

interface Served {
  readonly app: Hono;
  readonly time: FakeTime;
  /** What the host was told of. */
  readonly faults: readonly unknown[];
  get(path: string, token?: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: string, token?: string, headers?: Record<string, string>): Promise<Response>;
}

/** The HTTP gateway before a fake host that knows the tokens `operator`, `ada` and `bo`. */
export function serve(more: Partial<HostView> = {}, options: Partial<HttpGatewayOptions> = {}): Served {
  const time = new FakeTime();
  const faults: unknown[] = [];
  const app = createHttpGateway({
    view: fakeView(more),
    tokens: {
      async verify(token) {
        if (token === "operator") return { role: "operator" };
        if (token === "ada") return { role: "person", who: "person:ada", name: "Ada" };
        if (token === "bo") return { role: "person", who: "person:bo", name: "Bo" };
        throw new ElsewhereError("forbidden", "token has expired: ask for a new one", { field: "token" });
      },
    },
    invite: async (name) => ({ who: `person:${name.toLowerCase()}`, token: name.toLowerCase() }),
    openPlace: () => Promise.reject(new ElsewhereError("unknown", "there is no such place")),
    fingerprint: "fingerprint",
    copy: () => Promise.reject(new ElsewhereError("storage", "there is nothing to copy here")),
    ...options,
    consoleDir: null,
    readFile: async () => null,
    time,
    onFault: (error) => faults.push(error),
  });
  const bearing = (token: string | undefined): Record<string, string> => (token === undefined ? {} : { authorization: `Bearer ${token}` });
  return {
    app,
    time,
    faults,
    get: async (path, token, headers = {}) => app.request(path, { headers: { ...headers, ...bearing(token) } }),
    post: async (path, body, token, more = {}) => {
      const headers = { "content-length": String(Buffer.byteLength(body)), ...bearing(token), ...more };
      return app.request(`http://harbour.example${path}`, { method: "POST", body, headers });
    },
  };
}
