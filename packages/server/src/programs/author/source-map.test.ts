import assert from "node:assert/strict";
import { SourceMap } from "node:module";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import fc from "fast-check";
import { AuthorTexts } from "./texts.ts";
import { bundleProgram } from "./bundle.ts";
import { authorText, type SourceMapLike } from "./source-map.ts";

const shop = `// The shop.
import { me } from "@elsewhere/program";
import { weigh } from "./lib/scales.ts";

interface Sale { readonly grams: number }

const sell = (sale: Sale): number => weigh(sale.grams);
sell({ grams: -1 });
`;
const scales = `// Scales weigh nothing that is less than nothing.
export class Scales {
  static of(grams: number): number {
    if (grams < 0) throw new RangeError("less than nothing");
    return grams;
  }
}
export const weigh = (grams: number): number => Scales.of(grams);
`;
const files: Readonly<Record<string, string>> = { "programs/shop.ts": shop, "programs/lib/scales.ts": scales };
const { code, map: json } = await bundleProgram("programs/shop.ts", (path) => Promise.resolve(files[path]!));
const map = new SourceMap(JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0]);

/** Where a piece of text stands in the bundle, as the engine says it. */
function inBundle(text: string): string {
  const before = code.slice(0, code.indexOf(text)).split("\n");
  return `program.js:${before.length}:${before.at(-1)!.length + 1}`;
}
/** The same in the author's file. */
function inFile(file: string, text: string): string {
  const before = files[file]!.slice(0, files[file]!.indexOf(text)).split("\n");
  return `${file}:${before.length}:${before.at(-1)!.length + 1}`;
}
const thrown = inBundle("new RangeError");
const thrownByAuthor = inFile("programs/lib/scales.ts", "new RangeError");

test("P75 every frame of a stack names the author's own file, line and column", () => {
  const stack = `RangeError: less than nothing
    at of (${thrown})
    at sell (${inBundle("weigh(sale.grams)")})
    at map (native)
    at <anonymous> (${inBundle("sell({ grams")})
    at f (<input>:1:15)
    at #call (@elsewhere/program:1:5130)
    at @elsewhere/program:2:2109
    at next (@elsewhere/program:2:2169)`;
  assert.equal(
    authorText(stack, map),
    `RangeError: less than nothing
    at of (${thrownByAuthor})
    at sell (${inFile("programs/shop.ts", "weigh(sale.grams)")})
    at map (native)
    at <anonymous> (${inFile("programs/shop.ts", "sell({ grams")})
    at f (<input>:1:15)`,
  );
});

test("P75 a position in the middle of a line is rewritten too, and one the map does not know stays", () => {
  assert.equal(authorText(`threw: RangeError at of (${thrown}), alas`, map), `threw: RangeError at of (${thrownByAuthor}), alas`);
  const unknown = { findEntry: () => ({}) };
  for (const other of ["program.js", "program.js:1", "myprogram.js:1:1", "program.js:99999999:1", "program.js:1:123456789"]) {
    assert.equal(authorText(other, map), other);
  }
  assert.equal(authorText("program.js:7:7", unknown), "program.js:7:7");
});

test("P75 half a position at the end of a text that was cut short is not taken for a whole one", () => {
  assert.equal(
    authorText(`Error: x\n    at of (${thrown})\n    at sell (program.js:1…`, map),
    `Error: x\n    at of (${thrownByAuthor})\n    …`,
  );
  assert.equal(authorText("    at the inn we sing @elsewhere/program…", map), "    at the inn we sing @elsewhere/program…");
});

test("P75 the same code from another text has its lines where they are now", async () => {
  const texts = new AuthorTexts();
  texts.add("hash", json);
  assert.equal(texts.of("hash", `at ${thrown}`), `at ${thrownByAuthor}`);
  const commented = (path: string): Promise<string> => Promise.resolve(`// Another comment.\n${files[path]!}`);
  const { code: same, map: other } = await bundleProgram("programs/shop.ts", commented);
  assert.equal(same, code);
  texts.add("hash", other);
  assert.equal(texts.of("hash", `at ${thrown}`), `at ${thrownByAuthor.replace(":4:", ":5:")}`);
  assert.equal(texts.of("nobody's", `at ${thrown}`), `at ${thrown}`);
});

const number = fc.oneof(fc.nat(40), fc.integer(), fc.constantFrom(0, 9_999_999, 10_000_000));
const piece = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("\n", "    at ", " (", ")", "program.js", "@elsewhere/program", ":", "…", "<anonymous>", "$&", "\u2028"),
  fc.tuple(number, number).map(([line, column]) => `program.js:${line}:${column}`),
  fc.tuple(number, number).map(([line, column]) => `    at x (@elsewhere/program:${line}:${column})\n`),
);
const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));

test("P75 no text makes it throw, and none gets longer by a line", () => {
  fc.assert(
    fc.property(text, (hostile) => {
      const told = authorText(hostile, map);
      assert.equal(typeof told, "string");
      const lines = (of: string): number => of.split("\n").length;
      assert.ok(lines(told) <= lines(hostile));
      if (!hostile.includes("program")) assert.equal(told, hostile);
    }),
    { numRuns: 500 },
  );
});

test("P75 no map makes it throw", () => {
  const entry = fc.oneof(
    fc.anything(),
    fc.record({ originalSource: fc.anything(), originalLine: fc.anything(), originalColumn: fc.anything() }, { requiredKeys: [] }),
  );
  fc.assert(
    fc.property(text, entry, fc.boolean(), (hostile, found, throws) => {
      const wrong: SourceMapLike = {
        findEntry: () => {
          if (throws) throw new Error("a bad map");
          return found;
        },
      };
      assert.equal(typeof authorText(hostile, wrong), "string");
    }),
    { numRuns: 300 },
  );
});

test("P75 every position of a text costs one look-up, however long the text is", () => {
  let looks = 0;
  const counting: SourceMapLike = {
    findEntry: (line, column) => {
      looks++;
      return map.findEntry(line, column);
    },
  };
  const frames = limits.logLineCharsMax;
  authorText(`Error\n${`    at of (${thrown})\n`.repeat(frames)}${" ".repeat(100_000)}at program.js${":1".repeat(50_000)}`, counting);
  assert.equal(looks, frames + 1);
});

test("P75 a text about code without a map, or with one that cannot be read, is told as it is", () => {
  const texts = new AuthorTexts();
  const text = "at go (program.js:3:5)";
  for (const map of ["", "{", "null", '{"version":3,"sources":[null],"names":[],"mappings":"~"}']) {
    texts.add("hash", map);
    assert.equal(texts.of("hash", text), text, map);
  }
  assert.deepEqual([texts.of("another", text), texts.mapOf("another"), texts.mapOf("hash") !== ""], [text, "", true]);
});
