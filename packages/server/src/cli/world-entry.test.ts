import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { withProgram } from "./world-entry.ts";

const entry = { id: "owl", code: "programs/owl.ts", at: "wood/oak" };

test("P78 an entry is written as its neighbours are, and nothing else of the file changes", () => {
  const open = `{
    "name": "Wood", // not here
    "programs": [
        { "id": "fox", "note": "a \\"]\\" and a }" }
    ],
    "seed": 1
}
`.replace(" // not here", "");
  const flat = '{ "id": "owl", "code": "programs/owl.ts", "at": "wood/oak" }';
  assert.equal(withProgram(open, entry), open.replace('a }" }\n', `a }" },\n        ${flat}\n`));
  const tall = '{\n  "programs": [\n    {\n      "id": "fox"\n    }\n  ]\n}\n';
  assert.equal(
    withProgram(tall, entry),
    tall.replace("    }\n  ]", '    },\n    {\n      "id": "owl",\n      "code": "programs/owl.ts",\n      "at": "wood/oak"\n    }\n  ]'),
  );
});

test("P78 a world without programs gets a list, in the manner of the file", () => {
  const tabs = '{\r\n\t"name": "Wood"\r\n}\r\n';
  assert.equal(
    withProgram(tabs, { id: "owl" }),
    '{\r\n\t"name": "Wood",\r\n\t"programs": [\r\n\t\t{\r\n\t\t\t"id": "owl"\r\n\t\t}\r\n\t]\r\n}\r\n',
  );
  assert.equal(withProgram('{\n  "programs": []\n}', { id: "owl" }), '{\n  "programs": [\n    {\n      "id": "owl"\n    }\n  ]\n}');
  assert.equal(withProgram('{"programs":[{"id":"fox"}]}', { id: "owl" }), '{"programs":[{"id":"fox"},{ "id": "owl" }]}');
});

test("P78 the harbour's own file takes an entry and keeps all its other text", async () => {
  const harbour = await readFile(fileURLToPath(new URL("../../../../worlds/harbour/world.json", import.meta.url)), "utf8");
  const written = withProgram(harbour, entry);
  const before = harbour.lastIndexOf("}", harbour.lastIndexOf("]")) + 1;
  assert.equal(written.slice(0, before), harbour.slice(0, before));
  assert.ok(written.endsWith(harbour.slice(before)));
});

/** JSON as anybody might write it: any whitespace anywhere between its tokens. */
const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
function written(value: unknown, spaces: readonly string[]): string {
  let i = 0;
  return JSON.stringify(value)
    .split(/("(?:[^"\\]|\\.)*"|[{}[\],:])/)
    .map((part) => part + (spaces[i++ % spaces.length] ?? ""))
    .join("");
}

test("P78 whatever the file looks like, it holds one program more and all that it held before", () => {
  const world = fc
    .tuple(
      fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }),
      fc.option(fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), { maxLength: 3 }), { nil: undefined }),
      fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }),
    )
    .map(([before, programs, after]) => {
      const { programs: _one, ...start } = before;
      const { programs: _other, ...end } = after;
      return { ...start, ...(programs === undefined ? {} : { programs }), ...end };
    });
  fc.assert(
    fc.property(world, fc.array(space, { minLength: 1, maxLength: 7 }), (value, spaces) => {
      const plain = JSON.parse(JSON.stringify(value)) as { programs?: unknown[] };
      const after = JSON.parse(withProgram(written(plain, spaces), entry)) as unknown;
      assert.deepEqual(after, { ...plain, programs: [...(plain.programs ?? []), entry] });
    }),
    { numRuns: 300 },
  );
});

test("P78 where a file says programs twice, the list that counts gets the entry", () => {
  assert.deepEqual(JSON.parse(withProgram('{ "programs": 7, "pro\\u0067rams": [] }', entry)), { programs: [entry] });
});
