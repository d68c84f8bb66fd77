import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface WorldFile {
  readonly clock: { readonly start: string; readonly dayMinutes: number };
  readonly programs: readonly { readonly id: string; readonly name: string; readonly code: string; readonly at: string }[];
}

/** The shipped harbour with something else about it, in a folder of its own. */
export async function harbourWith(
  change: (world: WorldFile) => Partial<WorldFile>,
  sources: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "elsewhere-harbour-"));
  await cp(fileURLToPath(new URL("../../worlds/harbour", import.meta.url)), folder, { recursive: true });
  for (const [name, source] of Object.entries(sources)) await writeFile(join(folder, name), source);
  const file = join(folder, "world.json");
  const world = JSON.parse(await readFile(file, "utf8")) as WorldFile;
  await writeFile(file, JSON.stringify({ ...world, ...change(world) }));
  return folder;
}
