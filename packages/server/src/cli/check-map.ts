import { checkMap } from "../maps/load.ts";
import type { Authority } from "./authority.ts";
import { openProfile, placeMap } from "./open-world.ts";

/** `elsewhere map check FILE`: what a Tiled map means to a world. */
export async function checkMapCommand(
  options: { readonly file: string; readonly profile: string | null; readonly json: boolean },
  authority: Authority,
): Promise<void> {
  const { root, file } = placeMap(options.file, authority);
  const report = await checkMap(authority.filesIn(root), file, await openProfile(options.profile, authority));
  if (options.json) {
    authority.print(JSON.stringify(report));
    return;
  }
  const { width, height, tile, colliding, reachable, silent, hidden, notes, ...lists } = report;
  authority.print(`${options.file}: ${width} × ${height} tiles of ${tile.width} × ${tile.height} px`);
  authority.print(`  tiles: ${colliding} block, ${reachable} can be reached from the entries, ${silent} are silent`);
  for (const [what, list] of Object.entries(lists)) {
    authority.print(`  ${what}: ${list.length === 0 ? "none" : list.map(nameOf).join(", ")}`);
  }
  if (hidden > 0) authority.print(`  hidden rooms: ${hidden}, of which nothing is told`);
  for (const note of notes) authority.print(`  note: ${note}`);
}

function nameOf(item: unknown): string {
  if (typeof item === "string") return item;
  const { name, map } = item as { name?: string; map?: string };
  return name ?? map ?? JSON.stringify(item);
}
