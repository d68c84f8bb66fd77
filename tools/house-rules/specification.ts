// Every rule of the specification is cited by a test's title, and every citation names a rule that exists.
import { at, type Finding, isNode, type Parsed, type Source, walk } from "./source.ts";

interface Mark {
  readonly rule: string;
  readonly where: string;
}

/** Rules stand as `**W12** A closed door collides.`, the invariants above them as `*I1*`. */
function rulesIn({ path, text }: Source): readonly Mark[] {
  return [...text.matchAll(/^\s*(?:[-*]\s+)?\*\*([A-Z]+\d+[a-z]?)\*\*/gm)].map((match) => ({
    rule: match[1]!,
    where: `${path}:${text.slice(0, match.index).split("\n").length}`,
  }));
}

const invariant = /^I[1-7]$/;

/** The rules that titles begin with: `W3 …`, `W3, W4: …`, `W3 and W4 …`. */
function citationsIn(source: Parsed): readonly Mark[] {
  return [...walk(source.program)].flatMap((node) => {
    if (node.type !== "CallExpression" || !/^(test|it|describe|suite|t\.test)$/.test(calleeOf(source, node))) return [];
    const title = titleOf((node["arguments"] as readonly unknown[])[0]);
    const head = /^(?:[A-Z]+\d+[a-z]?(?:\s*(?:,|and|&|:)\s*|\s+|$))+/.exec(title)?.[0] ?? "";
    return (head.match(/[A-Z]+\d+[a-z]?/g) ?? []).map((rule) => ({ rule, where: at(source, node.start) }));
  });
}

const calleeOf = (source: Parsed, node: { readonly [key: string]: unknown; readonly start: number }): string =>
  source.text.slice(node.start, (node["callee"] as { end: number }).end);

function titleOf(argument: unknown): string {
  if (!isNode(argument)) return "";
  if (argument.type === "Literal") return String(argument["value"]);
  if (argument.type !== "TemplateLiteral") return "";
  const [first] = argument["quasis"] as readonly { readonly value: { readonly cooked: string } }[];
  return first?.value.cooked ?? "";
}

export function rulesAndTestsAgree(documents: readonly Source[], sources: readonly Parsed[]): readonly Finding[] {
  const rules = documents.flatMap(rulesIn);
  const citations = sources.flatMap(citationsIn);
  const known = new Set(rules.map(({ rule }) => rule));
  const cited = new Set(citations.map(({ rule }) => rule));
  const twice = rules.filter(({ rule }, index) => rules.findIndex((other) => other.rule === rule) !== index);
  return [
    ...twice.map(({ rule, where }) => ({ where, what: `${rule} is given twice` })),
    ...rules.filter(({ rule }) => !cited.has(rule)).map(({ rule, where }) => ({ where, what: `no test cites ${rule}` })),
    ...citations
      .filter(({ rule }) => !known.has(rule) && !invariant.test(rule))
      .map(({ rule, where }) => ({ where, what: `${rule} is no rule of the specification` })),
  ];
}
