import { posix } from "node:path";
import { type Finding, lineOf, type Source } from "./source.ts";

/** Links of the documents to files and headings of this repository that are not there. */
export function linksResolve(documents: readonly Source[], paths: readonly string[]): readonly Finding[] {
  const known = new Set(paths.flatMap(pathAndFolders));
  const headings = new Map(documents.map(({ path, text }) => [path, anchorsIn(text)]));
  return documents.flatMap((document) =>
    [...withoutCode(document.text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
      const link = match[1]!;
      if (/^[a-z]+:/.test(link)) return [];
      const [file, anchor] = link.split("#");
      const target = file ? posix.join(posix.dirname(document.path), decodeURI(file)).replace(/\/$/, "") : document.path;
      const where = `${document.path}:${lineOf(document.text, match.index)}`;
      if (!known.has(target)) return [{ where, what: `"${link}" leads nowhere` }];
      const missing = anchor && headings.get(target)?.has(anchor) === false;
      return missing ? [{ where, what: `"${link}" names no heading` }] : [];
    }),
  );
}

function pathAndFolders(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Blanked and not cut out, so that offsets stay. */
const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```|`[^`\n]*`/g, (code) => code.replace(/[^\n]/g, " "));

function anchorsIn(text: string): ReadonlySet<string> {
  const titles = [...text.replace(/```[\s\S]*?```/g, "").matchAll(/^#+\s+(.*)$/gm)].map((match) => match[1]!);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replace(/\s/g, "-"),
    ),
  );
}
