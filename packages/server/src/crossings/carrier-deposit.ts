/** What a host signs when it gives a payload to a carrier: known before the payload is, so that no stranger's is read. */
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { z } from "zod";
import { fingerprintOf } from "../tokens/host-key.ts";
import { requireSigned, type Signer, signText } from "./envelope.ts";
import { attemptPattern } from "./messages.ts";

export interface Deposit {
  readonly attempt: string;
  /** sha256 of the payload, hex. */
  readonly hash: string;
  /** How long it is to be kept, ms of the carrier's own clock. */
  readonly forMs: number;
}

const signed = ({ attempt, hash, forMs }: Deposit): Buffer => Buffer.from(`elsewhere deposit 1\n${attempt}\n${hash}\n${forMs}`);

/** The headers that go along with the payload. */
export function signDeposit(hostKey: Signer, deposit: Deposit): Record<string, string> {
  return {
    "content-type": "application/octet-stream",
    "elsewhere-from": hostKey.publicKey,
    "elsewhere-hash": deposit.hash,
    "elsewhere-signature": signText(hostKey, signed(deposit)),
  };
}

const depositSchema = z.object({
  attempt: z.string().regex(attemptPattern),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  forMs: z
    .string()
    .regex(/^[1-9]\d{0,9}$/)
    .transform(Number)
    .pipe(z.int().max(limits.crossingMsMax)),
  from: z.string().regex(/^[\w-]{43}$/),
  signature: z.string().regex(/^[\w-]{86}$/),
});

/**
 * Reads what comes before a payload; `known` says whose are taken. Gives the host's fingerprint along. Throws `malformed`, or
 * `forbidden` where the host is not known or the signature is not its own.
 */
export function openDeposit(
  said: Readonly<Record<keyof z.input<typeof depositSchema>, string | undefined>>,
  known: (fingerprint: string) => boolean,
): Deposit & { readonly from: string } {
  const read = depositSchema.safeParse(said);
  if (!read.success) {
    const form = "PUT /api/crossings/payloads/ATTEMPT?forMs=N with Elsewhere-From, Elsewhere-Hash and Elsewhere-Signature";
    throw new ElsewhereError("malformed", `this is no deposit: it is ${form}`, { field: "deposit" });
  }
  const { from: publicKey, signature, ...deposit } = read.data;
  const from = fingerprintOf(publicKey);
  if (!known(from)) throw new ElsewhereError("forbidden", "this carrier carries nothing for the host that says so", { field: "from" });
  requireSigned(publicKey, signed(deposit), signature);
  return { ...deposit, from };
}
