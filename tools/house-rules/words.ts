// What may not be written at all.
import { at, type Finding, type Parsed, type Rule, walk } from "./source.ts";

/** A package's face, and the module that programs are given as theirs. */
const faces = /^packages\/(\w+\/src\/index|program\/src\/guest)\.ts$/;

export const noBarrels: Rule = (sources) =>
  sources
    .filter(({ path }) => !faces.test(path))
    .flatMap((source) => {
      const everything = source.imports.filter(({ handsOn }) => handsOn === "everything");
      if (everything.length > 0)
        return everything.map(({ start, from }) => ({ where: at(source, start), what: `hands on all of "${from}"` }));
      const only = source.imports.length > 0 && isOnlyHandingOn(source);
      return only ? [{ where: source.path, what: "only hands on what other files say: import those" }] : [];
    });

function isOnlyHandingOn({ program, imports }: Parsed): boolean {
  const statements = program["body"] as readonly { readonly type: string; readonly declaration?: unknown }[];
  const says = statements.some(({ type, declaration }) => type !== "ImportDeclaration" && (declaration || !type.startsWith("Export")));
  return !says && imports.some(({ handsOn }) => handsOn !== "nothing");
}

export const noAny: Rule = (sources) =>
  sources.flatMap((source) =>
    [...walk(source.program)].filter(({ type }) => type === "TSAnyKeyword").map(({ start }) => ({ where: at(source, start), what: "any" })),
  );

/** Files whose tool reads the default export. */
const configurations = /(^|\/)vite\.config\.ts$/;

export const noDefaultExports: Rule = (sources) =>
  sources
    .filter(({ path }) => !configurations.test(path))
    .flatMap((source) =>
      [...walk(source.program)]
        .filter(({ type }) => type === "ExportDefaultDeclaration")
        .map(({ start }) => ({ where: at(source, start), what: "a default export: give it a name" })),
    );

const leftovers = /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck)\b/;

export const noLeftovers: Rule = (sources) => sources.flatMap((source) => [...commentsLeft(source), ...testsLeft(source)]);

function commentsLeft(source: Parsed): readonly Finding[] {
  return source.comments.flatMap(({ value, start }) => {
    const word = leftovers.exec(value)?.[0];
    return word === undefined ? [] : [{ where: at(source, start), what: `${word} is left in a comment` }];
  });
}

/** Tests that would keep all others, or themselves, from running. */
function testsLeft(source: Parsed): readonly Finding[] {
  return [...walk(source.program)].flatMap((node) => {
    if (node.type !== "CallExpression") return [];
    const callee = source.text.slice(node.start, (node["callee"] as { end: number }).end);
    return /^(test|it|describe|suite)\.(only|skip|todo)$/.test(callee) ? [{ where: at(source, node.start), what: `${callee}(` }] : [];
  });
}
