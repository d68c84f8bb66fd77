import type { Fault } from "../../../packages/server/src/programs/contract.ts";

/** How a turn ended: in an outcome that passed the checks, or with a fault. */
export type End = "well" | Fault["reason"];

/** A program that means harm, and all that may come of it. */
export interface Hostile {
  readonly name: string;
  /** What it does when it hears `go`, as the body of an async function; with `whole`, its module below the imports. */
  readonly source: string;
  readonly whole?: true;
  /** How often it hears `go`, 1 unless said; 0 where its first turn is the attack. */
  readonly times?: number;
  /** How the last of its turns may end. */
  readonly ends: readonly End[];
  /** What its log says in the last of its turns, a line each, if that turn ended well. */
  readonly says?: RegExp;
}

/** What is said where memory ran out: where there is no room even for the error, the engine throws null. */
export const full = /out of memory|^(unhandled rejection: )?null$|cannot be shown/m;

/** Program text is written as it is, backslashes and all. */
export const code = String.raw;

const imports = `import { ElsewhereError, me, memory, sleep } from "@elsewhere/program";\n`;

/** The module of a hostile program; `prelude` is at hand to all programs of its kind. */
export function moduleOf({ source, whole }: Hostile, prelude = ""): string {
  if (whole) return `${imports}${prelude}\n${source}`;
  return `${imports}${prelude}
const attack = async () => {${source}
};
me.on("heard", ({ text }) => (text === "go" ? attack() : console.log("well")));`;
}
