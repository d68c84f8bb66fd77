import { limits } from "@elsewhere/protocol";
import { malformed, overLimit, quoted } from "./refuse.ts";

/**
 * One JSON object of a file, not yet trusted. TMX is brought into the same form first, with its attributes as strings,
 * so numbers and flags are accepted in either spelling. Every reader throws an error that names the file and the field.
 */
export class RawObject {
  readonly file: string;
  /** What this object is, for messages: `layer "floor"`. */
  readonly at: string;
  readonly #fields: object;

  private constructor(fields: object, file: string, at: string) {
    this.#fields = fields;
    this.file = file;
    this.at = at;
  }

  static of(value: unknown, file: string, at: string): RawObject {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(file, `${at} is not an object`);
    return new RawObject(value, file, at);
  }

  called(at: string): RawObject {
    return new RawObject(this.#fields, this.file, at);
  }

  /** This object on top of another: fields it does not have are the other's. */
  over(other: RawObject): RawObject {
    const merged: object = Object.assign(Object.create(null), other.#fields, this.#fields);
    return new RawObject(merged, this.file, this.at);
  }

  keys(): string[] {
    return Object.keys(this.#fields);
  }

  get(key: string): unknown {
    return Object.hasOwn(this.#fields, key) ? (this.#fields as Record<string, unknown>)[key] : undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  text(key: string, fallback = ""): string {
    const value = this.get(key);
    if (value === undefined || value === null) return fallback;
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    throw this.wrong(key, "is not a text");
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.get(key);
    if (value === undefined) return fallback;
    const flag = asFlag(value);
    if (flag === null) throw this.wrong(key, "is not true or false");
    return flag;
  }

  number(key: string, fallback?: number): number {
    const value = this.get(key);
    if (value === undefined && fallback !== undefined) return fallback;
    const number = asNumber(value);
    if (number === null) throw this.wrong(key, "is not a number");
    return number;
  }

  /** A distance in pixels; none in a map of permitted size is longer than this. */
  pixels(key: string, fallback = 0): number {
    const farthest = limits.mapSideTilesMax * limits.mapTileSidePixelsMax;
    const number = this.number(key, fallback);
    if (Math.abs(number) > farthest) throw overLimit(this.file, `${this.at}.${key} is farther than ${farthest} pixels`, farthest);
    return number;
  }

  whole(key: string, min: number, max: number, fallback?: number): number {
    const number = this.number(key, fallback);
    if (number > max) throw overLimit(this.file, `${this.at}.${key} is ${number}, more than ${max}`, max);
    if (!Number.isInteger(number) || number < min) throw this.wrong(key, `is not a whole number from ${min} to ${max}`);
    return number;
  }

  list(key: string, itemsMax: number): readonly unknown[] {
    const value = this.get(key);
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.wrong(key, "is not a list");
    if (value.length > itemsMax) throw overLimit(this.file, `${this.at}.${key} has more than ${itemsMax} items`, itemsMax);
    return value;
  }

  objects(key: string, itemsMax: number): RawObject[] {
    return this.list(key, itemsMax).map((item, i) => RawObject.of(item, this.file, `${this.at}.${key}[${i}]`));
  }

  wrong(key: string, what: string) {
    return malformed(this.file, `${this.at}.${key} ${what}`);
  }
}

export function asNumber(value: unknown): number | null {
  const number = typeof value === "string" && /^\s*[-+]?[\d.]/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

export function asFlag(value: unknown): boolean | null {
  if (value === true || value === 1 || value === "1" || value === "true") return true;
  if (value === false || value === 0 || value === "0" || value === "false" || value === "") return false;
  return null;
}

export const nameOf = (raw: RawObject, kind: string): string => `${kind} ${quoted(raw.text("name"))}`;
