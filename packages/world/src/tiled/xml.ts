import { XMLParser, XMLValidator } from "fast-xml-parser";
import { malformed } from "./refuse.ts";

/** An XML element, a view of what the parser gave. */
export interface XmlElement {
  readonly name: string;
  attributes(): Record<string, string>;
  children(name?: string): XmlElement[];
  /** The text directly within it. */
  text(): string;
}

type ParsedNode = { readonly [key: string]: unknown };

/** Deeper than any map within `mapNestingMax` can be: a property nests by up to three elements. */
const xmlNestingMax = 200;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: xmlNestingMax,
  // The parser leaves out character references, so `decoded` resolves both kinds.
  processEntities: false,
  cdataPropName: "#cdata",
});

/** Parses a document to its root element. Throws `malformed` naming the file. */
export function parseXml(text: string, file: string): XmlElement {
  // Declared entities can expand without bound, and no map needs them.
  if (/<!(ENTITY|ELEMENT|ATTLIST|NOTATION)/i.test(text)) throw malformed(file, "declares XML entities or types; maps may not");
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) throw malformed(file, `is not well-formed XML at line ${verdict.err.line}; save it again in Tiled`);
  let nodes: ParsedNode[];
  try {
    nodes = parser.parse(text) as ParsedNode[];
  } catch (cause) {
    throw malformed(file, "is not XML that can be read; save it again in Tiled", cause);
  }
  const root = elements(nodes)[0];
  if (!root) throw malformed(file, "is XML without an element");
  return root;
}

const tagOf = (node: ParsedNode): string | undefined => Object.keys(node).find((key) => key !== ":@");

function elements(nodes: readonly ParsedNode[], name?: string): XmlElement[] {
  const found: XmlElement[] = [];
  for (const node of nodes) {
    const tag = tagOf(node);
    if (tag === undefined || tag.startsWith("#") || (name !== undefined && tag !== name)) continue;
    found.push(view(tag, node));
  }
  return found;
}

function view(name: string, node: ParsedNode): XmlElement {
  const attributes = (node[":@"] ?? {}) as Record<string, string>;
  const inside = node[name] as ParsedNode[];
  return {
    name,
    attributes: () => Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, decoded(value)])),
    children: (child) => elements(inside, child),
    text: () => inside.map(textOf).join(""),
  };
}

function textOf(node: ParsedNode): string {
  const text = node["#text"];
  if (typeof text === "string") return decoded(text);
  const verbatim = node["#cdata"] as ParsedNode[] | undefined;
  return verbatim ? verbatim.map((part) => (typeof part["#text"] === "string" ? part["#text"] : "")).join("") : "";
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** Resolves the five entities XML itself has, and character references; anything else stays as it is. */
function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return entities[name.toLowerCase()]!;
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex!, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
