import { limits } from "@elsewhere/protocol";
import { quoted } from "../tiled/refuse.ts";
import type { Notes } from "./notes.ts";

/** A name as coordinates can carry it: one line, no "@", no "/" and no "~", not too long. */
export function cleanName(name: string): string {
  const line = name
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .replaceAll(/[@/~]/g, "-")
    .trim();
  return line.length > limits.nameCharsMax ? line.slice(0, limits.nameCharsMax).trimEnd() : line;
}

/** What wants a name, and whether it lies in a hidden room. */
interface Named {
  readonly name: string;
  readonly hidden: boolean;
}

/** Gives every thing of one kind a name of its own: the second "desk" becomes "desk 2". */
export class Names {
  readonly #taken = new Set<string>();
  /** Where counting goes on for a name, so that thousands of one name take no longer than thousands of many. */
  readonly #next = new Map<string, number>();
  readonly #kind: string;
  readonly #notes: Notes;

  constructor(kind: string, notes: Notes) {
    this.#kind = kind;
    this.#notes = notes;
  }

  take(wished: string, otherwise: string, secretly = false): string {
    const clean = cleanName(wished) || cleanName(otherwise);
    let name = clean;
    let n = this.#next.get(clean) ?? 2;
    while (this.#taken.has(name)) name = `${clean.slice(0, limits.nameCharsMax - 8)} ${n++}`;
    this.#next.set(clean, n);
    this.#taken.add(name);
    if (wished !== "" && name !== wished.trim()) this.#noteChange(wished, name, secretly);
    return name;
  }

  /** Names for all of them, for the hidden ones last: nobody is to learn from another's name that they are there. */
  takeAll<T extends Named>(all: readonly T[], otherwise: (one: T) => string): ReadonlyMap<T, string> {
    const inOrder = [...all.filter(({ hidden }) => !hidden), ...all.filter(({ hidden }) => hidden)];
    return new Map(inOrder.map((one) => [one, this.take(one.name, otherwise(one), one.hidden)]));
  }

  #noteChange(wished: string, name: string, secretly: boolean): void {
    if (secretly) this.#notes.say(`a hidden ${this.#kind} is called otherwise here, since its name is another's or fits no coordinates`);
    else this.#notes.say(`the ${this.#kind} ${quoted(wished)} is called ${quoted(name)} here`);
  }
}
