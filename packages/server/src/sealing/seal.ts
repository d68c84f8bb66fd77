/**
 * Data keys, with which single rows and chunks of a tail are sealed: AES-256-GCM, each sealed thing under a number of its own.
 *
 *    0  magic fe 'e' 'l' 's': as the length of a transcript's input it would be longer than any text can be, and no text in
 *       UTF-8, no image and no zstd frame begins so
 *    4  version, 1
 *    5  id of the data key, 8 bytes
 *   13  nonce, 12 bytes: how many things this key had sealed before, the highest byte first
 *   25  ciphertext of the padded plain bytes
 *  end  tag, 16 bytes; it also covers the 25 bytes before, and the name of what was sealed
 *
 * A key seals for one run of a host: what is unwrapped opens and never seals, so no nonce comes twice.
 */
import { createCipheriv, createDecipheriv, hash } from "node:crypto";
import { ElsewhereError } from "@elsewhere/protocol";
import { decryptWith, encryptTo } from "./age.ts";
import { padded, unpadded } from "./padding.ts";
import { type PlaceKey, streamOf } from "./place-key.ts";

/** A data key as it is stored. */
export interface WrappedKey {
  /** Its id, 16 hex digits. */
  readonly key: string;
  readonly stream: string;
  /** An age file to the stream's recipient, base64: the key, 32 bytes. */
  readonly wrapped: string;
}

const magic = [0xfe, 0x65, 0x6c, 0x73];
const version = 1;
const idAt = magic.length + 1;
const idBytes = 8;
const nonceAt = idAt + idBytes;
const nonceBytes = 12;
const headBytes = nonceAt + nonceBytes;
const tagBytes = 16;
const keyBytes = 32;
const floorBytes = 256;
/** Some 9,000 years at a thousand a second, and far from where this cipher grows weak. */
const sealsMost = 2 ** 48;
const nothing = new Uint8Array(0);

export class DataKey {
  readonly id: string;
  readonly stream: string;
  readonly wrapped: WrappedKey;
  readonly #key: Uint8Array;
  /** The magic, the version and the id. */
  readonly #head: Uint8Array;
  #sealsLeft: number;
  #sealed = 0;

  private constructor(key: Uint8Array, wrapped: WrappedKey, sealsMax: number) {
    this.id = wrapped.key;
    this.stream = wrapped.stream;
    this.wrapped = wrapped;
    this.#key = key;
    this.#head = Uint8Array.from([...magic, version, ...Buffer.from(wrapped.key, "hex")]);
    this.#sealsLeft = sealsMax;
  }

  /**
   * A new key to a recipient's stream. `randomBytes` must never give the same again, after a restart either. It seals
   * `sealsMax` times, and then no more.
   */
  static async make(recipient: string, randomBytes: (count: number) => Uint8Array, sealsMax = sealsMost): Promise<DataKey> {
    const key = Uint8Array.from(randomBytes(keyBytes));
    const stream = streamOf(recipient);
    const wrapped = Buffer.from(await encryptTo(recipient, key)).toString("base64");
    return new DataKey(key, { key: idOf(key, stream), stream, wrapped }, sealsMax);
  }

  /** An earlier key, which opens and does not seal. Throws `forbidden` for another stream's identity, and `corrupt`. */
  static async unwrap(wrapped: WrappedKey, identity: string): Promise<DataKey> {
    const what = "the data key of a hidden place";
    const key = await decryptWith(identity, Buffer.from(wrapped.wrapped, "base64"), what);
    if (key.length !== keyBytes || idOf(key, wrapped.stream) !== wrapped.key) {
      throw new ElsewhereError("corrupt", `${what} is not the one it is stored as: restore an earlier copy`, { field: "seals" });
    }
    return new DataKey(key, wrapped, 0);
  }

  /** `of` says what it is: it opens as that and as nothing else. Throws for a key that may not seal. */
  seal(plain: Uint8Array, of: string): Uint8Array {
    if (this.#sealsLeft === 0) throw new Error(`data key ${this.id} seals no more: a nonce would come twice`);
    this.#sealsLeft--;
    const whole = padded(nothing, plain, floorBytes);
    const sealed = new Uint8Array(headBytes + whole.length + tagBytes);
    sealed.set(this.#head);
    new DataView(sealed.buffer).setBigUint64(headBytes - 8, BigInt(this.#sealed++), false);
    const cipher = createCipheriv("aes-256-gcm", this.#key, sealed.subarray(nonceAt, headBytes), { authTagLength: tagBytes });
    cipher.setAAD(aadOf(sealed, of));
    sealed.set(cipher.update(whole), headBytes);
    cipher.final();
    sealed.set(cipher.getAuthTag(), sealed.length - tagBytes);
    return sealed;
  }

  /** Throws `corrupt` for what was changed, or was sealed as something else or with another key. */
  open(sealed: Uint8Array, of: string): Uint8Array {
    if (sealed.length < headBytes + tagBytes || Buffer.compare(sealed.subarray(0, nonceAt), this.#head) !== 0) throw damaged(of);
    const decipher = createDecipheriv("aes-256-gcm", this.#key, sealed.subarray(nonceAt, headBytes), { authTagLength: tagBytes });
    decipher.setAAD(aadOf(sealed, of));
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
    const whole = decipher.update(sealed.subarray(headBytes, sealed.length - tagBytes));
    try {
      decipher.final();
    } catch (cause) {
      throw damaged(of, cause);
    }
    const plain = unpadded(nothing, whole);
    if (plain === null) throw damaged(of);
    return Uint8Array.from(plain);
  }
}

function aadOf(sealed: Uint8Array, of: string): Uint8Array {
  return Buffer.concat([sealed.subarray(0, headBytes), Buffer.from(of)]);
}

const damaged = (of: string, cause?: unknown): ElsewhereError =>
  new ElsewhereError("corrupt", `what was sealed as ${of} is damaged: restore an earlier copy`, { field: of }, { cause });

/** Follows from the key, so that no key passes for another. */
function idOf(key: Uint8Array, stream: string): string {
  const text = Buffer.from(`elsewhere data key 1\n${stream}\n`);
  return hash("sha256", Buffer.concat([text, key]), "hex").slice(0, 2 * idBytes);
}

/** Id of the key that these bytes are sealed with; null if they are not sealed. */
export function keyIdOf(sealed: Uint8Array): string | null {
  if (sealed.length < headBytes + tagBytes || !magic.every((byte, i) => sealed[i] === byte)) return null;
  return Buffer.from(sealed.subarray(idAt, nonceAt)).toString("hex");
}

/** All data keys at hand: of this start, and of earlier ones as the setting `seals` tells and place keys unwrap. */
export class DataKeys {
  readonly #wrapped: Map<string, WrappedKey>;
  readonly #keys = new Map<string, DataKey>();
  readonly #current = new Map<string, DataKey>();

  private constructor(wrapped: readonly WrappedKey[]) {
    this.#wrapped = new Map(wrapped.map((each) => [each.key, each]));
  }

  /** Knows all wrapped keys and has none. `setting`: JSON, a list of them. Throws `corrupt`. */
  static parse(setting: string | null): DataKeys {
    try {
      return new DataKeys(setting === null ? [] : (JSON.parse(setting) as readonly WrappedKey[]));
    } catch (cause) {
      const told = 'the setting "seals" cannot be read, and without it no hidden room: restore an earlier copy';
      throw new ElsewhereError("corrupt", told, { field: "seals" }, { cause });
    }
  }

  /** Unwraps those of its stream. Throws `corrupt`. */
  async unlock(key: PlaceKey): Promise<void> {
    const stream = streamOf(key.recipient);
    const locked = [...this.#wrapped.values()].filter((each) => each.stream === stream && !this.#keys.has(each.key));
    for (const each of locked) this.#keys.set(each.key, await DataKey.unwrap(each, key.identity));
  }

  /** A key of this start: from now on it seals what is of its stream. */
  add(key: DataKey): void {
    this.#wrapped.set(key.id, key.wrapped);
    this.#keys.set(key.id, key);
    this.#current.set(key.stream, key);
  }

  /** Null for one that is not known, or not unwrapped. */
  get(id: string): DataKey | null {
    return this.#keys.get(id) ?? null;
  }

  /** Whose key it is, at hand or not; null for one that is not known. */
  streamOf(id: string): string | null {
    return this.#wrapped.get(id)?.stream ?? null;
  }

  /** Those that have keys, at hand or not. */
  get streams(): ReadonlySet<string> {
    return new Set([...this.#wrapped.values()].map(({ stream }) => stream));
  }

  /** Whether there is no key at all, not even a wrapped one: then nothing is sealed. */
  get isEmpty(): boolean {
    return this.#wrapped.size === 0;
  }

  /** The key with which a stream's rows are sealed from now on; null if it is closed. */
  current(stream: string): DataKey | null {
    return this.#current.get(stream) ?? null;
  }

  /** What `parse` reads. */
  toSetting(): string {
    return JSON.stringify([...this.#wrapped.values()]);
  }
}
