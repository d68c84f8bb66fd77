/**
 * What images stand on, as far as this process knows it: engine, bases and templates by their hashes. What is not known is
 * asked for once and believed only if it has the hash it was asked by.
 */
import { createHash } from "node:crypto";
import { ElsewhereError } from "@elsewhere/protocol";
import type { Ground } from "./contract.ts";
import type { Base } from "./sandbox/base.ts";
import { readEnvelope } from "./sandbox/envelope.ts";
import { decodeBase, encodeBase, encodeEngine } from "./sandbox/ground.ts";

/** Images of a program that has just ended or changed may still be on their way to storage, and what they stand on with them. */
const unusedCodesMax = 64;

/** The grounds of one image. */
export interface Footing {
  readonly base: string;
  readonly template: string | null;
}

export class Grounds {
  readonly #all = new Map<string, Ground>();
  readonly #bases = new Map<string, Base>();
  /** The first template known of each base and code. */
  readonly #first = new Map<string, string>();
  /** Templates by their codes, and how many programs there are of each code; the last codes without any are remembered. */
  readonly #ofCode = new Map<string, string[]>();
  readonly #programs = new Map<string, number>();
  readonly #unused = new Set<string>();
  readonly #asking = new Map<string, Promise<Uint8Array>>();
  readonly #stored: (hash: string) => Promise<Uint8Array | null>;
  /** Names the base of fresh heaps. */
  readonly base: string;

  constructor(base: Base, stored: (hash: string) => Promise<Uint8Array | null>) {
    this.#stored = stored;
    this.base = base.hash;
    this.#addBase(base);
  }

  get(hash: string): Ground | null {
    return this.#all.get(hash) ?? null;
  }

  addTemplate(template: Ground): void {
    if (this.#all.has(template.hash)) return;
    this.#all.set(template.hash, template);
    const { base, code } = readEnvelope(template.bytes);
    const kind = `${base} ${code}`;
    if (!this.#first.has(kind)) this.#first.set(kind, template.hash);
    this.#ofCode.set(code, [...(this.#ofCode.get(code) ?? []), template.hash]);
  }

  /** There is one more program of this code. */
  hold(code: string): void {
    this.#programs.set(code, (this.#programs.get(code) ?? 0) + 1);
    this.#unused.delete(code);
  }

  /** There is one less. Returns templates that nothing stands on any more. */
  release(code: string): readonly string[] {
    const left = this.#programs.get(code)! - 1;
    if (left > 0) {
      this.#programs.set(code, left);
      return [];
    }
    this.#programs.delete(code);
    this.#unused.add(code);
    const [longest] = this.#unused;
    return this.#unused.size > unusedCodesMax && longest !== undefined ? this.#drop(longest) : [];
  }

  #drop(code: string): readonly string[] {
    this.#unused.delete(code);
    const templates = this.#ofCode.get(code) ?? [];
    this.#ofCode.delete(code);
    for (const hash of templates) {
      const { needs } = this.#all.get(hash)!;
      this.#first.delete(`${needs[0]} ${code}`);
      this.#all.delete(hash);
    }
    return templates;
  }

  /** What a fresh heap of this code stands on: workers that know its siblings' template make none of their own. */
  fresh(code: string): Footing {
    return { base: this.base, template: this.#first.get(`${this.base} ${code}`) ?? null };
  }

  /** A base that is known. */
  baseOf(hash: string): Base {
    return this.#bases.get(hash)!;
  }

  /** What an image stands on that was made here, by its template; null if that is not known any more. */
  standing(template: string): Footing | null {
    const ground = this.#all.get(template);
    return ground === undefined ? null : { base: ground.needs[0]!, template };
  }

  /** What an image stands on. Rejects what is wrong with the image, and if a ground cannot be had or is not what it should be. */
  async under(image: Uint8Array): Promise<Footing> {
    const { engine, base, template } = readEnvelope(image);
    if (!this.#bases.has(base)) {
      const [engineBytes, baseBytes] = await Promise.all([this.#bytes(engine), this.#bytes(base)]);
      if (!this.#bases.has(base)) this.#addBase(decodeBase(baseBytes, engineBytes));
    }
    if (template !== null && !this.#all.has(template)) {
      const bytes = await this.#bytes(template);
      const its = readEnvelope(bytes);
      if (its.base !== base || its.template !== null) throw new ElsewhereError("corrupt", `${template} is no template of that base`);
      this.addTemplate({ hash: template, kind: "template", bytes, needs: [base] });
    }
    return { base, template };
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
