/** What a host signs when it gives a payload to a carrier. */
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

/** The headers that go along with the bytes. */
export function depositSigned(hostKey: Signer, deposit: Deposit): Record<string, string> {
  return {
    "content-type": "application/octet-stream",
    "elsewhere-from": hostKey.publicKey,
    "elsewhere-signature": signText(hostKey, signed(deposit)),
  };
}

const headers = z.object({ from: z.string().regex(/^[\w-]{43}$/), signature: z.string().regex(/^[\w-]{86}$/) });
const order = z.object({
  attempt: z.string().regex(attemptPattern),
  forMs: z
    .string()
    .regex(/^[1-9]\d{0,9}$/)
    .transform(Number)
    .pipe(z.int().max(limits.crossingMsMax)),
});

export interface Depositing extends Omit<Deposit, "hash"> {
  /** Fingerprint of the host that says it has signed it. */
  readonly from: string;
  /** Throws `forbidden` unless that host has signed a deposit of what has this hash. */
  requireSigned(hash: string): void;
}

/** Reads what comes before the bytes. Throws `malformed`. */
export function readDeposit(
  asked: { readonly attempt: string; readonly forMs: string | undefined },
  said: { readonly from: string | undefined; readonly signature: string | undefined },
): Depositing {
  const what = order.safeParse(asked);
  const who = headers.safeParse(said);
  if (!what.success || !who.success) {
    const form = "PUT /api/crossings/payloads/ATTEMPT?forMs=N with Elsewhere-From and Elsewhere-Signature";
    throw new ElsewhereError("malformed", `this is no deposit: it is ${form}`, { field: "deposit" });
  }
  const { from, signature } = who.data;
  return {
    ...what.data,
    from: fingerprintOf(from),
    requireSigned: (hash) => requireSigned(from, signed({ ...what.data, hash }), signature),
  };
}
