import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { bundleProgram, bundlePrograms } from "./bundle.ts";
import { library } from "../testing/pools.ts";

const files: Readonly<Record<string, string>> = {
  "programs/good.ts": `import { me, type Seen } from "@elsewhere/program";\nimport { price } from "./lib/prices.ts";\nimport data from "../data.json";\nlet x: Seen | null = null;\nawait me.say(price + data.word + x);`,
  "programs/lib/prices.ts": `export const price: number = 2;`,
  "data.json": `{"word":"pence"}`,
  "torn.ts": `const a = 1;\nconst = 2;`,
  "node.ts": `\n\nimport { readFileSync } from "node:fs";\nreadFileSync("x");`,
  "package.ts": `export * from "zod";`,
  "dynamic.ts": `await import("node:child_process");`,
  "url.ts": `import "https://example.org/x.js";`,
  "outside.ts": `import "../secrets.ts";`,
  "absolute.ts": `import "/etc/hosts.ts";`,
  "missing.ts": `import "./nowhere.ts";`,
  "ending.ts": `import "./programs/good";`,
  "through.ts": `import "./programs/../../secrets.ts";`,
  "huge.ts": `export const x = "${"x".repeat(limits.codeBytesMax)}";`,
};
const read = (path: string): Promise<string> =>
  files[path] === undefined ? Promise.reject(new Error("no such file")) : Promise.resolve(files[path]);

test("P22 a program is made of its file, files of its world and the author's API", async () => {
  const { code, codeHash, codeBytes, map, files } = await bundleProgram("programs/good.ts", read);
  assert.match(code, /import \{ me \} from "@elsewhere\/program"/);
  assert.match(code, /price = 2/);
  assert.match(code, /pence/);
  assert.equal(codeHash, createHash("sha256").update(code).digest("hex"));
  assert.equal(codeBytes, Buffer.byteLength(code));
  assert.deepEqual((JSON.parse(map) as { sources: string[] }).sources, ["programs/good.ts", "programs/lib/prices.ts", "data.json"]);
  assert.deepEqual(files.toSorted(), ["data.json", "programs/good.ts", "programs/lib/prices.ts"]);
  assert.deepEqual(await bundleProgram("programs/good.ts", read), await bundleProgram("./programs/good.ts", read));
});

test("P22 programs bundled together are each as it is alone, however another uses what they share", async () => {
  const own: Readonly<Record<string, string>> = {
    ...files,
    "late.ts": `export const { price } = await import("./programs/lib/prices.ts");`,
    "alone.ts": `export const price = 3;`,
  };
  const readOwn = (path: string): Promise<string> => Promise.resolve(own[path]!);
  const paths = ["programs/good.ts", "late.ts", "alone.ts", "./late.ts"];
  const together = await bundlePrograms(paths, readOwn);
  assert.deepEqual([...together.keys()], paths);
  for (const path of paths) assert.deepEqual(together.get(path), await bundleProgram(path, readOwn));
  assert.deepEqual(together.get("late.ts")!.files, ["late.ts", "programs/lib/prices.ts"]);
});

test("P22 of programs bundled together the first that is wrong is named as if it stood alone", async () => {
  for (const [file, code] of [
    ["nobody.ts", "unknown"],
    ["torn.ts", "malformed"],
    ["huge.ts", "limit"],
  ] as const) {
    const alone = await bundleProgram(file, read).catch((error: unknown) => error);
    const together = await bundlePrograms(["programs/good.ts", file, "node.ts"], read).catch((error: unknown) => error);
    assert.ok(together instanceof ElsewhereError);
    assert.equal(together.code, code);
    assert.deepEqual(together.toJSON(), (alone as ElsewhereError).toJSON());
  }
});

const refused: readonly (readonly [file: string, code: string, message: RegExp])[] = [
  ["torn.ts", "malformed", /^torn\.ts:2: /],
  ["node.ts", "forbidden", /^node\.ts:3: "node:fs" may not be imported/],
  ["package.ts", "forbidden", /^package\.ts:1: "zod" may not/],
  ["dynamic.ts", "forbidden", /^dynamic\.ts:1: "node:child_process"/],
  ["url.ts", "forbidden", /^url\.ts:1: "https:/],
  ["outside.ts", "forbidden", /^outside\.ts:1: .*outside this world/],
  ["absolute.ts", "forbidden", /^absolute\.ts:1: /],
  ["through.ts", "forbidden", /^through\.ts:1: .*outside this world/],
  ["missing.ts", "unknown", /^missing\.ts:1: "nowhere\.ts" cannot be read: no such file/],
  ["ending.ts", "unknown", /^ending\.ts:1: .*write imports with their ending/],
  ["nobody.ts", "unknown", /nobody\.ts" cannot be read/],
  ["../secrets.ts", "forbidden", /outside this world/],
  ["huge.ts", "limit", /larger than 524288 bytes/],
];
for (const [file, code, message] of refused) {
  test(`P22 ${file} is refused as ${code}, naming file and line in one line`, async () => {
    await assert.rejects(bundleProgram(file, read), (error) => {
      assert.ok(error instanceof ElsewhereError);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  });
}

test("P10 the library in the base image is the author's API and nothing that checks or carries frames", () => {
  assert.ok(library.length < 32_768, `${library.length} bytes`);
  assert.doesNotMatch(library, /\bimport\b|safeParse|discriminatedUnion/);
});
