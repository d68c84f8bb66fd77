/** Where hosts are: their addresses, and the line of text that two of them are paired by. */
import { ElsewhereError, limits, parseCoordinates } from "@elsewhere/protocol";
import { isLoopbackName } from "../gateways/peer.ts";

const portUsual = 7070;

export interface Whereabouts {
  /** `elsewhere://HOST:PORT`, in one spelling whatever was written. */
  readonly address: string;
  /** Coordinates there; null where none were given. */
  readonly place: string | null;
}

export interface PairingLine {
  readonly address: string;
  /** Fingerprint of its key. */
  readonly host: string;
}

/** A fingerprint: sha256 of a public key, base64url. */
export const fingerprintPattern = /^[\w-]{43}$/;

/** Reads `elsewhere://HOST[:PORT][/COORDINATES]`. Throws `malformed` or `limit` at `field`. */
export function parseAddress(text: string, field: string): Whereabouts {
  requireShort(text, field);
  const [, name = "", port = "", path = ""] =
    /^elsewhere:\/\/(\[[\da-f:.]+\]|[^\s/?#@:[\]]+)(?::(\d{1,5}))?(\/[^\s?#]*)?$/i.exec(text) ?? [];
  // What writes names and numbers of hosts in one way knows the schemes of the web alone.
  const url = name === "" ? null : URL.parse(`http://${name}`);
  const number = port === "" ? portUsual : Number(port);
  if (url === null || !/^(?:[\w.-]+|\[[\da-f:.]+\])$/.test(url.hostname) || number < 1 || number > 65_535) throw noAddress(text, field);
  return { address: `elsewhere://${url.hostname}:${number}`, place: path.length > 1 ? placeIn(path.slice(1), field) : null };
}

/** Reads `elsewhere://HOST[:PORT]`, without a place. Throws `malformed` or `limit` at `field`. */
export function parseHostAddress(text: string, field: string): string {
  const { address, place } = parseAddress(text, field);
  if (place === null) return address;
  throw new ElsewhereError("malformed", `this means a host and not a place in it: leave out /${place.replace(/~.*/s, "~…")}`, { field });
}

/** Reads `elsewhere://HOST[:PORT]#FINGERPRINT`. Throws `malformed` or `limit` at `field`. */
export function parsePairingLine(text: string, field: string): PairingLine {
  const line = text.trim();
  requireShort(line, field);
  const [written = "", host, more] = line.split("#");
  if (host === undefined || more !== undefined || !fingerprintPattern.test(host)) {
    const what = `${quoted(line)} is no pairing line: write elsewhere://HOST:PORT#FINGERPRINT, as the other host's elsewhere pair says it`;
    throw new ElsewhereError("malformed", what, { field });
  }
  const address = parseHostAddress(written, field);
  return { address, host };
}

export const pairingLineOf = ({ address, host }: PairingLine): string => `${address}#${host}`;

/** What a host is called unless somebody says: its name without port. */
export const hostNameOf = (address: string): string => new URL(address.replace("elsewhere:", "http:")).hostname;

/** Where a host of this address, as `parseAddress` gives it, is asked: in the clear on this very machine alone. */
export function webAddressOf(address: string): string {
  return new URL(address.replace("elsewhere:", isThisMachine(address) ? "http:" : "https:")).origin;
}

/** Whether an address means another host on whatever machine one is. */
export const isThisMachine = (address: string): boolean => isLoopbackName(hostNameOf(address));

/** The address of a host that a browser on its machine reaches at `url`. */
export function addressAt(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `elsewhere://${hostname}:${port === "" ? (protocol === "https:" ? 443 : 80) : port}`;
}

function placeIn(path: string, field: string): string {
  let place: string;
  try {
    place = decodeURIComponent(path);
  } catch (cause) {
    throw new ElsewhereError("malformed", `${quoted(path)} is no place: a % in it is written %25`, { field }, { cause });
  }
  parseCoordinates(place);
  return place;
}

function requireShort(text: string, field: string): void {
  const limit = limits.urlCharsMax;
  if (text.length > limit) throw new ElsewhereError("limit", `an address has at most ${limit} characters`, { field, limit });
}

const noAddress = (text: string, field: string): ElsewhereError =>
  new ElsewhereError("malformed", `${quoted(text)} is no address of a host: write elsewhere://HOST:PORT`, {
    field,
  });

/** What follows a ~ may be a secret. */
const quoted = (text: string): string => JSON.stringify(text.replace(/~.*/s, "~…"));
