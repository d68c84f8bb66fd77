import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError, type ErrorCode, limits } from "@elsewhere/protocol";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { filesOf } from "./fixtures/files.ts";
import { resolveReference } from "./files.ts";
import { readTiledMap } from "./read.ts";

type Fields = Readonly<Record<string, unknown>>;

const layer = { type: "tilelayer", name: "ground", width: 2, height: 2, data: [1, 2, 3, 4] };
const map = { width: 2, height: 2, tilewidth: 8, tileheight: 8, tilesets: [], layers: [layer] };
const withLayer = (fields: Fields): Fields => ({ ...map, layers: [{ ...layer, ...fields }] });
const withObject = (fields: Fields): Fields => ({
  ...map,
  layers: [{ type: "objectgroup", name: "o", objects: [{ id: 1, x: 0, y: 0, ...fields }] }],
});
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const nested = (depth: number): Fields => (depth === 0 ? layer : { type: "group", name: "g", layers: [nested(depth - 1)] });
const deep = (depth: number): unknown => (depth === 0 ? 1 : { in: deep(depth - 1) });
const fullChunk = { x: 0, y: 0, width: 1024, height: 1024, data: base64(deflateSync(new Uint8Array(1024 * 1024 * 4))) };
const tmx = (inside: string): string => `<map width="2" height="2" tilewidth="8" tileheight="8">${inside}</map>`;

interface Case {
  readonly what: string;
  readonly file: Fields | string | Uint8Array;
  readonly others?: Readonly<Record<string, string>>;
  readonly code: ErrorCode;
  readonly limit?: number;
  readonly says: RegExp;
}

const cases: readonly Case[] = [
  { what: "nothing", file: "", code: "malformed", says: /neither/ },
  { what: "no text", file: new Uint8Array([0xff, 0xfe, 0x3c]), code: "malformed", says: /UTF-8/ },
  { what: "half of a file", file: JSON.stringify(map).slice(0, 90), code: "malformed", says: /neither/ },
  { what: "JSON of another kind", file: "[1,2]", code: "malformed", says: /not an object/ },
  { what: "a tileset for a map", file: { tilewidth: 8, tiles: [] }, code: "malformed", says: /not a Tiled map/ },
  { what: "XML of another kind", file: "<svg/>", code: "malformed", says: /another kind/ },
  { what: "XML that does not close", file: "<map><layer></map>", code: "malformed", says: /well-formed/ },
  { what: "no width", file: { ...map, width: undefined }, code: "malformed", says: /width/ },
  { what: "a width of text", file: { ...map, width: "wide" }, code: "malformed", says: /width/ },
  { what: "half a tile", file: { ...map, width: 1.5 }, code: "malformed", says: /whole number/ },
  { what: "no tiles at all", file: { ...map, height: 0 }, code: "malformed", says: /height/ },
  { what: "an absurd side", file: { ...map, width: 1e9 }, code: "limit", limit: limits.mapSideTilesMax, says: /width/ },
  { what: "an absurd area", file: { ...map, width: 2048, height: 2048 }, code: "limit", limit: limits.mapTilesMax, says: /2048 × 2048/ },
  { what: "tiles without a size", file: { ...map, tilewidth: 0 }, code: "malformed", says: /tilewidth/ },
  {
    what: "chunks far apart",
    file: {
      ...map,
      infinite: true,
      layers: [{ type: "tilelayer", name: "c", chunks: [0, 9e5].map((x) => ({ x, y: 0, width: 1, height: 1, data: [1] })) }],
    },
    code: "limit",
    limit: limits.mapSideTilesMax,
    says: /900001/,
  },
  {
    what: "more cells than one may have",
    file: {
      ...map,
      infinite: true,
      layers: [{ type: "tilelayer", name: "c", encoding: "base64", compression: "zlib", chunks: Array(33).fill(fullChunk) }],
    },
    code: "limit",
    limit: limits.mapCellsMax,
    says: /cells together/,
  },
  { what: "too few cells", file: withLayer({ data: [1, 2, 3] }), code: "malformed", says: /3 cells where 2 × 2/ },
  {
    what: "too many cells in csv",
    file: tmx(`<layer width="2" height="2"><data encoding="csv">1,2,3,4,5</data></layer>`),
    code: "malformed",
    says: /5 cells/,
  },
  {
    what: "an empty cell in csv",
    file: tmx(`<layer width="2" height="2"><data encoding="csv">1,,3,4</data></layer>`),
    code: "malformed",
    says: /empty cell/,
  },
  {
    what: "letters in csv",
    file: tmx(`<layer width="2" height="2"><data encoding="csv">1,x,3,4</data></layer>`),
    code: "malformed",
    says: /csv/,
  },
  { what: "a negative cell", file: withLayer({ data: [1, 2, 3, -4] }), code: "malformed", says: /tile id/ },
  { what: "no cells", file: withLayer({ data: undefined }), code: "malformed", says: /no cells/ },
  { what: "bad base64", file: withLayer({ encoding: "base64", data: "*" }), code: "malformed", says: /base64/ },
  {
    what: "base64 of another size",
    file: withLayer({ encoding: "base64", data: base64(new Uint8Array(15)) }),
    code: "malformed",
    says: /15 bytes where 16/,
  },
  { what: "an unknown encoding", file: withLayer({ encoding: "rot13", data: "x" }), code: "unsupported", says: /rot13/ },
  {
    what: "an unknown compression",
    file: withLayer({ encoding: "base64", compression: "lzma", data: "AAAA" }),
    code: "unsupported",
    says: /lzma/,
  },
  { what: "noise for gzip", file: withLayer({ encoding: "base64", compression: "gzip", data: "AAAA" }), code: "malformed", says: /gzip/ },
  {
    what: "a bomb in gzip",
    file: withLayer({ encoding: "base64", compression: "gzip", data: base64(gzipSync(new Uint8Array(1e7))) }),
    code: "malformed",
    says: /at most 16 bytes/,
  },
  {
    what: "a bomb in zstd",
    file: withLayer({ encoding: "base64", compression: "zstd", data: base64(zstdCompressSync(new Uint8Array(1e7))) }),
    code: "malformed",
    says: /at most 16 bytes/,
  },
  {
    what: "groups too deep",
    file: { ...map, layers: [nested(limits.mapNestingMax + 2)] },
    code: "limit",
    limit: limits.mapNestingMax,
    says: /groups nest/,
  },
  { what: "elements too deep", file: `<map>${"<group>".repeat(5000)}${"</group>".repeat(5000)}</map>`, code: "malformed", says: /XML/ },
  {
    what: "properties too deep",
    file: { ...map, properties: [{ name: "p", type: "class", value: deep(99) }] },
    code: "limit",
    limit: limits.mapNestingMax,
    says: /property/,
  },
  {
    what: "more layers than one may have",
    file: { ...map, layers: Array(limits.mapLayersMax + 1).fill(layer) },
    code: "limit",
    limit: limits.mapLayersMax,
    says: /items/,
  },
  {
    what: "more objects than one may have",
    file: { ...map, layers: [{ type: "objectgroup", name: "o", objects: Array(limits.mapObjectsMax + 1).fill({}) }] },
    code: "limit",
    limit: limits.mapObjectsMax,
    says: /items/,
  },
  {
    what: "an object beyond all maps",
    file: withObject({ x: 1e300 }),
    code: "limit",
    limit: limits.mapSideTilesMax * limits.mapTileSidePixelsMax,
    says: /pixels/,
  },
  { what: "an object nowhere", file: withObject({ x: "left" }), code: "malformed", says: /\.x/ },
  {
    what: "an entity bomb",
    file: `<!DOCTYPE map [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>${tmx("&b;")}`,
    code: "malformed",
    says: /entities/,
  },
  {
    what: "an entity that reads a file",
    file: `<!DOCTYPE map [<!ENTITY a SYSTEM "file:///etc/passwd">]>${tmx("&a;")}`,
    code: "malformed",
    says: /entities/,
  },
  {
    what: "a tileset that is not there",
    file: { ...map, tilesets: [{ firstgid: 1, source: "walls.tsx" }] },
    code: "unknown",
    says: /maps\/walls.tsx.*maps\/m/,
  },
  {
    what: "a tileset out of the root",
    file: { ...map, tilesets: [{ firstgid: 1, source: "../../walls.tsx" }] },
    code: "forbidden",
    says: /leads out/,
  },
  { what: "a template out of the root", file: withObject({ template: "../../../../etc/passwd" }), code: "forbidden", says: /passwd/ },
  {
    what: "a tileset of another host",
    file: { ...map, tilesets: [{ firstgid: 1, source: "https://example.org/a.tsx" }] },
    code: "forbidden",
    says: /not relative/,
  },
  { what: "a map for a tileset", file: { ...map, tilesets: [{ firstgid: 1, source: "m" }] }, code: "malformed", says: /no tileset/ },
  {
    what: "a tileset for a template",
    file: withObject({ template: "t.tx" }),
    others: { "maps/t.tx": "<tileset/>" },
    code: "malformed",
    says: /no template/,
  },
  {
    what: "a template of itself",
    file: withObject({ template: "t.tx" }),
    others: { "maps/t.tx": `<template><object template="t.tx"/></template>` },
    code: "malformed",
    says: /template of itself/,
  },
  {
    what: "templates in a ring",
    file: withObject({ template: "t.tx" }),
    others: {
      "maps/t.tx": `<template><object template="u.tx"/></template>`,
      "maps/u.tx": `<template><object template="t.tx"/></template>`,
    },
    code: "malformed",
    says: /template of itself/,
  },
  { what: "names meant for prototypes", file: `<map width="2" height="2" __proto__="x"/>`, code: "malformed", says: /XML/ },
  {
    what: "too many tilesets",
    file: { ...map, tilesets: Array(limits.mapTilesetsMax + 1).fill({}) },
    code: "limit",
    limit: limits.mapTilesetsMax,
    says: /items/,
  },
];

for (const { what, file, others, code, limit, says } of cases) {
  test(`M7 a map with ${what} is refused by name`, async () => {
    const content = typeof file === "string" || file instanceof Uint8Array ? file : JSON.stringify(file);
    const error = await readTiledMap(filesOf({ "maps/m": content, ...others }), "maps/m").then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ElsewhereError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, says);
    assert.ok(!error.message.includes("\n"));
    assert.match(error.detail.field ?? "", /^maps\//);
    assert.equal(error.detail.limit, limit);
  });
}

test("M7 a file above the limit, and too many files, are refused before they are parsed", async () => {
  const large = { ...filesOf({}), read: async () => new Uint8Array(limits.mapFileBytesMax + 1) };
  await assert.rejects(readTiledMap(large, "m"), { code: "limit", detail: { field: "m", limit: limits.mapFileBytesMax } });
  const objects = Array.from({ length: limits.mapReferencesMax + 1 }, (_, i) => ({ id: i, x: 0, y: 0, template: `t${i}.tx` }));
  const many = JSON.stringify({ ...map, layers: [{ type: "objectgroup", name: "o", objects }] });
  const templates = {
    ...filesOf({}),
    read: async (path: string) => new TextEncoder().encode(path === "m" ? many : "<template><object/></template>"),
  };
  await assert.rejects(readTiledMap(templates, "m"), { code: "limit", detail: { field: "t255.tx", limit: limits.mapReferencesMax } });
});

test("M7 what a disk throws reaches the reader as a named error", async () => {
  const failing = { ...filesOf({}), read: () => Promise.reject(new Error("EIO")) };
  await assert.rejects(readTiledMap(failing, "m"), { name: "ElsewhereError", code: "malformed" });
});

test("M8 references resolve within the root and nowhere else", () => {
  assert.equal(resolveReference("a/b/map.tmx", "../c/./d.tsx"), "a/c/d.tsx");
  assert.equal(resolveReference("a/b/map.tmx", "..\\c\\d.tsx"), "a/c/d.tsx");
  for (const reference of ["../../../x", "/etc/passwd", "\\\\host\\x", "C:\\x", "file:///x", "data:,x", "x\0y", "", ".", "..", "../.."]) {
    assert.throws(() => resolveReference("a/map.tmx", reference), { code: "forbidden" }, reference);
  }
});
