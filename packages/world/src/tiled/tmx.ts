import { malformed } from "./refuse.ts";
import type { XmlElement } from "./xml.ts";

type Fields = Record<string, unknown>;

const layerTypes: Readonly<Record<string, string>> = {
  layer: "tilelayer",
  objectgroup: "objectgroup",
  imagelayer: "imagelayer",
  group: "group",
};

/**
 * Brings a TMX, TSX or TX document into the form of Tiled's JSON, so that one reader reads both. Values stay the strings
 * they are in XML; nothing is checked here.
 */
export function rawOfXml(root: XmlElement, file: string): Fields {
  if (root.name === "map") return map(root);
  if (root.name === "tileset") return tileset(root);
  if (root.name === "template")
    return {
      type: "template",
      ...firstTileset(root),
      object: root.children("object").map(object)[0],
    };
  throw malformed(file, "is XML of another kind than a Tiled map, tileset or template");
}

const map = (element: XmlElement): Fields => ({
  ...common(element),
  type: "map",
  tilesets: element.children("tileset").map(tileset),
  layers: layers(element),
});

const firstTileset = (element: XmlElement): Fields => {
  const found = element.children("tileset")[0];
  return found ? { tileset: tileset(found) } : {};
};

/** Attributes and properties, which almost every element has. */
function common(element: XmlElement): Fields {
  const lists = element.children("properties");
  return {
    ...element.attributes(),
    properties: lists.flatMap((list) => list.children("property").map(property)),
  };
}

function property(element: XmlElement): Fields {
  const attributes = element.attributes();
  if (attributes["type"] === "class") {
    return {
      ...attributes,
      value: element.children("properties").flatMap((list) => list.children("property").map(property)),
    };
  }
  if (attributes["type"] === "list")
    return { ...attributes, value: element.children("item").map((item) => ({ type: "string", ...property(item) })) };
  return { ...attributes, value: attributes["value"] ?? element.text() };
}

function layers(element: XmlElement): Fields[] {
  return element.children().flatMap((child) => {
    const type = layerTypes[child.name];
    return type === undefined ? [] : [layer(child, type)];
  });
}

function layer(element: XmlElement, type: string): Fields {
  const fields = { ...common(element), type };
  if (type === "tilelayer") return { ...fields, ...data(element) };
  if (type === "objectgroup") return { ...fields, objects: element.children("object").map(object) };
  if (type === "group") return { ...fields, layers: layers(element) };
  return { ...fields, ...image(element) };
}

function data(element: XmlElement): Fields {
  const found = element.children("data")[0];
  if (!found) return {};
  const { encoding, compression } = found.attributes();
  const chunks = found.children("chunk");
  const how = { encoding: encoding ?? "xml", compression: compression ?? "" };
  if (chunks.length > 0)
    return {
      ...how,
      chunks: chunks.map((chunk) => ({ ...chunk.attributes(), data: cells(chunk, encoding) })),
    };
  return { ...how, data: cells(found, encoding) };
}

/** Without an encoding every cell is an element; one without a gid is empty. */
const cells = (element: XmlElement, encoding: string | undefined): unknown =>
  encoding === undefined ? element.children("tile").map((tile) => tile.attributes()["gid"] ?? 0) : element.text();

function image(element: XmlElement): Fields {
  const attributes = element.children("image")[0]?.attributes();
  return attributes
    ? {
        image: attributes["source"],
        imagewidth: attributes["width"],
        imageheight: attributes["height"],
      }
    : {};
}

function tileset(element: XmlElement): Fields {
  const tiles = element.children("tile").map((tile) => ({ ...common(tile), ...image(tile) }));
  return { ...common(element), ...image(element), tiles };
}

function object(element: XmlElement): Fields {
  const fields = common(element);
  for (const child of element.children()) {
    if (child.name === "point" || child.name === "ellipse" || child.name === "capsule") fields[child.name] = true;
    else if (child.name === "polygon" || child.name === "polyline") fields[child.name] = points(child);
    else if (child.name === "text") fields["text"] = { ...child.attributes(), text: child.text() };
  }
  return fields;
}

/** `0,0 12,-3.5 …` */
const points = (element: XmlElement): Fields[] =>
  (element.attributes()["points"] ?? "")
    .split(/\s+/)
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [x, y] = pair.split(",");
      return { x, y };
    });
