import { checkProgram } from "../programs/check.ts";
import type { Authority } from "./authority.ts";
import { textReader } from "./open-world.ts";
import { openPool } from "./pool.ts";

/** `elsewhere program check FILE`: whether a program bundles and lives through its first turns. */
export async function checkProgramCommand(options: { readonly file: string; readonly json: boolean }, authority: Authority): Promise<void> {
  const path = authority.absolute(options.file);
  const [file, folder, ...above] = path.split("/").toReversed();
  const pool = await openPool(authority, false);
  try {
    const root = above.toReversed().join("/");
    const check = await checkProgram(`${folder}/${file}`, textReader(root, authority), pool);
    if (options.json) authority.print(JSON.stringify(check));
    else if (check.error === null) {
      authority.print(`${options.file}: fine`);
      authority.print(
        `  code ${check.codeBytes} bytes, heap ${check.heapBytes} bytes after ${check.turns} turns, longest turn ${check.turnMs.toFixed(1)} ms`,
      );
      authority.print(`  listens to: ${check.wants.join(", ") || "nothing"}`);
      for (const { level, text } of check.log) authority.print(`  ${level}: ${text}`);
    }
    if (check.error !== null) authority.fail(check.error.message);
  } finally {
    await pool.close();
  }
}
