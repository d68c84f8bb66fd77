/**
 * How a parcel is kept from everybody but the two hosts. It is encrypted with AES-256-GCM under a key of its own; that key is
 * sealed to the destination by HPKE (RFC 9180, base mode) to a key pair that the destination makes for this attempt alone.
 */
import { hash } from "node:crypto";
import type { CipherSuite } from "@hpke/core";
import { ElsewhereError } from "@elsewhere/protocol";
import type { Cipher } from "./contract.ts";

let read: Promise<CipherSuite> | null = null;
/** Read when somebody crosses for the first time: most starts never need it. */
const suiteOf = (): Promise<CipherSuite> =>
  (read ??= import("@hpke/core").then(
    ({ Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 }) =>
      new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() }),
  ));

const keyBytes = 32;
const tagBytes = 16;
/** A key encrypts one payload and nothing else ever, so that the number of what it encrypts can be fixed. */
const nonce = new Uint8Array(12);
/** Tells what is sealed here from whatever else might one day be sealed to the same key. */
const info = new TextEncoder().encode("elsewhere crossing key 1");

const encode = (bytes: ArrayBuffer | Uint8Array): string => Buffer.from(bytes as Uint8Array).toString("base64url");
const decode = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, "base64url"));
const authenticated = (bound: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(bound);

/** How many bytes a plain text of so many becomes. */
export const encryptedBytes = (plainBytes: number): number => plainBytes + tagBytes;

/** All chance comes from `randomBytes`, which must be good enough for keys. */
export function createCipher(randomBytes: (count: number) => Uint8Array): Cipher {
  return {
    async encrypt(plain, bound) {
      const key = new Uint8Array(randomBytes(keyBytes));
      const box = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
      const how = { name: "AES-GCM", iv: nonce, additionalData: authenticated(bound) };
      return { key: encode(key), bytes: new Uint8Array(await crypto.subtle.encrypt(how, box, plain as Uint8Array<ArrayBuffer>)) };
    },
    decrypt: (bytes, key, bound) =>
      orCorrupt("payload", async () => {
        const box = await crypto.subtle.importKey("raw", decode(key), "AES-GCM", false, ["decrypt"]);
        const how = { name: "AES-GCM", iv: nonce, additionalData: authenticated(bound) };
        return new Uint8Array(await crypto.subtle.decrypt(how, box, bytes as Uint8Array<ArrayBuffer>));
      }),
    async newBox() {
      const suite = await suiteOf();
      const { publicKey, privateKey } = await suite.kem.deriveKeyPair(randomBytes(keyBytes));
      return {
        publicKey: encode(await suite.kem.serializePublicKey(publicKey)),
        privateKey: encode(await suite.kem.serializePrivateKey(privateKey)),
      };
    },
    async sealKey(key, publicKey, bound) {
      const suite = await suiteOf();
      const recipientPublicKey = await orCorrupt("key", () => suite.kem.deserializePublicKey(decode(publicKey)));
      const { enc, ct } = await orCorrupt("key", () =>
        suite.seal({ recipientPublicKey, info, ekm: randomBytes(keyBytes) }, decode(key), authenticated(bound)),
      );
      return encode(Buffer.concat([Buffer.from(enc), Buffer.from(ct)]));
    },
    openKey: (sealed, privateKey, bound) =>
      orCorrupt("key", async () => {
        const suite = await suiteOf();
        const bytes = decode(sealed);
        const enc = bytes.slice(0, suite.kem.encSize);
        const recipientKey = await suite.kem.deserializePrivateKey(decode(privateKey));
        return encode(await suite.open({ recipientKey, enc, info }, bytes.slice(suite.kem.encSize), authenticated(bound)));
      }),
    hash: (bytes) => hash("sha256", bytes, "hex"),
    draw: () => encode(randomBytes(16)),
  };
}

/** Whatever fails in here fails because somebody's bytes are wrong; which of them is nobody's to learn. */
async function orCorrupt<T>(what: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    throw new ElsewhereError("corrupt", `the ${what} of this crossing does not open`, { field: what }, { cause });
  }
}
