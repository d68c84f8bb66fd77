import { corrupt } from "./faults.ts";
import { codeNumber, codeOneOf } from "./numbers.ts";
import { contexts, type RangeCoder } from "./range-coder.ts";
import { knownKeys, knownTexts } from "./words.ts";

const letters = "nesw";
const quote = '"';
/** Contexts of a letter of a path: the four before it, and which of its two digits. */
const pathContexts = 256 * 4;

/**
 * All texts of a section in the order in which they come: what none was before lies in one long text, to be compressed as a
 * whole, and is taken from there by its length. The words of a record are known from the start.
 */
export class Texts {
  /** Writing: the texts so far. Reading: all of them. */
  #parts: string[] = [];
  readonly #text: string;
  #at = 0;
  readonly #list: string[] = [...knownTexts];
  readonly #index = new Map<string, number>(knownTexts.map((text, i) => [text, i]));
  readonly #keys: string[] = [...knownKeys];
  readonly #keyIndex = new Map<string, number>(knownKeys.map((key, i) => [key, i]));
  readonly #keyModel = contexts(1);
  readonly #keyLengths = contexts(96);
  readonly #paths = contexts(pathContexts);

  /** `packed`: what `packed()` gave; empty to write. Throws `corrupt`. */
  constructor(packed: string) {
    this.#text = packed.startsWith(quote) ? unquoted(packed) : packed.slice(1);
  }

  /** All that was written, to be compressed: behind a space; or as JSON, if it has half characters, which UTF-8 has not. */
  packed(): string {
    const text = this.#parts.join("");
    if (text === "") return "";
    return text.isWellFormed() ? ` ${text}` : JSON.stringify(text);
  }

  knows(text: string): boolean {
    return this.#index.has(text);
  }

  again(coder: RangeCoder, value: string): string {
    const index = codeOneOf(coder, this.#list.length, coder.writes ? this.#index.get(value)! : 0);
    const found = this.#list[index];
    if (found === undefined) throw corrupt("a text in it is none");
    return found;
  }

  /** A text that was not told before, its length in UTF-16 units. */
  fresh(coder: RangeCoder, model: Int32Array, context: number, value: string): string {
    const found = this.#take(coder, model, context, value);
    this.#index.set(found, this.#list.length);
    this.#list.push(found);
    return found;
  }

  key(coder: RangeCoder, value: string): string {
    const index = coder.writes ? this.#keyIndex.get(value) : undefined;
    if (coder.bit(this.#keyModel, 0, index === undefined ? 0 : 1) === 1) {
      const found = this.#keys[codeOneOf(coder, this.#keys.length, index ?? 0)];
      if (found === undefined) throw corrupt("a key in it is none");
      return found;
    }
    const found = this.#take(coder, this.#keyLengths, 0, value);
    this.#keyIndex.set(found, this.#keys.length);
    this.#keys.push(found);
    return found;
  }

  /** A path: letters n, e, s and w, `lengthMax` at most, of which each is guessed from the four before it. */
  path(coder: RangeCoder, model: Int32Array, context: number, value: string, lengthMax: number): string {
    const { writes } = coder;
    const length = codeNumber(coder, model, context, writes ? value.length : 0);
    if (length > lengthMax) throw corrupt("a path in it is too long");
    let found = "";
    let before = 0;
    for (let i = 0; i < length; i++) {
      const letter = writes ? letters.indexOf(value[i]!) : 0;
      const high = coder.bit(this.#paths, before * 4 + 1, letter >> 1);
      const low = coder.bit(this.#paths, before * 4 + 2 + high, letter & 1);
      before = ((before << 2) | (high << 1) | low) & 0xff;
      found += letters[(high << 1) | low]!;
    }
    return found;
  }

  #take(coder: RangeCoder, model: Int32Array, context: number, value: string): string {
    const length = codeNumber(coder, model, context, coder.writes ? value.length : 0);
    if (coder.writes) {
      this.#parts.push(value);
      return value;
    }
    if (length > this.#text.length - this.#at) throw corrupt("a text in it ends too soon");
    this.#at += length;
    return this.#text.slice(this.#at - length, this.#at);
  }
}

function unquoted(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch (cause) {
    throw corrupt("its texts are none", cause);
  }
}
