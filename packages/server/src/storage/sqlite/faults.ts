import { ElsewhereError } from "@elsewhere/protocol/errors";
import { broken } from "../../record/recover.ts";

const busyCodes: ReadonlySet<number> = new Set([5, 6]);
const corruptCodes: ReadonlySet<number> = new Set([11, 26]);
const constraintCode = 19;

const advice: Readonly<Record<number, string>> = {
  8: "the data directory cannot be written; allow this user to write it or choose another with --data",
  10: "the disk failed to read or write; check it, the world goes on by itself when it answers again",
  13: "the disk is full; make room, the world goes on by itself",
  14: "the database cannot be opened; check that the data directory exists and that this user may read and write it",
};

const otherAdvice = "check the disk and the data directory";

/** Translates what SQLite or the system threw, at `where`, into what a user can act on. Anything else, our own errors too, passes unchanged. */
export function named(error: unknown, where: string): unknown {
  if (error instanceof Error && "syscall" in error) {
    return new ElsewhereError("storage", `${where}: ${error.message}: ${otherAdvice}`, { field: "data" }, { cause: error });
  }
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return error;
  const code = error.errcode & 0xff;
  if (busyCodes.has(code)) {
    const what = `${where} is in use by a running server; stop that one or choose another directory with --data`;
    return new ElsewhereError("taken", what, { field: "data" }, { cause: error });
  }
  if (corruptCodes.has(code)) return broken(`${where} is damaged (${error.message})`, error);
  if (code === constraintCode) {
    return new ElsewhereError(
      "malformed",
      `a row was committed that is there already (${error.message})`,
      { field: "batch" },
      { cause: error },
    );
  }
  const hint = advice[code] ?? otherAdvice;
  return new ElsewhereError("storage", `${where}: ${error.message}: ${hint}`, { field: "data" }, { cause: error });
}

/** Reads with `read`; whatever does not even decode was never written. */
export function reading<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const known = named(error, where);
    throw known instanceof ElsewhereError ? known : broken(`${where} is damaged (${String(known)})`, known);
  }
}
