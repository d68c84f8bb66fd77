import type { LogLine } from "@elsewhere/protocol";

export interface KeyedLine {
  readonly key: string;
  readonly line: LogLine;
}

/** Log lines have no number; with these keys a line stays itself while newer ones come and older ones go. */
export function keyed(log: readonly LogLine[]): readonly KeyedLine[] {
  const seen = new Map<string, number>();
  return log.map((line) => {
    const text = `${line.now} ${line.level} ${line.text}`;
    const nth = (seen.get(text) ?? 0) + 1;
    seen.set(text, nth);
    return { key: `${nth} ${text}`, line };
  });
}
