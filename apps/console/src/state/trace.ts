/** One step of a stack: what was called, and `file:line:column`. */
export interface Frame {
  readonly name: string;
  readonly at: string;
}

/** What a program logged, taken apart for reading. */
export interface Trace {
  /** What went wrong, in one line. */
  readonly line: string;
  /** The author's own line, if the stack names one. */
  readonly where: string | null;
  readonly frames: readonly Frame[];
  /** What else stands there, such as what it perceived in that turn. */
  readonly rest: string;
}

const frameLine = /^\s*at (?:(.*) \((.*)\)|(.*))$/;
const position = /:\d+(?::\d+)?$/;
/** Not the author's: what the engine itself runs, and the library every program stands on. */
const others = /^(?:native|node:|<|.*@elsewhere\/)/;

/** Text of any kind comes back whole: what is no frame stays a line. */
export function readTrace(text: string): Trace {
  const frames: Frame[] = [];
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const match = frameLine.exec(line);
    if (match === null) lines.push(line);
    else frames.push({ name: match[1] ?? "", at: match[2] ?? match[3] ?? "" });
  }
  const first = lines.findIndex((line) => line.trim() !== "");
  const where = frames.find(({ at }) => position.test(at) && !others.test(at))?.at ?? null;
  return {
    line: first < 0 ? "An error" : lines[first]!.trim(),
    where,
    frames,
    rest: lines
      .slice(first + 1)
      .join("\n")
      .trim(),
  };
}
