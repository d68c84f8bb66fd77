import { ElsewhereError } from "@elsewhere/protocol";

const schemes: Readonly<Record<string, string>> = { "http:": "ws:", "https:": "wss:", "ws:": "ws:", "wss:": "wss:" };

/** The socket of a host, from the address of its page or of the socket itself. Throws `malformed`. */
export function socketUrl(address: string): string {
  const url = URL.parse(address);
  const scheme = url === null ? undefined : schemes[url.protocol];
  if (url === null || scheme === undefined) {
    throw new ElsewhereError("malformed", `"${address}" is no address of a host: write https://HOST or wss://HOST/ws`, { field: "url" });
  }
  const path = url.pathname === "/" ? "/ws" : url.pathname;
  return `${scheme}//${url.host}${path}`;
}
