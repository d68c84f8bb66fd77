/** From a program to a payload and back: packed and encrypted at its source, opened and held against its offer where it comes. */
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { CrossingsOptions, Parcel } from "./contract.ts";
import { type Departure, readPayload, type Staged } from "./journal.ts";
import { aboutOf, boundOf, type Offer } from "./messages.ts";

/** Rejects with `limit`, or why it cannot be packed. */
export async function pack(row: Extract<Departure, { readonly state: "consented" }>, options: CrossingsOptions) {
  const { travellers, packing, cipher, carrier } = options;
  const { parcel, stands } = await travellers.pack(row.program, row.n);
  const plain = packing.pack(parcel);
  const { to, name, place, forMs } = row;
  const offered = { kind: "offer", ...aboutOf(row), to, name, place, forMs, carrier, engine: stands.engine, base: stands.base } as const;
  const of = { plain: cipher.hash(plain), code: parcel.code.hash, heapBytes: parcel.heapBytes, quota: parcel.quota };
  const { key, bytes } = await cipher.encrypt(plain, boundOf({ ...offered, ...of }));
  const limit = limits.crossingPayloadBytesMax;
  if (bytes.length > limit) throw new ElsewhereError("limit", `packed it is larger than ${limit} bytes`, { field: "crossing", limit });
  const offer: Offer = { ...offered, ...of, payload: cipher.hash(bytes), payloadBytes: bytes.length };
  return { offer, bytes, key, mailThrough: parcel.mailThrough };
}

/** Rejects with `corrupt`, `malformed` or `limit` what is not what was offered. */
export async function unpack({ attempt, offer, privateKey }: Staged, sealed: string, options: CrossingsOptions): Promise<Parcel> {
  const { cipher, journal, packing } = options;
  const [payload, key] = await Promise.all([readPayload(journal, attempt), cipher.openKey(sealed, privateKey, attempt)]);
  if (payload === null) throw notIt("corrupt", "its payload is gone");
  const plain = await cipher.decrypt(payload, key, boundOf(offer));
  if (cipher.hash(plain) !== offer.plain) throw notIt("corrupt", "it is not what was offered");
  const parcel = await packing.unpack(plain);
  const { name, code, heapBytes, quota } = parcel;
  const isIt =
    name === offer.name &&
    code.hash === offer.code &&
    heapBytes === offer.heapBytes &&
    JSON.stringify(quota) === JSON.stringify(offer.quota);
  if (!isIt) throw notIt("malformed", "it is not what was offered");
  return parcel;
}

const notIt = (code: "corrupt" | "malformed", what: string): ElsewhereError => new ElsewhereError(code, what, { field: "crossing" });
