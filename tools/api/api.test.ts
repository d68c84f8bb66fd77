import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { protocolVersion } from "@elsewhere/protocol";
import { type Declarations, declarationsOf, type Offering, offering, snapshotOf, snapshotPath } from "./emit.ts";

const declarations = Object.fromEntries(offering.map((name) => [name, declarationsOf(name)] as const)) as Readonly<
  Record<Offering, readonly Declarations[]>
>;

test("T11 what the packages offer is what their api.d.ts says", () => {
  for (const name of offering) {
    const agrees = snapshotOf(declarations[name]) === readFileSync(snapshotPath(name), "utf8");
    assert.ok(agrees, `@elsewhere/${name} offers something else than packages/${name}/api.d.ts says. If that is meant: npm run api`);
  }
});

test("T11 a snapshot has every file once, the index first, and nothing of another package", () => {
  for (const name of offering) {
    const files = declarations[name].map(({ file }) => file);
    assert.equal(files[0], `packages/${name}/src/index`);
    assert.equal(new Set(files).size, files.length);
    assert.ok(files.every((file) => file.startsWith(`packages/${name}/src/`)));
  }
});

/** The version of the protocol that the shapes below belong to, and their hash. */
const pinned = { version: 2, hash: "79df28b47d672ba9" };

/** The files whose types are what goes over the wire. */
const onTheWire = ["coordinates", "errors", "frames", "intents", "percepts"].map((name) => `packages/protocol/src/${name}`);

/** Of the shapes alone: what is said about them in comments may change freely. */
function hashOf(files: readonly Declarations[]): string {
  const shapes = files.filter(({ file }) => onTheWire.includes(file)).toSorted((a, b) => (a.file < b.file ? -1 : 1));
  const text = shapes.map(
    ({ file, text }) =>
      `${file}\n${text
        .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
        .replace(/\s+/g, " ")
        .trim()}`,
  );
  return createHash("sha256").update(text.join("\n")).digest("hex").slice(0, 16);
}

test("T12 what goes over the wire changes only with a decision about protocolVersion", () => {
  const hash = hashOf(declarations.protocol);
  const advice =
    `Frames, intents, percepts, coordinates or errors changed: their hash is ${hash}. If a client or a record of version ` +
    `${protocolVersion} would misread the new ones, raise protocolVersion in packages/protocol/src/frames.ts and say in ` +
    "docs/PROTOCOL.md what changed. In either case put version and hash into `pinned` here.";
  assert.deepEqual(pinned, { version: protocolVersion, hash }, advice);
});

test("T12 the hash changes with a shape and not with a comment", () => {
  const [file] = onTheWire;
  const of = (text: string): string => hashOf([{ file: file!, text }]);
  assert.equal(of("/** One. */\nexport type A = 1;"), of("export type A = 1; // two"));
  assert.notEqual(of("export type A = 1;"), of("export type A = 2;"));
});
