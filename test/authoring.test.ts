import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkProgram } from "../packages/server/src/programs/check.ts";
import { openTestPool } from "./support/pool.ts";

const examples = fileURLToPath(new URL("../docs/examples", import.meta.url));
const read = (path: string): Promise<string> => readFile(`${examples}/${path}`, "utf8");
const files = await readdir(examples);
const page = (path: string): Promise<string> => readFile(fileURLToPath(new URL(path, import.meta.url)), "utf8");
const pages = (await page("../docs/AUTHORING.md")) + (await page("../README.md"));
const pool = await openTestPool();
after(() => pool.close());

for (const file of files) {
  test(`the example ${file} lives through its first turns and is shown as it is`, async () => {
    const check = await checkProgram(file, read, pool);
    assert.equal(check.error, null);
    assert.ok(check.ok);
    assert.ok(pages.includes(`\`\`\`ts\n${await read(file)}\`\`\``), "README.md and docs/AUTHORING.md show another text");
  });
}
