import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkProgram } from "../packages/server/src/programs/check.ts";
import { openTestPool } from "./support/pool.ts";

const examples = fileURLToPath(new URL("../docs/examples", import.meta.url));
const read = (path: string): Promise<string> => readFile(`${examples}/${path}`, "utf8");
const files = await readdir(examples);
const guide = await readFile(fileURLToPath(new URL("../docs/AUTHORING.md", import.meta.url)), "utf8");
const pool = await openTestPool();
after(() => pool.close());

for (const file of files) {
  test(`the example ${file} lives through its first turns and is shown as it is`, async () => {
    const check = await checkProgram(file, read, pool);
    assert.equal(check.error, null);
    assert.ok(check.ok);
    assert.ok(guide.includes(`<!-- examples/${file} -->\n\`\`\`ts\n${await read(file)}\`\`\``), "docs/AUTHORING.md shows another text");
  });
}
