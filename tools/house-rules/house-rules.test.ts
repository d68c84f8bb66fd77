import assert from "node:assert/strict";
import { test } from "node:test";
import { authorityEntersAtTheDoor, doorsAreUsed } from "./authority.ts";
import { browserPackagesNeedNoNode } from "./browser.ts";
import { importsFollowTheDesign } from "./imports.ts";
import { layoutFollowsTheDesign } from "./layout.ts";
import { filesAreShort, filesGrowing, functionsAreShort } from "./lengths.ts";
import { linksResolve } from "./links.ts";
import { type Finding, parse, type Rule, type Source } from "./source.ts";
import { rulesAndTestsAgree } from "./specification.ts";
import { pathsBelow, readTree } from "./tree.ts";
import { noAny, noBarrels, noDefaultExports, noLeftovers } from "./words.ts";

const sources = readTree(/(?<!\.d)\.(ts|tsx|mjs)$/).map(parse);
const documents = readTree(/\.md$/);
const specification = documents.filter(({ path }) => path.startsWith("docs/spec/"));
const paths = pathsBelow("");

const plant = (path: string, text: string): Source => ({ path, text });
const lines = (count: number): string => "void 0;\n".repeat(count);
const index = (text: string): Source => plant("packages/world/src/index.ts", text);

/** A test that a rule finds each of the trees that break it, leaves alone those that keep it, and that ours keeps it. */
function holds(rule: Rule, { broken, kept }: { readonly broken: readonly Source[][]; readonly kept: readonly Source[][] }): () => void {
  return () => {
    for (const planted of broken) assert.notDeepEqual(rule(planted.map(parse)), [], `does not fire on: ${planted[0]?.text.slice(0, 200)}`);
    for (const planted of kept) assert.deepEqual(rule(planted.map(parse)), []);
    none(rule(sources));
  };
}

test(
  "T1 packages import each other by name and only as the design allows",
  holds(importsFollowTheDesign, {
    broken: [
      [plant("packages/protocol/src/a.ts", 'import { x } from "@elsewhere/world";')],
      [plant("packages/client/src/a.ts", 'import type { x } from "@elsewhere/world";')],
      [plant("apps/console/src/a.ts", 'const x = import("@elsewhere/server");')],
      [plant("worlds/harbour/programs/a.ts", 'import { x } from "@elsewhere/client";')],
      [plant("packages/world/src/a.ts", 'export { x } from "../../protocol/src/index.ts";')],
      [plant("packages/world/src/a.ts", 'import { x } from "@elsewhere/protocol/src/errors.ts";')],
      [plant("packages/protocol/src/a.ts", 'import { x } from "@elsewhere/world/errors";')],
      [plant("packages/world/src/a.ts", 'import { x } from "./b";')],
    ],
    kept: [
      [plant("packages/server/src/a.ts", 'import { x } from "@elsewhere/world"; import { y } from "../src/b.ts"; import { z } from "ws";')],
      [plant("packages/server/src/a.ts", 'import { x } from "@elsewhere/protocol/errors";')],
      [plant("bench/a.ts", 'import { x } from "../packages/server/src/host.ts";')],
    ],
  }),
);

test(
  "T3 no file is longer than 600 lines",
  holds(filesAreShort, {
    broken: [[plant("packages/world/src/a.ts", lines(601))]],
    kept: [[plant("packages/world/src/a.ts", lines(600))]],
  }),
);

test(
  "T4 no function is longer than 100 lines",
  holds(functionsAreShort, {
    broken: [
      [plant("packages/world/src/a.ts", `function f() {\n${lines(99)}}`)],
      [plant("packages/world/src/a.ts", `const f = () => {\n${lines(99)}};`)],
      [plant("packages/world/src/a.ts", `class A { f() {\n${lines(99)}} }`)],
    ],
    kept: [[plant("packages/world/src/a.ts", `function f() {\n${lines(98)}}\n${lines(400)}`)]],
  }),
);

test(
  "T5 clock, entropy, environment, files and sockets are reached for at the door alone",
  holds(authorityEntersAtTheDoor, {
    broken: [
      "Date.now()",
      "new Date()",
      "globalThis.performance.now()",
      "performance.now()",
      "Math.random()",
      "crypto.randomUUID()",
      "crypto.getRandomValues(x)",
      'import { randomBytes } from "node:crypto"',
      "process.env.HOME",
      "process.argv[2]",
      'import { readFileSync } from "node:fs"',
      'import fs from "fs/promises"',
      'const net = await import("node:net")',
      'import { createServer } from "node:http"',
      'import { Worker } from "node:worker_threads"',
      "setTimeout(f, 1)",
      "setInterval(f, 1)",
      'fetch("/")',
      'new WebSocket("ws://127.0.0.1")',
    ].map((text) => [plant("packages/world/src/a.ts", text)]),
    kept: [
      [
        plant(
          "packages/world/src/a.ts",
          'new Date(0); time.now(); import { createHash } from "node:crypto"; import type { Stats } from "node:fs";',
        ),
      ],
      [plant("packages/world/src/a.ts", "const f = (randomBytes: (count: number) => Uint8Array) => randomBytes(2);")],
      [plant("packages/world/src/a.test.ts", "Date.now()")],
      [plant("packages/server/src/main.ts", "Date.now(); process.env.HOME")],
    ],
  }),
);

test(
  "T6 no file hands on what others say, but a package's index",
  holds(noBarrels, {
    broken: [
      [plant("packages/server/src/ticks/index.ts", 'export { a } from "./a.ts";\nexport type { B } from "./b.ts";')],
      [plant("packages/world/src/all.ts", 'import { a } from "./a.ts";\nexport { a };\nexport { b } from "./b.ts";')],
      [plant("packages/world/src/a.ts", 'export * from "./b.ts";\nexport const x = 1;')],
    ],
    kept: [[index('export * from "./b.ts";')], [plant("packages/world/src/a.ts", 'export { a } from "./a.ts";\nexport const b = 1;')]],
  }),
);

test(
  "T7 nothing is of type any",
  holds(noAny, {
    broken: [[plant("a.ts", "const f = (x: any) => x;")], [plant("a.ts", "const x = y as any[];")]],
    kept: [[plant("a.ts", 'const any = "any"; // any')]],
  }),
);

test(
  "T7 nothing is exported by default, but to tools that read it so",
  holds(noDefaultExports, {
    broken: [[plant("packages/world/src/a.ts", "export default 1;")]],
    kept: [[plant("apps/console/vite.config.ts", "export default {};")]],
  }),
);

test(
  "T7 nothing is left for later: no notes to oneself, no silenced types, no test that runs alone or not at all",
  holds(noLeftovers, {
    broken: ["// TODO: x", "/* FIXME */", "// @ts-ignore", 'test.only("x", f)', 'describe.skip("x", f)', 'it.todo("x")'].map((text) => [
      plant("a.ts", text),
    ]),
    kept: [[plant("a.ts", 'const only = "later"; test("only", f); /x/.test(y);')]],
  }),
);

test(
  "T8 packages for the browser need nothing of Node, however far their imports are followed",
  holds((all) => browserPackagesNeedNoNode(all).filter(({ what }) => !what.endsWith("not there")), {
    broken: [
      [index('import "node:fs";')],
      [
        index('import "./a.ts";'),
        plant("packages/world/src/a.ts", 'export { x } from "./b.ts";'),
        plant("packages/world/src/b.ts", 'await import("crypto");'),
      ],
      [index('import "@elsewhere/protocol";'), plant("packages/protocol/src/index.ts", 'import "node:path";')],
    ],
    kept: [[index('import type { x } from "node:fs"; import "zod";'), plant("packages/world/src/a.ts", 'import "node:fs";')]],
  }),
);

test("T2 every folder stands where the layout has it", () => {
  assert.equal(layoutFollowsTheDesign(["packages/helpers/src/a.ts", "lib/a.ts", "packages/server/src/utils/a.ts"]).length, 3);
  assert.deepEqual(layoutFollowsTheDesign(["packages/world/src/maps/a.ts", "README.md"]), []);
  none(layoutFollowsTheDesign(paths));
});

test("T3 files of more than 400 lines are named before they grow further", (t) => {
  assert.equal(filesGrowing([parse(plant("a.ts", lines(401)))]).length, 1);
  for (const { where, what } of filesGrowing(sources)) t.diagnostic(`${where}: ${what}`);
});

test("T5 the table of doors names only files that use what they are allowed", () => {
  const planted = [parse(plant("packages/a.ts", "Date.now()"))];
  assert.equal(doorsAreUsed(planted, { "packages/a.ts": { to: ["clock", "files"], why: "" } }).length, 1);
  assert.equal(doorsAreUsed(planted, { "packages/b.ts": { to: ["clock"], why: "" } }).length, 1);
  none(doorsAreUsed(sources));
});

test("T9 every rule of the specification is cited by a test, and every citation names a rule", () => {
  const document = plant("docs/spec/x.md", "- **X1** One.\n- **X2** Two.\n**X3** Three.\n");
  const found = (text: string): readonly string[] =>
    rulesAndTestsAgree([document], [parse(plant("a.test.ts", text))]).map(({ what }) => what);
  assert.deepEqual(found('test("X1 one", f); test(`X2 and X3 ${n}`, f);'), []);
  assert.deepEqual(found('test("X1, X2 both", f);'), ["no test cites X3"]);
  assert.deepEqual(found('test("X1 X2 X3: all", f); test("X4 none", f);'), ["X4 is no rule of the specification"]);
  assert.deepEqual(found('test("X1 X2 X3 all", f); test("I3 an invariant", f); test("A body", f);'), []);
  assert.equal(
    rulesAndTestsAgree([plant("docs/spec/x.md", "**X1** a\n\n**X1** b")], [parse(plant("a.test.ts", 'test("X1", f)'))]).length,
    1,
  );
  none(rulesAndTestsAgree(specification, sources));
});

test("T10 links between documents lead somewhere", () => {
  const here = plant("docs/a.md", "# A title, *here*\n[x](b.md) [y](#a-title-here) [z](../src/) [w](https://example.org) `[v](no.md)`\n");
  assert.deepEqual(linksResolve([here], ["docs/a.md", "docs/b.md", "src/c.ts"]), []);
  assert.equal(linksResolve([here], ["docs/a.md"]).length, 2);
  assert.equal(linksResolve([plant("docs/a.md", "# A\n[x](#b)")], ["docs/a.md"]).length, 1);
  none(linksResolve(documents, paths));
});

function none(findings: readonly Finding[]): void {
  assert.equal(findings.map(({ where, what }) => `${where}: ${what}`).join("\n"), "");
}
