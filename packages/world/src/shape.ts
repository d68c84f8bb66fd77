import { ElsewhereError, type Json, type JsonObject } from "@elsewhere/protocol";

/** Checks that a stored value has a shape and returns it typed. Throws `corrupt` naming the field. */
export type Shape<T> = (value: unknown, field: string) => T;
export type Shaped<S> = S extends Shape<infer T> ? T : never;

function corrupt(field: string, wanted: string): never {
  throw new ElsewhereError("corrupt", `stored ${field} is not ${wanted}: restore an earlier copy`, { field });
}

export const whole =
  (min: number, max: number = Number.MAX_SAFE_INTEGER): Shape<number> =>
  (value, field) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : corrupt(field, `a whole number from ${min} to ${max}`);

export const text: Shape<string> = (value, field) => (typeof value === "string" ? value : corrupt(field, "text"));

export const truth: Shape<boolean> = (value, field) => (typeof value === "boolean" ? value : corrupt(field, "true or false"));

export const oneOf =
  <const T extends string>(...words: readonly T[]): Shape<T> =>
  (value, field) =>
    words.includes(value as T) ? (value as T) : corrupt(field, `one of ${words.join(", ")}`);

export const orNull =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value, field) =>
    value === null ? null : shape(value, field);

export const list =
  <T>(shape: Shape<T>): Shape<T[]> =>
  (value, field) =>
    Array.isArray(value) ? value.map((item) => shape(item, field)) : corrupt(field, "a list");

export const pair =
  <A, B>(first: Shape<A>, second: Shape<B>): Shape<readonly [A, B]> =>
  (value, field) =>
    Array.isArray(value) && value.length === 2
      ? ([first(value[0], field), second(value[1], field)] as const)
      : corrupt(field, "a list of two");

/** A flat list of rows of numbers, each column with its own shape. */
export const table =
  (...columns: readonly Shape<number>[]): Shape<number[]> =>
  (value, field) => {
    if (!Array.isArray(value) || value.length % columns.length !== 0) corrupt(field, `a list of ${columns.length} numbers a row`);
    return (value as unknown[]).map((item, i) => columns[i % columns.length]!(item, field));
  };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object with exactly these fields. */
export function fields<S extends Record<string, Shape<unknown>>>(shapes: S): Shape<{ [K in keyof S]: Shaped<S[K]> }> {
  const names = Object.keys(shapes);
  return (value, field) => {
    if (!isObject(value) || Object.keys(value).length !== names.length) corrupt(field, `an object with ${names.join(", ")}`);
    const result: Record<string, unknown> = {};
    for (const name of names) {
      if (!Object.hasOwn(value, name)) corrupt(field, `an object with ${name}`);
      result[name] = shapes[name]!(value[name], name);
    }
    return result as { [K in keyof S]: Shaped<S[K]> };
  };
}

/** Deeper than any value that an intent can carry in the bytes it may have. */
const depthMax = 1024;

function checkDepth(value: unknown, field: string, depth: number): void {
  if (depth > depthMax) corrupt(field, `at most ${depthMax} deep`);
  if (typeof value === "object" && value !== null) for (const item of Object.values(value)) checkDepth(item, field, depth + 1);
}

/** Anything JSON can say; what comes here was parsed from JSON text. */
export const json: Shape<Json> = (value, field) => {
  checkDepth(value, field, 0);
  return value as Json;
};

export const jsonObject: Shape<JsonObject> = (value, field) => {
  if (!isObject(value)) corrupt(field, "an object");
  checkDepth(value, field, 0);
  return value as JsonObject;
};
