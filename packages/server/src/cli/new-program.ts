import { ElsewhereError, limits } from "@elsewhere/protocol";
import { loadMaps } from "../maps/load.ts";
import { loadWorld } from "../worlds/load.ts";
import { idSchema } from "../worlds/schema.ts";
import type { Authority } from "./authority.ts";
import { textReader } from "./open-world.ts";
import { programTemplate } from "./program-template.ts";
import { withProgram } from "./world-entry.ts";

export interface NewOptions {
  readonly name: string;
  /** The world it is to live in; null writes the file alone. */
  readonly world: string | null;
  /** Where its body first stands; null is where people come in. */
  readonly at: string | null;
  readonly json: boolean;
}

/** `elsewhere program new NAME`: writes a program that runs, and enters it in a world if one is named. */
export async function newProgramCommand(options: NewOptions, authority: Authority): Promise<void> {
  const { name, world, json } = options;
  if (!idSchema.safeParse(name).success) {
    const limit = limits.nameCharsMax;
    const message = `"${name}" is no name for a program: lower-case letters, digits, - and _ only, at most ${limit} of them`;
    throw new ElsewhereError("malformed", message, { field: "name", limit });
  }
  if (world === null && options.at !== null) {
    throw new ElsewhereError("malformed", "--at says where in a world: name that with --world", { field: "--at" });
  }
  const file = world === null ? `${name}.ts` : `programs/${name}.ts`;
  const entered = world === null ? null : await enter(options, world, file, authority);
  const path = world === null ? file : `${world.replace(/\/+$/, "")}/${file}`;
  if (!(await authority.createFile(authority.absolute(path), programTemplate(titleOf(name))))) {
    throw new ElsewhereError("taken", `${path} is there already, and stays as it is: choose another name`, { field: "name" });
  }
  // Last: a file that no world names does nothing, an entry without its file keeps a world from starting.
  if (entered !== null) await authority.replaceFile(authority.absolute(`${world}/world.json`), entered.text);
  if (json) authority.print(JSON.stringify({ file: path, world, entry: entered?.entry ?? null }));
  else for (const line of nextSteps(path, world, entered?.entry ?? null)) authority.print(line);
}

interface Entry {
  readonly [key: string]: string;
  readonly id: string;
  readonly at: string;
}

/** The world's file with the entry in it. Throws what is wrong with either before anything is written. */
async function enter(
  { name, at }: NewOptions,
  world: string,
  code: string,
  authority: Authority,
): Promise<{ readonly text: string; readonly entry: Entry }> {
  const folder = authority.absolute(world);
  const readText = textReader(folder, authority);
  const load = (text: string) =>
    loadWorld(folder, {
      readText: (path) => (path === "world.json" ? Promise.resolve(text) : readText(path)),
      loadMaps: (paths) => loadMaps(authority.filesIn(folder), paths),
      // Whether the world's programs are in order is not the question here.
      bundle: () => Promise.resolve(new Map()),
    });
  const before = await readText("world.json");
  const { start, programs } = await load(before);
  if (programs.some(({ id }) => id === name)) {
    throw new ElsewhereError("taken", `"${name}" lives in ${world} already: choose another name`, { field: "name" });
  }
  const entry = { id: name, name: titleOf(name), code, at: at ?? `${start.map}/${start.entry}` };
  const text = withProgram(before, entry);
  await load(text);
  return { text, entry };
}

/** `night-watch` is shown as "Night watch". */
function titleOf(name: string): string {
  const words = name.replaceAll(/[-_]+/g, " ").trim();
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function nextSteps(path: string, world: string | null, entry: Entry | null): readonly string[] {
  const check = `  Try it without a world:  npm run elsewhere -- program check ${quoted(path)}`;
  if (world === null || entry === null) {
    return [`Wrote ${path}.`, check, "  Or write it into a world:  the same command with --world and the folder of its world.json"];
  }
  return [
    `Wrote ${path}, and entered "${entry.id}" in ${world}/world.json at ${entry.at}.`,
    check,
    `  Let it live:  npm start -- --world ${quoted(world)} --watch  (with --watch, it changes while you write)`,
  ];
}

/** As a shell takes it for one word. */
const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
