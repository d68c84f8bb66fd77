/**
 * What hosts say to each other about a crossing. Every message names the life, its epoch and the attempt; it can be lost, come
 * twice, late or out of order. See docs/spec/crossings.md for who writes what before which of them is sent.
 */
import { ElsewhereError, type ErrorCode, type ErrorJson, issueToError, limits, requireShallow } from "@elsewhere/protocol";
import { z } from "zod";

/** An attempt's name, 16 bytes; a key or fingerprint, 32 bytes; all base64url. */
export const attemptPattern = /^[\w-]{22}$/;
const attempt = z.string().regex(attemptPattern);
const bytes32 = z.string().regex(/^[\w-]{43}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** `FINGERPRINT/ID`, as ids of programs are at any host: it is shown, and becomes a program's id. */
const life = z
  .string()
  .max(limits.lifeCharsMax)
  .regex(/^[\w-]{43}\/[\w.@-]+$/);
/** What is shown to people: one line of it. */
export const nameSchema = z
  .string()
  .min(1)
  .max(limits.nameCharsMax)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, "a name is one line");
const epoch = z.int().min(0);
const about = { life, epoch, attempt };
const letter = z.strictObject({ seq: z.int().min(1), json: z.string().max(limits.perceptBytesMax) });
const errorSchema = z
  .strictObject({
    code: z.string().max(20),
    message: z.string().max(500),
    field: z.string().max(200).optional(),
    limit: z.number().optional(),
  })
  .transform((error): ErrorJson => ElsewhereError.from(error as ErrorJson).toJSON());
export const quotaSchema = z.strictObject({
  turnsPerSecond: z.number().positive(),
  msPerSecond: z.number().positive(),
  heapBytes: z.number().min(0),
  mailboxItems: z.number().min(0),
  intentsPerTurn: z.number().min(0),
  speechPerMinute: z.number().min(0),
  logBytesPerMinute: z.number().min(0),
  programs: z.number().min(0),
});

const offer = z.strictObject({
  kind: z.literal("offer"),
  ...about,
  /** Who is to have it: no other host takes it. */
  to: bytes32,
  name: nameSchema,
  /** Where it would like to stand. */
  place: z.string().max(limits.coordinatesCharsMax).nullable(),
  /** sha256 of the parcel and of the payload, which is the parcel encrypted. */
  plain: sha256,
  payload: sha256,
  payloadBytes: z.int().min(1).max(limits.crossingPayloadBytesMax),
  engine: sha256,
  base: sha256,
  code: sha256,
  heapBytes: z.int().min(0),
  quota: quotaSchema,
  /** How long it waits to be taken from when it was first offered, ms of its own clock. */
  forMs: z.int().min(1).max(limits.crossingMsMax),
  carrier: z.string().max(limits.urlCharsMax).nullable(),
});

const messageSchema = z.discriminatedUnion("kind", [
  offer,
  /** STAGED; the answer to `ask` as well. `key` is what the payload's key is to be sealed to. */
  z.strictObject({ kind: z.literal("accept"), ...about, key: bytes32 }),
  /** It never lives here by this attempt. Final. */
  z.strictObject({ kind: z.literal("gone"), ...about, error: errorSchema }),
  /** The source does not go on with it. */
  z.strictObject({ kind: z.literal("abort"), ...about }),
  /** The payload's key. Sent from RELEASED alone, once the witness has its row. */
  z.strictObject({ kind: z.literal("commit"), ...about, key: z.string().max(limits.sealedKeyCharsMax) }),
  /** What has become of it? Sent from RELEASED by a source that has lost the key. */
  z.strictObject({ kind: z.literal("ask"), ...about }),
  z.strictObject({ kind: z.literal("alive"), ...about }),
  /** All mail that came before its body was gone, be it none: after it there is no more. */
  z.strictObject({ kind: z.literal("forward"), ...about, letters: z.array(letter).max(limits.lettersForwardedMax) }),
  z.strictObject({ kind: z.literal("forwarded"), ...about, through: z.int().min(0) }),
  /** To a host that says it is alive: it was taken back by the source's operator, and has no life there. */
  z.strictObject({ kind: z.literal("revoke"), ...about }),
  /** To the witness: this epoch has ended with this attempt, and, from `back`, the one after it with being given back. */
  z.strictObject({ kind: z.literal("row"), ...about, to: bytes32 }),
  z.strictObject({ kind: z.literal("receipt"), ...about }),
  z.strictObject({ kind: z.literal("back"), ...about }),
  z.strictObject({ kind: z.literal("returned"), ...about }),
  /** From a restored host to the witness: nothing of the host it was copied from counts any longer; what rows are there? */
  z.strictObject({ kind: z.literal("fence"), of: bytes32 }),
  z.strictObject({
    kind: z.literal("fenced"),
    of: bytes32,
    rows: z.array(z.strictObject({ ...about, by: bytes32, to: bytes32, given: z.boolean() })).max(limits.witnessRowsMax),
  }),
]);

export type Message = z.infer<typeof messageSchema>;
export type Offer = z.infer<typeof offer>;
export type MessageOf<K extends Message["kind"]> = Extract<Message, { readonly kind: K }>;
/** What a message is about. */
export interface About {
  readonly life: string;
  readonly epoch: number;
  readonly attempt: string;
}

/** Checks a message of unknown origin. Throws `malformed` or `limit`. */
export function checkMessage(value: unknown): Message {
  requireShallow(value, "message");
  const result = messageSchema.safeParse(value);
  if (result.success) return result.data;
  throw issueToError(result.error.issues[0]!, "message");
}

export const aboutOf = ({ life, epoch, attempt }: About): About => ({ life, epoch, attempt });

/** What the payload is authenticated with: the offer, but for what the encryption itself makes. */
export function boundOf(offer: Omit<Offer, "payload" | "payloadBytes">): string {
  const bound = { ...offer, payload: undefined, payloadBytes: undefined };
  return JSON.stringify(Object.entries(bound).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export const refusal = (code: ErrorCode, message: string): ErrorJson => new ElsewhereError(code, message, { field: "crossing" }).toJSON();

/** What failed, as the other host and the program are told. */
export const faultOf = (error: unknown): ErrorJson =>
  error instanceof ElsewhereError ? error.toJSON() : refusal("fault", "the host could not do it: its log says why");
