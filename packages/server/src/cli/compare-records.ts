import { ElsewhereError } from "@elsewhere/protocol";
import { compareRecords, type MapComparison } from "../record/compare/compare.ts";
import type { RecordReader } from "../record/reader.ts";
import { openRecordReader } from "../storage/sqlite/record-reader.ts";
import type { WorldMap } from "@elsewhere/world";
import type { Authority } from "./authority.ts";
import { openWorld } from "./open-world.ts";

interface CompareOptions {
  readonly dir: string;
  readonly dir2: string;
  readonly world: string | null;
  readonly json: boolean;
}

/** `elsewhere record compare DIR DIR2`: where two records of a world differ first, and how. */
export async function compareCommand(options: CompareOptions, authority: Authority): Promise<void> {
  const first = openRecordReader(authority.absolute(options.dir));
  try {
    const second = openRecordReader(authority.absolute(options.dir2));
    try {
      const maps = await mapsOf(first, options.world, authority);
      const found = compareRecords(first, second, maps ?? []);
      const { equal, sealed, maps: compared } = found;
      if (options.json) authority.print(JSON.stringify(found));
      else for (const map of compared) for (const line of linesOf(map)) authority.print(line);
      if (!options.json && compared.length === 0) authority.print("neither of them has begun");
      if (!options.json && sealed) authority.print("what happened in hidden rooms is sealed, and not compared");
      if (equal) return;
      const hint = maps === null ? "; with --world it is told in words what differs" : "";
      authority.fail(`the records differ${hint}`);
    } finally {
      second.close();
    }
  } finally {
    first.close();
  }
}

/** The maps of the recorded world; null if they are not known: the world that is taken where none is named may be another. */
async function mapsOf(record: RecordReader, world: string | null, authority: Authority): Promise<readonly WorldMap[] | null> {
  const recorded = record.setting("world");
  const loaded = await openWorld({ world, map: null, profile: null }, authority).catch((error: unknown) => {
    if (world !== null) throw error;
    return null;
  });
  if (loaded !== null && (recorded === null || loaded.name === recorded)) return loaded.maps;
  if (world === null) return null;
  const what = `the records are of the world "${recorded}", and ${world} is "${loaded?.name}": name the folder of that world`;
  throw new ElsewhereError("unknown", what, { field: "--world" });
}

function linesOf({ map, equal, tick, now, lines }: MapComparison): readonly string[] {
  if (equal) return [`${map}: equal`];
  const time = now === null ? "" : ` (${new Date(now).toISOString()})`;
  const head = tick === null ? `${map}: different` : `${map}: different from tick ${tick}${time} on`;
  return [head, ...lines.map((line) => `  ${line}`)];
}
