import { ElsewhereError } from "@elsewhere/protocol";
import type { Fault } from "./contract.ts";

/** A fault as the error that is shown: one line, with what was thrown and the first place of its stack. */
export function faultToError(program: string, { reason, message }: Fault): ElsewhereError {
  const [what = "", where] = message.split("\n");
  const line = where === undefined ? what : `${what} ${where.trim()}`;
  return new ElsewhereError("fault", `${program}: ${reason}: ${line}`, { field: program });
}
