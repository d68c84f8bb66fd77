import { ElsewhereError } from "@elsewhere/protocol";
import type { Command } from "commander";
import { exportRecord, type Written } from "../export/export.ts";
import type { Player } from "../export/film.ts";
import { type Recorded, recordedWorld } from "../export/recorded.ts";
import type { Progress } from "../export/tables.ts";
import { requireForm } from "../export/table.ts";
import { openRecordReader } from "../storage/sqlite/record-reader.ts";
import type { LoadedWorld } from "../worlds/load.ts";
import type { Authority } from "./authority.ts";
import { parseMoment } from "./moment.ts";
import { nowAndThen } from "./now-and-then.ts";
import { openWorld, type WorldChoice } from "./open-world.ts";

const betweenRestsMs = 100;

interface Flags {
  readonly positions?: string;
  readonly speech?: string;
  readonly film?: string;
  readonly every?: string;
  readonly map?: string;
  readonly from?: string;
  readonly toTime?: string;
  readonly world?: string;
  readonly profile?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `elsewhere record export`. */
export function addExport(record: Command, authority: Authority): void {
  record
    .command("export")
    .description("write who was where and what was said as tables, or one map as a film")
    .argument("<dir>", "the data directory; its server must not be running")
    .option("--positions <file>", "where bodies were: .parquet or .csv")
    .option("--speech <file>", "what was said: .parquet or .csv")
    .option("--film <file>", "one map as an HTML file that plays it, offline, in any browser: .html")
    .option("--every <time>", "with --positions: a row of each body every so often, as 60s (default: whenever one changes)")
    .option("--map <name>", "of one map alone (default: all of them; for a film: where people come in)")
    .option("--from <time>", "from then on: 2026-03-01T10:00, 10:00, +90s, #1200")
    .option("--to-time <time>", "up to then")
    .option("--world <path>", "folder with the world.json of that world, or the Tiled map it was made of (default: the harbour)")
    .option("--profile <file>", "with --world, if that is a Tiled map: the profile it was served with")
    .option("--force", "replace files that are there already")
    .option("--json", "one line of JSON")
    .addHelpText("after", exportHelp)
    .action((dir: string, flags: Flags) => exportCommand(dir, flags, authority));
}

const exportHelp = `
Nothing that happened in a hidden place is in it, as nothing of it is shown to an operator. Times are the world's own, x and
y are in tiles from the top left. A body that leaves or goes out of sight has a last row with the posture "gone". Whispers
are in it: hand it only to whom you would let see them.

  elsewhere record export data/harbour --positions positions.parquet --speech speech.csv --from 10:00 --to-time 12:00
  elsewhere record export data/harbour --film harbour.html`;

async function exportCommand(dir: string, flags: Flags, authority: Authority): Promise<void> {
  const wanted = {
    map: flags.map ?? null,
    from: flags.from === undefined ? null : parseMoment(flags.from, "--from"),
    to: flags.toTime === undefined ? null : parseMoment(flags.toTime, "--to-time"),
  };
  requireSomething(flags);
  const everyMs = flags.every === undefined ? null : everyOf(flags.every);
  const record = openRecordReader(authority.absolute(dir));
  try {
    const loaded = await openWorld(worldChoice(flags), authority);
    const recorded = await recordedWorld(record, loaded, wanted);
    for (const note of recorded.notes) authority.say(`note: ${note}`);
    const path = (text: string | undefined): string | null => (text === undefined ? null : authority.absolute(text));
    const files = await exportRecord(recorded, {
      positions: path(flags.positions),
      speech: path(flags.speech),
      film: flags.film === undefined ? null : await filmOf(authority.absolute(flags.film), recorded, loaded, authority),
      everyMs,
      replace: flags.force ?? false,
      progress: progressOf(recorded, authority),
    });
    tell({ dir: authority.absolute(dir), recorded, files, json: flags.json ?? false }, authority);
  } finally {
    record.close();
  }
}

/** Tells now and then how far it has come, and lets the process hear that it is asked to end: what was begun is then removed. */
function progressOf({ clock }: Recorded, authority: Authority): Progress {
  const say = nowAndThen(authority);
  let stops = false;
  let restedMs = authority.time.monotonicMs();
  // The command ends by itself, with an error.
  authority.onStop(() => {
    stops = true;
    return new Promise(() => {});
  });
  return (map, tick) => {
    if (stops) throw new ElsewhereError("interrupted", "stopped before it was done: nothing was written");
    say(() => `${map} up to ${new Date(clock.at(tick)).toISOString()}`);
    if (authority.time.monotonicMs() - restedMs < betweenRestsMs) return undefined;
    return new Promise((resolve) =>
      authority.time.soon(() => {
        restedMs = authority.time.monotonicMs();
        resolve();
      }),
    );
  };
}

async function filmOf(
  path: string,
  { maps }: Recorded,
  loaded: LoadedWorld,
  authority: Authority,
): Promise<NonNullable<Parameters<typeof exportRecord>[1]["film"]>> {
  const map = maps.find(({ name }) => name === loaded.start.map) ?? maps[0]!;
  return { path, map, drawing: loaded.drawings.get(map.name)!, player: await playerOf(authority), dayMinutes: loaded.dayMinutes };
}

/** The player is built with the console. */
async function playerOf(authority: Authority): Promise<Player> {
  const [script, style] = await Promise.all(
    ["player.js", "player.css"].map((name) => authority.readFile(authority.shipped(`apps/console/dist/film/${name}`))),
  );
  if (script == null || style == null) {
    throw new ElsewhereError("unknown", "the player of films is not built: run npm run build -w @elsewhere/console", { field: "--film" });
  }
  // A page ends a script where its text says so, be it in a string.
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).replaceAll("</", "<\\/").replaceAll("<!--", "<\\!--");
  return { script: text(script), style: text(style) };
}

function requireSomething({ positions, speech, film, every }: Flags): void {
  if (positions === undefined && speech === undefined && film === undefined) {
    throw new ElsewhereError("malformed", "say what to write: --positions FILE, --speech FILE or --film FILE", { field: "--positions" });
  }
  if (film !== undefined && !film.endsWith(".html")) {
    throw new ElsewhereError("malformed", `"${film}" must end with .html, by which browsers know what it is`, { field: "--film" });
  }
  if (positions !== undefined) requireForm(positions, "--positions");
  if (speech !== undefined) requireForm(speech, "--speech");
  if (positions !== undefined && positions === speech) {
    throw new ElsewhereError("malformed", `"${positions}" cannot hold two tables: give each a file of its own`, { field: "--speech" });
  }
  if (every !== undefined && positions === undefined) {
    throw new ElsewhereError("malformed", "--every is about positions: name a file for them with --positions", { field: "--every" });
  }
}

function everyOf(text: string): number {
  const moment = /^\d/.test(text) && /[a-z]$/.test(text) ? parseMoment(`+${text}`, "--every") : null;
  if (moment?.kind === "after" && moment.ms >= 1) return moment.ms;
  throw new ElsewhereError("malformed", `"${text}" is no while to wait between two rows: give one as 60s, 10m or 1h`, { field: "--every" });
}

function worldChoice(flags: Flags): WorldChoice {
  const [world, profile] = [flags.world ?? null, flags.profile ?? null];
  const isMap = world !== null && /\.(tmj|json|tmx)$/.test(world);
  if (isMap) return { world: null, map: world, profile };
  if (profile === null) return { world, map: null, profile };
  throw new ElsewhereError("malformed", "--profile goes with a Tiled map: name its file with --world", { field: "--profile" });
}

function tell(
  { dir, recorded, files, json }: { dir: string; recorded: Recorded; files: readonly Written[]; json: boolean },
  authority: Authority,
): void {
  const { range, maps, heads, world } = recorded;
  if (json) {
    authority.print(JSON.stringify({ dir, world, ...range, maps: maps.map(({ name }) => ({ map: name, head: heads.get(name) })), files }));
    return;
  }
  for (const { file, rows, bytes } of files) {
    authority.print(`${file}: ${rows} ${file.endsWith(".html") ? "ticks" : "rows"}, ${(bytes / 1e6).toFixed(2)} MB`);
  }
}
