import { createPrivateKey, createPublicKey, hash, type KeyObject } from "node:crypto";
import { ElsewhereError } from "@elsewhere/protocol";
import type { Storage } from "../storage/contract.ts";

const seedBytes = 32;
const key = "hostKey";

/** A PKCS #8 Ed25519 private key up to its 32 bytes (RFC 8410, section 7). */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");
/** An Ed25519 public key up to its 32 bytes (RFC 8410, section 4). */
const spki = Buffer.from("302a300506032b6570032100", "hex");

/** Who a host is: the key pair it proves itself by. */
export interface HostKey {
  /** Ed25519; never shown and never sent. */
  readonly privateKey: KeyObject;
  /** Its 32 bytes in base64url: by it others verify what this host has signed. */
  readonly publicKey: string;
  /** sha256 of the 32 bytes of the public key, 43 characters of base64url: what people compare. */
  readonly fingerprint: string;
}

/** A new one as a setting, to be stored before it is used. */
export function newHostKeySetting(randomBytes: (count: number) => Uint8Array): { readonly key: string; readonly value: string } {
  return { key, value: Buffer.from(randomBytes(seedBytes)).toString("base64url") };
}

/** The key of a host, null before its first start. Throws `corrupt` if what is stored is none. */
export async function hostKeyIn(storage: Pick<Storage, "setting">): Promise<HostKey | null> {
  const stored = await storage.setting(key);
  return stored === null ? null : readHostKey(stored);
}

/** The host's key, made at its first start and durable before anybody hears of it. Throws `corrupt` if what is stored is none. */
export async function loadHostKey(
  storage: Pick<Storage, "setting" | "commit">,
  randomBytes: (count: number) => Uint8Array,
): Promise<HostKey> {
  const known = await hostKeyIn(storage);
  if (known !== null) return known;
  const setting = newHostKeySetting(randomBytes);
  await storage.commit({ settings: [setting] });
  return readHostKey(setting.value);
}

function readHostKey(stored: string): HostKey {
  const seed = Buffer.from(stored, "base64url");
  if (seed.length !== seedBytes) throw new ElsewhereError("corrupt", "the stored key of the host is damaged", { field: key });
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32).toString("base64url");
  return { privateKey, publicKey, fingerprint: fingerprintOf(publicKey) };
}

/** Of a public key, 32 bytes in base64url. */
export const fingerprintOf = (publicKey: string): string => hash("sha256", Buffer.from(publicKey, "base64url"), "base64url");

/** What verifies the signatures of a host. Throws `malformed` for what is no public key, 32 bytes in base64url. */
export function readPublicKey(publicKey: string): KeyObject {
  const bytes = Buffer.from(publicKey, "base64url");
  if (bytes.length !== 32 || bytes.toString("base64url") !== publicKey) {
    throw new ElsewhereError("malformed", "this is not the public key of a host: 32 bytes in base64url", { field: "from" });
  }
  return createPublicKey({ key: Buffer.concat([spki, bytes]), format: "der", type: "spki" });
}
