import type { Json, JsonObject } from "../intents.ts";
import { corrupt } from "./faults.ts";

const none: readonly Json[] = Object.freeze([]);

/** What is not there is an empty list. Throws `corrupt`, as all below do for what is none. */
export function list(value: Json | undefined): readonly Json[] {
  if (value === undefined) return none;
  if (!Array.isArray(value)) throw corrupt("a list in it is none");
  return value as Json[];
}

export function object(value: Json | undefined): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw corrupt("an object in it is none");
  return value as JsonObject;
}

export function text(value: Json | undefined): string {
  if (typeof value !== "string") throw corrupt("a text in it is none");
  return value;
}

export function truth(value: Json | undefined): boolean {
  if (typeof value !== "boolean") throw corrupt("a yes or no in it is none");
  return value;
}

export function whole(value: Json | undefined, max: number = Number.MAX_SAFE_INTEGER, min = 0): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max)
    throw corrupt("a number in it is out of range");
  return value;
}
