/**
 * Rewrites positions in a bundle as positions in the author's own files, in whatever text holds them: the stack of an error
 * as the engine prints it, a message, a line of log. The text may be hostile and the map may be wrong; neither throws here,
 * and the time it takes grows with the length of the text alone.
 */
import { libraryName } from "../sandbox/base.ts";

/** As much of `SourceMap` (node:module) as is needed: lines and columns count from 0. */
export interface SourceMapLike {
  findEntry(line: number, column: number): unknown;
}

/** What `findEntry` gives, if the map is what it should be. */
interface Entry {
  readonly originalSource: string;
  readonly originalLine: number;
  readonly originalColumn: number;
}

/** What the sandbox calls a program's module. */
const bundleName = "program.js";

/** `program.js:12:5`; a bundle has no longer numbers. */
const position = /\bprogram\.js:(\d{1,7}):(\d{1,7})(?!\d)/g;
/** `    at NAME (program.js:12:5)`, `    at program.js:12:5`: the engine's form of a frame. */
const frame = /^ {4}at (?:[^()]{0,200} \()?/;

export function authorText(text: string, map: SourceMapLike): string {
  if (!text.includes(bundleName) && !text.includes(libraryName)) return text;
  const lines = text.split("\n").filter((line) => !isOfLibrary(line));
  // A text that was cut short may end in half a position, which would be read as another.
  const last = lines.at(-1);
  if (lines.length > 1 && last !== undefined && last.endsWith("…") && frame.test(last)) lines[lines.length - 1] = "    …";
  return lines.join("\n").replace(position, (found, line: string, column: string) => place(map, Number(line), Number(column)) ?? found);
}

/** A frame that lies in the library tells an author nothing. */
function isOfLibrary(line: string): boolean {
  const start = frame.exec(line)?.[0];
  return start !== undefined && line.startsWith(`${libraryName}:`, start.length);
}

/** The author's `file:line:column` of a position that counts from 1; null if the map does not know it. */
function place(map: SourceMapLike, line: number, column: number): string | null {
  try {
    const entry = map.findEntry(line - 1, column - 1);
    return isEntry(entry) ? `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}` : null;
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is Entry {
  const { originalSource, originalLine, originalColumn } = (value ?? {}) as Partial<Entry>;
  return typeof originalSource === "string" && Number.isInteger(originalLine) && Number.isInteger(originalColumn);
}
