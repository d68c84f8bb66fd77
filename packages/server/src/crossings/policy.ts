import { ElsewhereError, type ErrorCode, type ErrorJson, limits } from "@elsewhere/protocol";
import { z } from "zod";
import type { Admission } from "./contract.ts";

const byProgram = "program:";

/** On what terms a host lets those of another one in; those terms are what an operator says of a pairing. */
export interface Policy {
  /** `never`, `always`, `ask` (the operator), or `program:ID`: that program of this world decides. */
  readonly admits: string;
  readonly guestsMax: number;
  readonly heapBytesMax: number;
}

export const admitsSchema = z
  .string()
  .max(limits.lifeCharsMax)
  .regex(/^(?:never|always|ask|program:\S+)$/, "write always, ask, never or program:ID");

export const usualPolicy: Policy = { admits: "ask", guestsMax: 100, heapBytesMax: limits.programHeapBytesMax };

/** What becomes of somebody with a heap of that size, where so many of that host are here or have a place reserved. */
export function admissionBy(policy: Policy, heapBytes: number, guests: number): Admission {
  const { admits, guestsMax, heapBytesMax } = policy;
  if (admits === "never") return refused("forbidden", "this host lets nobody in from there");
  if (heapBytes > heapBytesMax) {
    return refused("limit", `a heap of ${heapBytes} bytes is too large here: the most is ${heapBytesMax}`, heapBytesMax);
  }
  if (guests >= guestsMax) return refused("limit", `there are ${guests} of that host here: the most is ${guestsMax}`, guestsMax);
  if (admits === "always") return { kind: "taken" };
  return { kind: "asked", program: admits.startsWith(byProgram) ? admits.slice(byProgram.length) : null };
}

function refused(code: ErrorCode, message: string, limit?: number): Admission {
  const error: ErrorJson = new ElsewhereError(code, message, { field: "crossing", ...(limit === undefined ? {} : { limit }) }).toJSON();
  return { kind: "refused", error };
}
