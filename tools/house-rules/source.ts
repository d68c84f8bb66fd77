import { parseSync } from "oxc-parser";

/** A node of a syntax tree, as far as the rules look into it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface Source {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Parsed extends Source {
  readonly program: Node;
  readonly comments: readonly { readonly value: string; readonly start: number }[];
  readonly imports: readonly Import[];
}

export interface Import {
  readonly from: string;
  readonly start: number;
  /** `import type …`: gone when the file runs. */
  readonly types: boolean;
  /** `export … from`, which hands on what another file says. */
  readonly handsOn: "nothing" | "names" | "everything";
}

export interface Finding {
  readonly where: string;
  readonly what: string;
}

/** One rule over the whole tree: what breaks it, nothing when it is kept. */
export type Rule = (sources: readonly Parsed[]) => readonly Finding[];

export function parse(source: Source): Parsed {
  const { program, comments, module } = parseSync(source.path, source.text);
  const imports: Import[] = [];
  const add = (from: string | undefined, start: number, handsOn: Import["handsOn"] = "nothing"): void => {
    if (from === undefined) return;
    const types = /^(import|export)\s+type\b/.test(source.text.slice(start, start + 20));
    imports.push({ from, start, types, handsOn });
  };
  for (const { moduleRequest, start } of module.staticImports) add(moduleRequest.value, start);
  for (const { start, entries } of module.staticExports) {
    const everything = entries.some((entry) => entry.importName.kind.startsWith("All"));
    add(entries[0]?.moduleRequest?.value, start, everything ? "everything" : "names");
  }
  for (const { moduleRequest, start } of module.dynamicImports) {
    add(/^["'](.*)["']$/.exec(source.text.slice(moduleRequest.start, moduleRequest.end))?.[1], start);
  }
  return { ...source, program: program as unknown as Node, comments, imports };
}

/** Every node below and including `node`, parents first. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* walk(child);
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

export const at = (source: Source, offset: number): string => `${source.path}:${lineOf(source.text, offset)}`;

export const isTest = (path: string): boolean =>
  path.endsWith(".test.ts") || path.endsWith(".test.tsx") || /(^|\/)(testing|fixtures|test)\//.test(path);
