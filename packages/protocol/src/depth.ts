import { ElsewhereError } from "./errors.ts";
import { limits } from "./limits.ts";

/**
 * Throws `limit` for what is nested deeper than `jsonDepthMax`. Whoever checks, writes or copies JSON goes down into it with
 * a stack that ends somewhere; this goes level by level, so that nothing else has to meet that end.
 */
export function requireShallow(value: unknown, field: string): void {
  const limit = limits.jsonDepthMax;
  let level = [value].filter(isNest);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limit) throw new ElsewhereError("limit", `${field} is nested deeper than ${limit}`, { field, limit });
    level = level.flatMap((nest) => Object.values(nest).filter(isNest));
  }
}

const isNest = (value: unknown): value is object => typeof value === "object" && value !== null;
