import { limits } from "@elsewhere/protocol";

export interface LogLine {
  readonly level: "log" | "error";
  readonly text: string;
}

const none: readonly never[] = [];

/** The lines a program wrote in this turn: at most `logLinesPerTurnMax`, the last of them saying that there were more. */
export class Log {
  #lines: LogLine[] = [];
  #dropped = 0;

  write(level: LogLine["level"], values: readonly unknown[]): void {
    if (this.#lines.length >= limits.logLinesPerTurnMax - 1) {
      this.#dropped++;
      return;
    }
    const text = values.map((value) => (typeof value === "string" ? value : describe(value))).join(" ");
    this.#lines.push({ level, text: shorten(text) });
  }

  take(): readonly LogLine[] {
    const lines = this.#lines;
    if (lines.length === 0) return none;
    if (this.#dropped > 0) lines.push({ level: "error", text: `${this.#dropped} more lines in this turn were dropped` });
    this.#lines = [];
    this.#dropped = 0;
    return lines;
  }
}

/** Any value as text; an error with its stack. Never throws, whatever the value does when it is looked at. */
export function describe(value: unknown): string {
  try {
    if (value instanceof Error) return shorten(`${value.name}: ${value.message}\n${value.stack ?? ""}`.trimEnd());
    if (typeof value === "object" && value !== null) return shorten(JSON.stringify(value) ?? "nothing");
    return shorten(String(value));
  } catch {
    return "a value that cannot be shown";
  }
}

function shorten(text: string): string {
  return text.length <= limits.logLineCharsMax ? text : `${text.slice(0, limits.logLineCharsMax - 1)}…`;
}
