/** Programs whose heaps are of older code than their files have: they keep to it until the file changes. */
import { createHash } from "node:crypto";
import type { Storage } from "../storage/contract.ts";
import { codeSetting } from "./code-settings.ts";
import type { Code } from "./contract.ts";
import type { Kept } from "./kept.ts";

/** Hashes: what the program's file held when it was pinned, and the code its heap is of. */
export interface Pin {
  readonly file: string;
  readonly code: string;
}

export type Pins = Readonly<Record<string, Pin>>;

/** The setting they are kept in, JSON of `Pins`. */
export const pinsSetting = "pins";

/** The text of code that was kept, null if it was not, or is no longer what its hash says. */
export function soundCode(hash: string, text: string | null): Code | null {
  return text !== null && createHash("sha256").update(text).digest("hex") === hash ? { hash, text } : null;
}

/** Gives the code a program is to run with, by what its file has now and what is kept of it. */
export async function codeChooser(
  storage: Pick<Storage, "setting">,
): Promise<(program: string, current: Code, kept: Kept | null) => Promise<Code>> {
  const pins = JSON.parse((await storage.setting(pinsSetting)) ?? "{}") as Pins;
  return async (program, current, kept) => {
    const pin = Object.hasOwn(pins, program) ? pins[program] : undefined;
    if (pin === undefined || pin.file !== current.hash || pin.code !== kept?.codeHash) return current;
    return soundCode(pin.code, await storage.setting(codeSetting(pin.code))) ?? current;
  };
}
