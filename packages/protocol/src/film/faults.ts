import { ElsewhereError } from "../errors.ts";

export function corrupt(what: string, cause?: unknown): ElsewhereError {
  return new ElsewhereError("corrupt", `a film cannot be read, ${what}: take another copy of it`, { field: "film" }, { cause });
}
