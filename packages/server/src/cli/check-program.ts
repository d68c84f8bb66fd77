import { checkTypes, type TypeProblem } from "../programs/author/check-types.ts";
import { checkProgram, type ProgramCheck } from "../programs/author/check.ts";
import type { Authority } from "./authority.ts";
import { placeProgram, textReader } from "./open-world.ts";
import { openPool } from "./pool.ts";

export interface CheckOptions {
  readonly file: string;
  readonly json: boolean;
}

/** How many of the compiler's objections a person is shown. */
const problemsShownMax = 20;

/** `elsewhere program check FILE`: whether a program fits the API, bundles and lives through its first turns. */
export async function checkProgramCommand(options: CheckOptions, authority: Authority): Promise<void> {
  const { root, file } = await placeProgram(options.file, authority);
  const pool = await openPool(authority, { lockstep: false, ground: () => Promise.resolve(null) });
  try {
    const check = await checkProgram(file, textReader(root, authority), pool);
    // After the turns, whose times would be others beside a busy compiler. What cannot be made into one module is no program
    // yet: why not is all there is to say, and in the bundler's words.
    const types = check.codeBytes === 0 ? [] : await checkTypes(root, file, (tool) => authority.runTool(tool));
    if (options.json) authority.print(JSON.stringify({ ...check, ok: check.ok && types.length === 0, types }));
    else if (check.ok && types.length === 0) printFine(options.file, check, authority);
    else sayTypes(types, options.file.endsWith(file) ? options.file.slice(0, -file.length) : "", authority);
    if (check.error !== null) authority.fail(check.error.message);
    else if (types.length > 0) authority.fail(`${file}: ${types.length} type ${types.length === 1 ? "error" : "errors"}`);
  } finally {
    await pool.close();
  }
}

function printFine(file: string, check: ProgramCheck, authority: Authority): void {
  const { codeBytes, heapBytes, turns, startMs, turnMs, wants, grants, warnings, log } = check;
  authority.print(`${file}: fine`);
  authority.print(`  code ${codeBytes} bytes, heap ${heapBytes} bytes after ${turns} turns`);
  authority.print(`  first turn ${startMs.toFixed(1)} ms, longest of the others ${turnMs.toFixed(1)} ms`);
  authority.print(`  listens to: ${wants.join(", ") || "nothing"}`);
  authority.print(`  has to be granted: ${grants.spawns.length === 0 ? "nothing" : `"spawns": ${JSON.stringify(grants.spawns)}`}`);
  for (const warning of warnings) authority.print(`  near a limit: ${warning}`);
  for (const { level, text } of log) authority.print(`  ${level}: ${text.replaceAll("\n", "\n    ")}`);
}

/** `above` is the path from where the person stands to the folder that the files are relative to. */
function sayTypes(types: readonly TypeProblem[], above: string, authority: Authority): void {
  for (const { file, line, column, message, code } of types.slice(0, problemsShownMax)) {
    authority.say(`${above}${file}:${line}:${column} ${message} (${code})`);
  }
  if (types.length > problemsShownMax) authority.say(`and ${types.length - problemsShownMax} more; --json has them all`);
}
