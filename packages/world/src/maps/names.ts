import { limits } from "@elsewhere/protocol";
import { quoted } from "../tiled/refuse.ts";
import type { Notes } from "./notes.ts";

/** A name as coordinates can carry it: one line, no "@" and no "/", not too long. */
export function cleanName(name: string): string {
  const line = name
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .replaceAll(/[@/]/g, "-")
    .trim();
  return line.length > limits.nameCharsMax ? line.slice(0, limits.nameCharsMax).trimEnd() : line;
}

/** Gives every thing of one kind a name of its own: the second "desk" becomes "desk 2". */
export class Names {
  readonly #taken = new Set<string>();
  readonly #kind: string;
  readonly #notes: Notes;

  constructor(kind: string, notes: Notes) {
    this.#kind = kind;
    this.#notes = notes;
  }

  take(wished: string, otherwise: string): string {
    const clean = cleanName(wished) || cleanName(otherwise);
    let name = clean;
    for (let n = 2; this.#taken.has(name); n++) name = `${clean.slice(0, limits.nameCharsMax - 8)} ${n}`;
    this.#taken.add(name);
    if (wished !== "" && name !== wished.trim()) this.#notes.say(`the ${this.#kind} ${quoted(wished)} is called ${quoted(name)} here`);
    return name;
  }
}
