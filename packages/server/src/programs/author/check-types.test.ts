import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { runTool, type ToolSystem } from "../../cli/run-tool.ts";
import { checkTypes, type TypeProblem } from "./check-types.ts";

/** A folder of somebody who has installed nothing. */
const folder = await realpath(await mkdtemp(join(tmpdir(), "elsewhere-types-")));
after(() => rm(folder, { recursive: true, force: true }));

const left: string[] = [];
const system: ToolSystem = {
  newFolder: async () => realpath(await mkdtemp(join(tmpdir(), "elsewhere-tool-"))),
  removeFolder: async (path) => {
    await rm(path, { recursive: true });
    left.push(path);
  },
  writeFile: (path, text) => writeFile(path, text),
  run: (script, args, cwd) =>
    new Promise((done) => {
      execFile(process.execPath, [script, ...args], { cwd }, (error, out) => done({ code: error === null ? 0 : 2, out }));
    }),
};

async function check(files: Readonly<Record<string, string>>): Promise<readonly TypeProblem[]> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return await checkTypes(folder, Object.keys(files)[0]!, (tool) => runTool(tool, system));
}

test("P76 a program that keeps to the API has no type errors, whatever stands around it", async () => {
  const problems = await check({
    "good/programs/baker.ts": `import { me, memory, sleep, type Seen } from "@elsewhere/program";
      import { price } from "../lib/prices.ts";
      import data from "../data.json";
      import { old } from "../lib/old.js";
      const known = new Map<string, Seen>();
      me.on("appeared", ({ body }) => void known.set(body.name, body));
      memory["sold"] ??= 0;
      await me.say(\`\${price} \${data.word} \${old}\`);
      console.log(known.size);
      await sleep({ hours: 1 });`,
    "good/lib/prices.ts": "export const price: number = 2;",
    "good/lib/old.js": "export const old = null; old.anything;",
    "good/data.json": '{ "word": "pence" }',
    "good/tsconfig.json": '{ "compilerOptions": { "strict": false, "lib": ["dom"] }, "files": [] }',
    "tsconfig.json": "torn {",
  });
  assert.deepEqual(problems, []);
  assert.equal(left.length, 1, "nothing is left behind");
});

test("P76 what does not fit is told by the author's own file, line and column", async () => {
  const problems = await check({
    "bad (1)/baker.ts": `import { me, sleep } from "@elsewhere/program";
import { price } from "./prices.ts";
const pence: string = price;
me.on("heard", ({ from }) => me.say(from.nme));
  await sleep({ hours: "2" });
me.on("smelled", () => {});
export const anything = (a) => pence;
`,
    "bad (1)/prices.ts": "export const price: number = 2;\nexport const wrong: number = price.length;\n",
  });
  assert.deepEqual(
    problems.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`),
    [
      "bad (1)/baker.ts:3:7 TS2322",
      "bad (1)/baker.ts:4:42 TS2551",
      "bad (1)/baker.ts:5:17 TS2322",
      "bad (1)/baker.ts:6:7 TS2345",
      "bad (1)/baker.ts:7:26 TS7006",
      "bad (1)/prices.ts:2:36 TS2339",
    ],
  );
  assert.match(problems[1]!.message, /'nme' does not exist on type 'Who'/);
});

test("P76 for what is not inside a world it is told what is there instead", async () => {
  const problems = await check({ "habits.ts": "setTimeout(() => {}, 10);\nprocess.exit();\ndocument.title;\nnobodyKnows;\n" });
  assert.deepEqual(
    problems.map(({ line, message }) => `${line}: ${message}`),
    [
      "1: There is no setTimeout inside a world: use sleep().",
      "2: There is no process inside a world: what a program is told of its surroundings is in me and memory.",
      "3: There is no document inside a world: what a body shows is set by me.show().",
      "4: Cannot find name 'nobodyKnows'.",
    ],
  );
});

test("P76 a compiler that cannot do its work is a fault, and not an author's error", async () => {
  const ran = (code: number | null, out: string) => checkTypes("/w", "a.ts", () => Promise.resolve({ code, out, folder: "/tmp/x" }));
  await assert.rejects(ran(null, ""), /a\.ts: its types cannot be checked: the compiler did not end within 60 s/);
  await assert.rejects(ran(1, "error TS5083: Cannot read file"), /the compiler ended with 1: error TS5083/);
  assert.deepEqual(await ran(0, ""), []);
  const many = Array.from({ length: 1000 }, (_, i) => `../../w/a.ts(${i + 1},1): error TS1: x`).join("\n");
  assert.equal((await ran(null, many)).length, 200);
});
