import type { Json, JsonObject } from "../intents.ts";
import { corrupt } from "./faults.ts";
import { codeNumber, codeOneOf, codePlain, codeSigned, numberContexts } from "./numbers.ts";
import { contexts, type RangeCoder } from "./range-coder.ts";
import type { Texts } from "./texts.ts";

const depthMax = 64;
/** Numbers that lie so far from what is guessed are taken for ids: few different ones, which come again. */
const bigMin = 2 ** 24;
const recentMax = 32;
const textsKnownMax = 64;

const [isNull, isFalse, isTrue, isWhole, isOther, isText, isList, isObject] = [0, 1, 2, 3, 4, 5, 6, 7];
const tagBits = 3;
/** Lists that are told in rows, and how many columns these have. */
const strides: Readonly<Record<string, number>> = { numbered: 4, layered: 3 };

/** Contexts of a column, in the order in which they lie in its model. */
const sameTag = 0;
const tagTree = 1;
const sameNumber = 9;
const big = 12;
const recent = 13;
const known = 14;
const sameText = 15;
const knownText = 17;
const otherText = 18;
const steps = 19;
const shape = 20;
const pair = 21;
const lengths = 22;
const amounts = lengths + numberContexts;
const ranks = amounts + numberContexts;
const modelSize = ranks + numberContexts;

interface Fields {
  readonly keys: readonly string[];
  readonly columns: readonly Column[];
}

/** All values that stand at the same place of like objects: what comes next is guessed from what was there before. */
class Column {
  readonly model = contexts(modelSize);
  readonly stride: number;
  tag = isNull;
  number = 0;
  /** How many sixteenths of a binary digit numbers take of late: themselves, from the one before, from the subject's last one. */
  readonly digits = Int32Array.of(0, 128, 128);
  text = "";
  /** What this column had last for each subject. */
  readonly numbers = new Map<number, number>();
  readonly texts = new Map<number, string>();
  /** Of its different texts the latest ones, the last first. */
  readonly recentTexts: string[] = [];
  readonly shapes: Fields[] = [];
  lastShape = 0;
  readonly inside: Column[] = [];
  readonly pair: Column[] = [];

  constructor(stride: number) {
    this.stride = stride;
  }

  columnAt(columns: Column[], index: number): Column {
    while (columns.length <= index) columns.push(new Column(1));
    return columns[index]!;
  }
}

/** In sixteenths; more than 31 digits count as 31. */
const digitsOf = (value: number): number => 16 * (32 - Math.clz32(Math.min(Math.abs(value), 0x7fff_ffff)));

/**
 * Tells JSON values, one after another, in columns: every place in them (a key of objects with the same keys, one of a pair, the inside
 * of a list) learns for itself what stands there. The subject of an item is the first number in it; most of what is told of
 * somebody is what was told of them before, or close to it. Writes and reads alike: given a value it writes that.
 */
export class JsonCoder {
  readonly #coder: RangeCoder;
  readonly #texts: Texts;
  readonly #root = new Column(1);
  /** Whether items of lists have a subject: not in keyframes, where nobody comes twice. */
  readonly #subjects: boolean;
  #subject: number | null = null;
  #left: number;
  readonly #bigs: number[] = [];
  readonly #bigIndex = new Map<number, number>();
  readonly #recentBigs: number[] = [];

  /** `valuesMax`: how many values may be told at most. */
  constructor(coder: RangeCoder, texts: Texts, valuesMax: number, subjects: boolean) {
    this.#coder = coder;
    this.#texts = texts;
    this.#left = valuesMax;
    this.#subjects = subjects;
  }

  /** How many more values may be told. */
  get left(): number {
    return this.#left;
  }

  /** Throws `corrupt` for what cannot be told (too deep, too many values) or be read. */
  code(value: Json): Json {
    this.#subject = null;
    return this.#value(this.#root, value, 0);
  }

  #value(column: Column, value: Json, depth: number): Json {
    if (--this.#left < 0) throw corrupt("it tells more than it says");
    switch (this.#tag(column, this.#coder.writes ? tagOf(value) : 0)) {
      case isNull:
        return null;
      case isFalse:
        return false;
      case isTrue:
        return true;
      case isWhole:
        return this.#number(column, value as number);
      case isOther:
        return this.#other(column, value as number);
      case isText:
        return this.#text(column, value as string);
      case isList:
        return this.#list(column, value as readonly Json[], depth);
      default:
        return this.#object(column, value as JsonObject, depth);
    }
  }

  #tag(column: Column, tag: number): number {
    const coder = this.#coder;
    if (coder.bit(column.model, sameTag, tag === column.tag ? 1 : 0) === 1) return column.tag;
    let node = 1;
    for (let i = tagBits - 1; i >= 0; i--) node = (node << 1) | coder.bit(column.model, tagTree + node, (tag >> i) & 1);
    return (column.tag = node - (1 << tagBits));
  }

  #number(column: Column, value: number): number {
    const coder = this.#coder;
    const told = this.#subject === null ? undefined : column.numbers.get(this.#subject);
    const { digits } = column;
    // What has been the shortest of late: the number itself, or by how much it differs.
    let base = 0;
    let mode = 0;
    if (digits[1]! < digits[0]!) [mode, base] = [1, column.number];
    if (told !== undefined && digits[2]! <= digits[mode]!) [mode, base] = [2, told];
    const found = coder.bit(column.model, sameNumber + mode, value === base ? 1 : 0) === 1 ? base : this.#otherNumber(column, base, value);
    digits[0]! += (digitsOf(found) - digits[0]!) >> 3;
    digits[1]! += (digitsOf(found - column.number) - digits[1]!) >> 3;
    if (told !== undefined) digits[2]! += (digitsOf(found - told) - digits[2]!) >> 3;
    column.number = found;
    if (this.#subjects) {
      if (this.#subject === null) this.#subject = found;
      else column.numbers.set(this.#subject, found);
    }
    return found;
  }

  #otherNumber(column: Column, base: number, value: number): number {
    const coder = this.#coder;
    const { model } = column;
    if (coder.bit(model, big, Math.abs(value - base) >= bigMin ? 1 : 0) === 1) return this.#big(column, value);
    return base + codeSigned(coder, model, amounts, value - base);
  }

  /** Ids: one of the last few, one that was told before, or a new one. */
  #big(column: Column, value: number): number {
    const coder = this.#coder;
    const { model } = column;
    const index = coder.writes ? this.#bigIndex.get(value) : undefined;
    const at = index === undefined ? -1 : this.#recentBigs.indexOf(value);
    if (coder.bit(model, recent, at !== -1 ? 1 : 0) === 1) {
      const rank = codeNumber(coder, model, ranks, at);
      const found = this.#recentBigs[rank];
      if (found === undefined) throw corrupt("an id in it is none");
      return toFront(this.#recentBigs, rank, found);
    }
    let found = value;
    if (coder.bit(model, known, index !== undefined ? 1 : 0) === 1) {
      const of = codeOneOf(coder, this.#bigs.length, index ?? 0);
      if (of >= this.#bigs.length) throw corrupt("an id in it is none");
      found = this.#bigs[of]!;
    } else {
      const negative = coder.plain(1, value < 0 ? 1 : 0);
      found = codePlain(coder, 53, Math.abs(value)) * (negative === 1 ? -1 : 1);
      this.#bigIndex.set(found, this.#bigs.length);
      this.#bigs.push(found);
    }
    this.#recentBigs.unshift(found);
    if (this.#recentBigs.length > recentMax) this.#recentBigs.pop();
    return found;
  }

  /** A number that is not whole, as JSON writes it. */
  #other(column: Column, value: number): number {
    const found = Number(this.#texts.fresh(this.#coder, column.model, lengths, this.#coder.writes ? JSON.stringify(value) : ""));
    if (Number.isNaN(found)) throw corrupt("a number in it is none");
    return found;
  }

  #text(column: Column, value: string): string {
    const coder = this.#coder;
    const told = this.#subject === null ? undefined : column.texts.get(this.#subject);
    const guess = told ?? column.text;
    const same = coder.bit(column.model, sameText + (told === undefined ? 0 : 1), value === guess ? 1 : 0) === 1;
    const found = same ? guess : this.#otherText(column, value);
    column.text = found;
    if (this.#subject !== null) column.texts.set(this.#subject, found);
    return found;
  }

  #otherText(column: Column, value: string): string {
    const coder = this.#coder;
    const { model, recentTexts } = column;
    const isSteps = coder.writes && isPath(value);
    const isKnown = coder.writes && this.#texts.knows(value);
    const at = isSteps || isKnown ? recentTexts.indexOf(value) : -1;
    if (coder.bit(model, knownText, at !== -1 ? 1 : 0) === 1) {
      const rank = codeNumber(coder, model, ranks, at);
      const found = recentTexts[rank];
      if (found === undefined) throw corrupt("a text in it is none");
      return toFront(recentTexts, rank, found);
    }
    let found: string;
    if (coder.bit(model, steps, isSteps ? 1 : 0) === 1) found = this.#path(column, value);
    else if (coder.bit(model, otherText, isKnown ? 1 : 0) === 1) found = this.#texts.again(coder, value);
    else found = this.#texts.fresh(coder, model, lengths, value);
    recentTexts.unshift(found);
    if (recentTexts.length > textsKnownMax) recentTexts.pop();
    return found;
  }

  /** Its letters count as values. */
  #path(column: Column, value: string): string {
    const found = this.#texts.path(this.#coder, column.model, lengths, value, this.#left);
    this.#left -= found.length;
    return found;
  }

  #list(column: Column, value: readonly Json[], depth: number): Json {
    if (depth >= depthMax) throw corrupt("it is too deep");
    const coder = this.#coder;
    const isPair = coder.bit(column.model, pair, coder.writes && isPairOf(value) ? 1 : 0) === 1;
    const count = isPair ? 2 : codeNumber(coder, column.model, lengths, coder.writes ? value.length : 0);
    const found: Json[] = [];
    const outer = this.#subject;
    for (let i = 0; i < count; i++) {
      if (!isPair && i % column.stride === 0) this.#subject = outer;
      const inside = isPair ? column.columnAt(column.pair, i) : column.columnAt(column.inside, i % column.stride);
      found.push(this.#value(inside, coder.writes ? value[i]! : null, depth + 1));
      if (coder.overrun) throw corrupt("it ends too soon");
    }
    // A pair is like an object: who comes after it in one is still told of its subject.
    if (!isPair) this.#subject = outer;
    return found;
  }

  #object(column: Column, value: JsonObject, depth: number): Json {
    if (depth >= depthMax) throw corrupt("it is too deep");
    const { writes } = this.#coder;
    const { keys, columns } = this.#fields(column, writes ? Object.keys(value) : []);
    const found: Record<string, Json> = {};
    for (let i = 0; i < keys.length; i++) {
      const inside = this.#value(columns[i]!, writes ? value[keys[i]!]! : null, depth + 1);
      if (keys[i] === "__proto__")
        Object.defineProperty(found, "__proto__", { value: inside, enumerable: true, configurable: true, writable: true });
      else found[keys[i]!] = inside;
    }
    return found;
  }

  #fields(column: Column, keys: readonly string[]): Fields {
    const coder = this.#coder;
    const { model, shapes } = column;
    const index = coder.writes
      ? shapes.findIndex((one) => one.keys.length === keys.length && one.keys.every((key, i) => key === keys[i]))
      : 0;
    if (shapes.length > 0 && coder.bit(model, shape, index === column.lastShape ? 1 : 0) === 1) return shapes[column.lastShape]!;
    // One more than there are stands for a new one.
    const of = codeNumber(coder, model, ranks, index === -1 ? shapes.length : index);
    if (of > shapes.length) throw corrupt("an object in it is none");
    if (of === shapes.length) shapes.push(this.#newFields(column, keys));
    column.lastShape = of;
    return shapes[of]!;
  }

  #newFields(column: Column, keys: readonly string[]): Fields {
    const coder = this.#coder;
    const count = codeNumber(coder, column.model, amounts, keys.length);
    if (count > this.#left) throw corrupt("it tells more than it says");
    const found: string[] = [];
    for (let i = 0; i < count; i++) {
      found.push(this.#texts.key(coder, coder.writes ? keys[i]! : ""));
      if (coder.overrun) throw corrupt("it ends too soon");
    }
    return { keys: found, columns: found.map((key) => new Column(strides[key] ?? 1)) };
  }
}

function toFront<T>(list: T[], rank: number, found: T): T {
  list.splice(rank, 1);
  list.unshift(found);
  return found;
}

/** Something named by a number or a text. */
function isPairOf(list: readonly Json[]): boolean {
  return list.length === 2 && (typeof list[0] === "number" || typeof list[0] === "string") && typeof list[1] !== typeof list[0];
}

function isPath(text: string): boolean {
  return text.length > 1 && /^[nesw]+$/.test(text);
}

function tagOf(value: Json): number {
  if (value === null) return isNull;
  if (typeof value === "boolean") return value ? isTrue : isFalse;
  if (typeof value === "number")
    return Number.isSafeInteger(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER && !Object.is(value, -0) ? isWhole : isOther;
  if (typeof value === "string") return isText;
  return Array.isArray(value) ? isList : isObject;
}
