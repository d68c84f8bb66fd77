/** The keys of hidden places: each follows from the place's coordinates, so that knowing these is all it takes to open it. */
import { hash, scrypt } from "node:crypto";
import { bech32 } from "@scure/base";
import { recipientOf } from "./age.ts";

export interface PlaceKey {
  /** An age identity, `AGE-SECRET-KEY-1…`: whoever has it reads what the place's stream holds. */
  readonly identity: string;
  /** Its public half, `age1…`: whoever has it can write to the stream and read nothing. */
  readonly recipient: string;
}

/** Some 60 ms and 32 MiB for every secret that somebody guesses. */
const work = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const scalarBytes = 32;
const streamDigits = 20;

/** The key of a place of a map: scrypt of the secret (UTF-8), salted with both names. */
export async function placeKey(map: string, place: string, secret: string): Promise<PlaceKey> {
  const scalar = await new Promise<Buffer>((resolve, reject) => {
    scrypt(secret, `elsewhere place 1\n${map}\n${place}`, scalarBytes, work, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
  const identity = bech32.encodeFromBytes("AGE-SECRET-KEY-", Uint8Array.from(scalar)).toUpperCase();
  return { identity, recipient: await recipientOf(identity) };
}

/** The name of a hidden room's stream, `~` and 20 hex digits: in storage it stands where that of a map does. */
export function streamOf(recipient: string): string {
  return `~${hash("sha256", recipient, "hex").slice(0, streamDigits)}`;
}
