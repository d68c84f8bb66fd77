import { hash } from "node:crypto";
import { ElsewhereError } from "@elsewhere/protocol";
import type { Cipher } from "../../packages/server/src/crossings/contract.ts";
import type { Chance } from "./chance.ts";

interface Sealed {
  readonly by: string;
  readonly bound: string;
  readonly holds: string;
}

const nameBytes = 32;

/**
 * A cipher that keeps what was sealed instead of computing it. Without the right key and the right words it gives nothing
 * away, as a real one; and it knows all keys, so that it can be seen where one goes that should not.
 */
export class Vault implements Cipher {
  readonly #chance: Chance;
  readonly #sealed = new Map<string, Sealed>();
  readonly #payloads = new Map<string, { readonly key: string; readonly bound: string; readonly plain: Uint8Array }>();
  readonly #owners = new Map<string, string>();
  readonly keys = new Set<string>();

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  encrypt(plain: Uint8Array, bound: string): Promise<{ key: string; bytes: Uint8Array }> {
    const key = this.#chance.text(43);
    const name = this.#chance.text(nameBytes);
    this.keys.add(key);
    this.#payloads.set(name, { key, bound, plain });
    return Promise.resolve({ key, bytes: Buffer.concat([Buffer.from(name, "latin1"), Buffer.alloc(16)]) });
  }

  decrypt(bytes: Uint8Array, key: string, bound: string): Promise<Uint8Array> {
    const found = this.#payloads.get(Buffer.from(bytes.subarray(0, nameBytes)).toString("latin1"));
    if (found === undefined || found.key !== key || found.bound !== bound || bytes.subarray(nameBytes).some((byte) => byte !== 0))
      return Promise.reject(corrupt("payload"));
    return Promise.resolve(found.plain);
  }

  newBox(): Promise<{ publicKey: string; privateKey: string }> {
    const [publicKey, privateKey] = [this.#chance.text(43), this.#chance.text(43)];
    this.#owners.set(privateKey, publicKey);
    return Promise.resolve({ publicKey, privateKey });
  }

  sealKey(key: string, publicKey: string, bound: string): Promise<string> {
    const sealed = this.#chance.text(86);
    this.#sealed.set(sealed, { by: publicKey, bound, holds: key });
    return Promise.resolve(sealed);
  }

  openKey(sealed: string, privateKey: string, bound: string): Promise<string> {
    const found = this.#sealed.get(sealed);
    if (found === undefined || found.bound !== bound || this.#owners.get(privateKey) !== found.by) return Promise.reject(corrupt("key"));
    return Promise.resolve(found.holds);
  }

  hash(bytes: Uint8Array | string): string {
    return hash("sha256", bytes, "hex");
  }

  draw(): string {
    return this.#chance.text(22);
  }
}

const corrupt = (what: string): ElsewhereError => new ElsewhereError("corrupt", `this ${what} does not open`, { field: what });
