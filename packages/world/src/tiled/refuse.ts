import { ElsewhereError } from "@elsewhere/protocol";

const shownCharsMax = 60;

/** Text of a file, fit for one line of an error or note. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > shownCharsMax ? `${text.slice(0, shownCharsMax)}…` : text);
}

export function malformed(file: string, what: string, cause?: unknown): ElsewhereError {
  return new ElsewhereError("malformed", `${file}: ${what}`, { field: file }, cause === undefined ? {} : { cause });
}

export function overLimit(file: string, what: string, limit: number): ElsewhereError {
  return new ElsewhereError("limit", `${file}: ${what}`, { field: file, limit });
}
