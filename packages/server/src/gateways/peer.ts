import type { IncomingHttpHeaders } from "node:http";

const isForwarding = (name: string): boolean =>
  name.startsWith("x-forwarded-") || name === "forwarded" || name === "x-real-ip" || name === "via";

/** Whether an address, as `net` writes it, belongs to this very machine. */
function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
  return plain === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(plain);
}

/** Whether a host's name, as `URL` gives it, means this very machine. */
export function isLoopbackName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || isLoopbackAddress(name);
}

/**
 * Whether a request comes from this very machine and was meant for it.
 * Behind a proxy every peer has the proxy's address, so any trace of forwarding speaks against it; and a page whose
 * name was made to point here (DNS rebinding) gives itself away by the `Host` it asks for.
 */
export function isLoopbackRequest(remoteAddress: string | undefined, headers: IncomingHttpHeaders): boolean {
  if (!isLoopbackAddress(remoteAddress)) return false;
  if (Object.keys(headers).some(isForwarding)) return false;
  const host = URL.parse(`http://${headers.host ?? ""}/`);
  return host !== null && isLoopbackName(host.hostname);
}

/**
 * Whether a page of this origin may open a connection here: pages of this host and those listed, `*` for all.
 * Browsers always send `Origin`; programs that send none are not pages and are let through.
 */
export function isOriginAllowed(origin: string | undefined, host: string | undefined, allowed: readonly string[]): boolean {
  if (origin === undefined) return true;
  if (allowed.includes("*") || allowed.includes(origin)) return true;
  const page = URL.parse(origin);
  return page !== null && host !== undefined && page.host !== "" && page.host === host.toLowerCase();
}
