/**
 * What images stand on, as far as this process knows it: engine, bases and templates by their hashes. What is not known is
 * asked for once and believed only if it has the hash it was asked by.
 */
import { createHash } from "node:crypto";
import { ElsewhereError } from "@elsewhere/protocol";
import type { Ground, Image } from "../contract.ts";
import { TemplateUse } from "./template-use.ts";
import type { Base } from "../sandbox/base.ts";
import { readEnvelope } from "../sandbox/envelope.ts";
import { adopt, readPortable } from "../sandbox/portable.ts";
import { decodeBase, encodeBase, encodeEngine } from "../sandbox/ground.ts";

/** What a heap stands on. */
export interface Footing {
  readonly base: string;
  readonly template: string | null;
  /** The newest template of its code and base: to workers that know it most images come near. */
  readonly newest: string | null;
}

/** A heap from elsewhere as this host keeps it. */
interface Adopted {
  readonly code: string;
  /** Hashes of what it stands on. */
  readonly engine: string;
  readonly base: string;
  readonly image: Image;
  readonly template: Ground;
}

export class Grounds {
  readonly #all = new Map<string, Ground>();
  readonly #bases = new Map<string, Base>();
  /** The newest template of each base and code. */
  readonly #newest = new Map<string, string>();
  readonly #adopted = new WeakMap<Uint8Array, Adopted>();
  readonly #asking = new Map<string, Promise<Uint8Array>>();
  readonly #stored: (hash: string) => Promise<Uint8Array | null>;
  /** Names the base of fresh heaps. */
  readonly base: string;
  readonly use: TemplateUse;

  /** `withdraw`: no worker needs to know this template any more. */
  constructor(base: Base, stored: (hash: string) => Promise<Uint8Array | null>, withdraw: (template: string) => void) {
    this.#stored = stored;
    this.base = base.hash;
    this.#addBase(base);
    this.use = new TemplateUse(withdraw, (template) => this.#forget(template));
  }

  get(hash: string): Ground | null {
    return this.#all.get(hash) ?? null;
  }

  /** A template that a worker has made. */
  addMade(template: Ground): void {
    if (this.#all.has(template.hash)) return;
    this.#all.set(template.hash, template);
    this.use.add(template.hash);
    this.#newest.set(kindOf(template), template.hash);
  }

  /**
   * What this host makes of a heap from elsewhere, whose template is known from now on; of the same bytes, which are tried before
   * they are taken in, the same. Throws `corrupt` or `unsupported`.
   */
  adopt(code: string, portable: Uint8Array): Adopted {
    let adopted = this.#adopted.get(portable);
    if (adopted?.code !== code) {
      const { base, engine } = readPortable(portable);
      if (!this.knowsBase({ base, engine }))
        throw new ElsewhereError("unsupported", "the image stands on a base that is not known here", { field: "image" });
      adopted = { code, engine, base, ...adopt(this.#bases.get(base)!, code, portable) };
      this.#adopted.set(portable, adopted);
    }
    this.#addBare(adopted.template);
    return adopted;
  }

  /** What a fresh heap of this code stands on. */
  fresh(code: string): Footing {
    return { base: this.base, template: null, newest: this.#newest.get(`${this.base} ${code}`) ?? null };
  }

  /** A base that is known. */
  baseOf(hash: string): Base {
    return this.#bases.get(hash)!;
  }

  knowsBase({ engine, base }: { readonly engine: string; readonly base: string }): boolean {
    return this.#bases.get(base)?.engineHash === engine;
  }

  /** Knows this base from now on. Rejects if it or its engine cannot be had or is not what it should be. */
  async learnBase({ engine, base }: { readonly engine: string; readonly base: string }): Promise<void> {
    if (this.#bases.has(base)) return;
    const [engineBytes, baseBytes] = await Promise.all([this.#bytes(engine), this.#bytes(base)]);
    if (!this.#bases.has(base)) this.#addBase(decodeBase(baseBytes, engineBytes));
  }

  /** What an image of this code stands on that was made here, by its template; null if that is not known any more. */
  standing(template: string, code: string): Footing | null {
    const base = this.#all.get(template)?.needs[0];
    return base === undefined ? null : { base, template, newest: this.#newest.get(`${base} ${code}`) ?? null };
  }

  /**
   * What an image stands on, its template held. Rejects what is wrong with the image, and if a ground cannot be had or is
   * not what it should be.
   */
  async under(image: Uint8Array): Promise<Footing> {
    const envelope = readEnvelope(image);
    const { base, code, template } = envelope;
    if (template === null) throw new ElsewhereError("corrupt", "the image is a template", { field: "image" });
    this.use.hold(template);
    try {
      await this.learnBase(envelope);
      if (!this.#all.has(template)) this.#addStored(template, base, await this.#bytes(template));
    } catch (error) {
      this.use.release(template);
      throw error;
    }
    return { base, template, newest: this.#newest.get(`${base} ${code}`) ?? null };
  }

  /** A template that stands for no heap of this host: whoever knows one of those is better off with it. */
  #addBare(template: Ground): void {
    const kind = kindOf(template);
    const newest = this.#newest.get(kind);
    this.addMade(template);
    if (newest !== undefined) this.#newest.set(kind, newest);
  }

  #addStored(hash: string, base: string, bytes: Uint8Array): void {
    if (this.#all.has(hash)) return;
    const its = readEnvelope(bytes);
    if (its.base !== base || its.template !== null) throw new ElsewhereError("corrupt", `${hash} is no template of that base`);
    const template: Ground = { hash, kind: "template", bytes, needs: [base] };
    this.#all.set(hash, template);
    const kind = kindOf(template);
    if (!this.#newest.has(kind)) this.#newest.set(kind, hash);
  }

  #forget(template: string): void {
    const ground = this.#all.get(template);
    if (ground === undefined) return;
    this.#all.delete(template);
    const kind = kindOf(ground);
    if (this.#newest.get(kind) === template) this.#newest.delete(kind);
  }

  #addBase(base: Base): void {
    this.#bases.set(base.hash, base);
    for (const ground of [encodeEngine(base), encodeBase(base)]) this.#all.set(ground.hash, ground);
  }

  /** Asked for once, however many programs wait for it. */
  #bytes(hash: string): Promise<Uint8Array> {
    const known = this.#all.get(hash);
    if (known !== undefined) return Promise.resolve(known.bytes);
    let asked = this.#asking.get(hash);
    if (asked === undefined) {
      asked = this.#ask(hash).finally(() => this.#asking.delete(hash));
      this.#asking.set(hash, asked);
    }
    return asked;
  }

  async #ask(hash: string): Promise<Uint8Array> {
    const bytes = await this.#stored(hash);
    if (bytes === null) throw new ElsewhereError("unknown", `the image stands on ${hash}, which is not there`, { field: "image" });
    if (createHash("sha256").update(bytes).digest("hex") !== hash)
      throw new ElsewhereError("corrupt", `what is stored as ${hash} has another hash`, { field: "image" });
    return bytes;
  }
}

/** Base and code of a template. */
function kindOf({ bytes }: Ground): string {
  const { base, code } = readEnvelope(bytes);
  return `${base} ${code}`;
}
