import { type FilmOptions, writeFilm } from "./film.ts";
import { OutFile } from "./out-file.ts";
import type { Recorded } from "./recorded.ts";
import { type Column, Table } from "./table.ts";
import { positionColumns, type Progress, speechColumns, writeTables } from "./tables.ts";

export interface ExportOptions {
  /** Paths of the files to make; null for what is not wanted. */
  readonly positions: string | null;
  readonly speech: string | null;
  readonly film: (Omit<FilmOptions, "progress"> & { readonly path: string }) | null;
  /** World ms between two rows of each body; null for a row whenever one has changed. */
  readonly everyMs: number | null;
  /** Whether files that are there already are replaced. */
  readonly replace: boolean;
  readonly progress: Progress;
}

export interface Written {
  readonly file: string;
  /** Of a table; of a film the ticks in which something is seen to happen. */
  readonly rows: number;
  readonly bytes: number;
}

/** Writes the files asked for; none of them gets its name before all are whole. When it rejects, what was not finished is gone. */
export async function exportRecord(recorded: Recorded, options: ExportOptions): Promise<readonly Written[]> {
  const opened: OutFile[] = [];
  const begin = async (path: string | null, columns: readonly Column[]): Promise<Table | null> => {
    if (path === null) return null;
    const file = await OutFile.open(path, options.replace);
    opened.push(file);
    return await Table.begin(file, columns, about(recorded));
  };
  try {
    const filmFile = options.film === null ? null : await OutFile.open(options.film.path, options.replace);
    if (filmFile !== null) opened.push(filmFile);
    const positions = await begin(options.positions, positionColumns);
    const speech = await begin(options.speech, speechColumns);
    const { record, clock, range, maps } = recorded;
    if (positions !== null || speech !== null)
      await writeTables(maps, { past: record, clock, range, positions, speech, everyMs: options.everyMs, progress: options.progress });
    const written: Written[] = [];
    for (const table of [positions, speech]) {
      if (table === null) continue;
      await table.end();
      written.push({ file: table.file.path, rows: table.count, bytes: table.file.bytes });
    }
    if (filmFile !== null && options.film !== null) {
      const rows = await writeFilm(filmFile, recorded, { ...options.film, progress: options.progress });
      written.push({ file: filmFile.path, rows, bytes: filmFile.bytes });
    }
    for (const file of opened) await file.keep();
    return written;
  } catch (error) {
    for (const file of opened) await file.drop();
    throw error;
  }
}

/** How a file was made, for whoever finds it. */
function about({ world, maps, range, heads, clock }: Recorded): Readonly<Record<string, string>> {
  const told = Object.fromEntries(maps.map(({ name }) => [`elsewhere.head.${name}`, heads.get(name) ?? ""]));
  const moment = (tick: number): string => `${new Date(clock.at(tick)).toISOString()}, tick ${tick}`;
  return { "elsewhere.world": world, "elsewhere.from": moment(range.fromTick), "elsewhere.to": moment(range.toTick), ...told };
}
