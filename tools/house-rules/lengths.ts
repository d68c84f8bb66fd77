import { at, type Rule, walk } from "./source.ts";

const fileLinesMax = 600;
const fileLinesCalm = 400;
const functionLinesMax = 100;

const functions = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const linesIn = (text: string): number => text.trimEnd().split("\n").length;

export const filesAreShort: Rule = (sources) =>
  sources
    .filter(({ text }) => linesIn(text) > fileLinesMax)
    .map(({ path, text }) => ({ where: path, what: `${linesIn(text)} lines; a file has at most ${fileLinesMax}` }));

/** Not yet a fault: files that should be looked at before they become one. */
export const filesGrowing: Rule = (sources) =>
  sources.filter(({ text }) => linesIn(text) > fileLinesCalm).map(({ path, text }) => ({ where: path, what: `${linesIn(text)} lines` }));

export const functionsAreShort: Rule = (sources) =>
  sources.flatMap((source) =>
    [...walk(source.program)]
      .filter(({ type }) => functions.has(type))
      .map(({ start, end }) => ({ start, lines: linesIn(source.text.slice(start, end)) }))
      .filter(({ lines }) => lines > functionLinesMax)
      .map(({ start, lines }) => ({ where: at(source, start), what: `a function of ${lines} lines; the most is ${functionLinesMax}` })),
  );
