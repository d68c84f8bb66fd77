/**
 * What hosts say to each other, signed: three lines, of which the last is a text of messages.
 *
 *     FROM        the sender's public key, base64url
 *     SIGNATURE   Ed25519 (RFC 8032) over what is signed below, base64url
 *     BODY        messages, a JSON array
 *
 * Signed is also whom it is for, so that what was said to one host cannot be said to another. Nothing of a body is read
 * before its signature is verified.
 */
import { sign, verify } from "node:crypto";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { fingerprintOf, type HostKey, readPublicKey } from "../tokens/host-key.ts";
import { checkMessage, type Message } from "./messages.ts";

export type Signer = Pick<HostKey, "privateKey" | "publicKey">;

const form = /^([\w-]{43})\n([\w-]{86})\n/;

const signed = (to: string, body: string): Buffer => Buffer.from(`elsewhere crossing 1\n${to}\n${body}`);

/** `bodies`: messages as JSON, for the host with the fingerprint `to`. */
export function sealMessages(hostKey: Signer, to: string, bodies: readonly string[]): string {
  const body = `[${bodies.join()}]`;
  return `${hostKey.publicKey}\n${signText(hostKey, signed(to, body))}\n${body}`;
}

export interface Opened {
  /** Fingerprint of the host that has signed it. */
  readonly from: string;
  readonly messages: readonly Message[];
  /** What is wrong with the first that is none: a newer host may say what this one does not know. */
  readonly bad: ElsewhereError | null;
}

/**
 * Reads what somebody sent to the host `self`. `known` says whose messages are looked at; others' are refused unverified.
 * Throws `malformed`, `limit`, or `forbidden` where the sender is not known or the signature is not theirs.
 */
export function openMessages(self: string, text: string, known: (fingerprint: string) => boolean): Opened {
  const [head, from, signature] = form.exec(text) ?? [];
  if (head === undefined) throw malformed("this is not what a host says: see PROTOCOL.md");
  const fingerprint = fingerprintOf(from!);
  if (!known(fingerprint)) throw notOurs();
  const body = text.slice(head.length);
  requireSigned(from!, signed(self, body), signature!);
  const messages: Message[] = [];
  let bad: ElsewhereError | null = null;
  for (const value of parse(body)) {
    try {
      messages.push(checkMessage(value));
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      bad ??= error;
    }
  }
  return { from: fingerprint, messages, bad };
}

/** 64 bytes of a signature, base64url. */
export const signText = ({ privateKey }: Signer, bytes: Buffer): string => sign(null, bytes, privateKey).toString("base64url");

/** Throws `malformed` where `from` is no public key, `forbidden` where the signature is not that host's over these bytes. */
export function requireSigned(from: string, bytes: Buffer, signature: string): void {
  const raw = Buffer.from(signature, "base64url");
  // Its last character carries bits that mean nothing: one spelling of them is taken.
  if (raw.toString("base64url") !== signature || !verify(null, bytes, readPublicKey(from), raw)) throw notOurs();
}

/** Whoever is turned away learns nothing of why: not who is known here, nor whose signature was wrong. */
const notOurs = (): ElsewhereError =>
  new ElsewhereError("forbidden", "this host is not paired with the one that says so", { field: "from" });

function parse(body: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw malformed("the messages are not JSON", { cause });
  }
  const limit = limits.crossingMessagesAtOnceMax;
  if (!Array.isArray(value)) throw malformed("the messages are not a JSON array");
  if (value.length > limit) throw new ElsewhereError("limit", `these are more than ${limit} messages`, { field: "messages", limit });
  return value;
}

const malformed = (what: string, options?: ErrorOptions): ElsewhereError =>
  new ElsewhereError("malformed", what, { field: "messages" }, options);
