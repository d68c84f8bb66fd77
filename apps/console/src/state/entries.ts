import type { LogLine } from "@elsewhere/protocol";

/** A line of a program's log as it is read: an error stands together with what was perceived in its turn. */
export interface Entry {
  /** With it a line stays itself while newer ones come and older ones go. */
  readonly key: string;
  readonly line: LogLine;
  /** What was perceived in that turn, one percept a line; null if it does not say. */
  readonly perceived: string | null;
}

/** How the host begins a line that tells what a program had perceived, and one that tells of a failed turn. */
const perceivedMark = "perceived in that turn: ";
const faultMark = /^fault\b/;

export const isError = ({ level, text }: LogLine): boolean => level === "error" || (level === "host" && faultMark.test(text));

/** A log, oldest first as it is told, as entries, newest first as they are read. */
export function entriesOf(log: readonly LogLine[]): readonly Entry[] {
  const entries: Entry[] = [];
  const seen = new Map<string, number>();
  for (const line of log) {
    const perceived = perceivedIn(line);
    const of = entries.at(-1);
    // A turn writes its lines together, and what it perceived last.
    const error =
      perceived === null || of?.line.now !== line.now
        ? -1
        : entries.findLastIndex(({ line: before }) => before.now === line.now && isError(before));
    if (error >= 0 && entries[error]!.perceived === null) {
      entries[error] = { ...entries[error]!, perceived };
      continue;
    }
    const text = `${line.now} ${line.level} ${line.text}`;
    const nth = (seen.get(text) ?? 0) + 1;
    seen.set(text, nth);
    entries.push(
      perceived === null
        ? { key: `${nth} ${text}`, line, perceived }
        : { key: `${nth} ${text}`, line: { ...line, text: "perceived" }, perceived },
    );
  }
  return entries.toReversed();
}

function perceivedIn({ level, text }: LogLine): string | null {
  if (level !== "host" || !text.startsWith(perceivedMark)) return null;
  return text.slice(perceivedMark.length).replaceAll(/\}, ?(?=\{"kind")/g, "}\n");
}
