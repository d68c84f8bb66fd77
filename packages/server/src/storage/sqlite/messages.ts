/** What the main thread and the storage thread say to each other. Answers come in the order of the calls. */
import { ElsewhereError, type ErrorJson } from "@elsewhere/protocol/errors";
import type { Storage } from "../contract.ts";
import type { PackedBatch } from "./pack.ts";

type Read =
  | "recover"
  | "heap"
  | "images"
  | "image"
  | "grounds"
  | "ground"
  | "memory"
  | "log"
  | "setting"
  | "settingsUnder"
  | "stretches"
  | "stretch"
  | "retain";
type ReadCall = { [op in Read]: { readonly op: op; readonly args: Parameters<Storage[op]> } }[Read];
/** Reads of a row for every program; their answers come packed. */
type PackedRead = "programs" | "mailboxes";

export type Call =
  | ReadCall
  | { readonly op: PackedRead }
  | { readonly op: "commit"; readonly ticket: number; readonly batch: PackedBatch }
  | { readonly op: "recode" }
  | { readonly op: "copy" }
  | { readonly op: "endCopy"; readonly copy: number }
  | { readonly op: "limitPages"; readonly pages: number | null }
  | { readonly op: "close" };

export type Answer =
  | { readonly ok: true; readonly value: unknown; readonly seq: number; readonly trouble: string | null }
  | { readonly ok: false; readonly error: ThrownJson };

/** Said on its own account: all old entries there were have been recoded, or why not. */
export interface AllRecoded {
  readonly recoded: string | null;
}

/** The first thing the storage thread says. */
export interface Opened {
  readonly notes: readonly string[];
}

/** An error that crosses the thread: one of ours, or an unexpected one with its stack. */
export type ThrownJson = { readonly ours: ErrorJson } | { readonly message: string; readonly stack: string };

export function thrownToJson(error: unknown): ThrownJson {
  if (error instanceof ElsewhereError) return { ours: error.toJSON() };
  if (error instanceof Error) return { message: error.message, stack: error.stack ?? "" };
  return { message: String(error), stack: "" };
}

export function thrownFromJson(json: ThrownJson): Error {
  if ("ours" in json) return ElsewhereError.from(json.ours);
  const error = new Error(json.message);
  error.stack = json.stack;
  return error;
}
