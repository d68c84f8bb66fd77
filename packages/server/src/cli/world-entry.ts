/** Enters a program in the text of a `world.json` and leaves every other character of it as its author wrote it. */
import { isDeepStrictEqual } from "node:util";
import { ElsewhereError, type JsonObject } from "@elsewhere/protocol";

/** `text` must be the JSON of an object in which `programs`, if it is there, is a list. */
export function withProgram(text: string, entry: JsonObject): string {
  const world = JSON.parse(text) as { programs?: readonly JsonObject[] };
  const written = insert(text, entry);
  if (isDeepStrictEqual(JSON.parse(written), { ...world, programs: [...(world.programs ?? []), entry] })) return written;
  throw new ElsewhereError("malformed", "world.json is written in a way that cannot be added to: enter the program by hand", {
    field: "world.json",
  });
}

function insert(text: string, entry: JsonObject): string {
  const root = membersOf(text, text.indexOf("{"));
  const programs = root.members.findLast(({ key }) => key === "programs");
  const layout = layoutOf(text);
  if (programs === undefined) {
    return addTo(text, root, `"programs": ${render([entry], layout, 1)}`, layout, 1);
  }
  const list = membersOf(text, programs.valueAt);
  const last = list.members.at(-1);
  const several = last === undefined || text.slice(last.valueAt, last.end).includes("\n");
  const flat = `{ ${JSON.stringify(entry, null, 1).slice(1, -1).replaceAll(/\n\s*/g, " ").trim()} }`;
  return addTo(text, list, several ? render(entry, layout, 2) : flat, layout, 2);
}

interface Layout {
  readonly indent: string;
  readonly lineEnd: string;
}

/** As the first indented line has it; a text all on one line is one of an author who wants no others. */
function layoutOf(text: string): Layout {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  return { indent, lineEnd: text.includes("\r\n") ? "\r\n" : "\n" };
}

function render(value: unknown, { indent, lineEnd }: Layout, depth: number): string {
  return JSON.stringify(value, null, indent).replaceAll("\n", lineEnd + indent.repeat(depth));
}

/** Puts an item behind the last one of an object or a list, on a line of its own where that one has its own. */
function addTo(text: string, { start, end, members }: Container, item: string, { indent, lineEnd }: Layout, depth: number): string {
  const last = members.at(-1);
  if (last === undefined) {
    const closing = lineEnd + indent.repeat(depth - 1);
    return `${text.slice(0, start + 1)}${lineEnd}${indent.repeat(depth)}${item}${closing}${text.slice(end)}`;
  }
  const between = /\s*$/.exec(text.slice(start + 1, last.start))?.[0] ?? "";
  return `${text.slice(0, last.end)},${between}${item}${text.slice(last.end)}`;
}

interface Member {
  /** Null for an item of a list. */
  readonly key: string | null;
  readonly start: number;
  readonly valueAt: number;
  readonly end: number;
}
interface Container {
  /** Where its bracket opens and where it closes. */
  readonly start: number;
  readonly end: number;
  readonly members: readonly Member[];
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gy;

/** The members of the object or list whose bracket opens at `start`, in a text that is known to be JSON. */
function membersOf(text: string, start: number): Container {
  const members: Member[] = [];
  let depth = 0;
  let key: string | null = null;
  let first: number | null = null;
  let valueAt: number | null = null;
  let end = start;
  let at = start;
  for (;;) {
    while (/\s/.test(text[at] ?? "")) at++;
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    if (found === undefined) break;
    const closes = found === "}" || found === "]";
    if (closes) depth--;
    if (depth === 1 && found === ":") {
      key = JSON.parse(text.slice(first!, end)) as string;
      valueAt = null;
    } else if ((depth === 1 && found === ",") || (depth === 0 && closes)) {
      if (first !== null) members.push({ key, start: first, valueAt: valueAt!, end });
      if (depth === 0) return { start, end: at, members };
      [key, first, valueAt] = [null, null, null];
    } else if (depth > 0) {
      first ??= at;
      valueAt ??= at;
    }
    if (found === "{" || found === "[") depth++;
    at += found.length;
    end = at;
  }
  throw new ElsewhereError("malformed", "world.json is not JSON", { field: "world.json" });
}
