/**
 * One map's past as one HTML file that plays by itself: the player, the map as it is drawn for whoever holds nothing, and
 * blocks made anew of what an overseer could see. A strict content policy lets the page load nothing at all.
 */
import { createHash } from "node:crypto";
import { ElsewhereError, writeBlocks } from "@elsewhere/protocol";
import type { MapDrawing, WorldMap } from "@elsewhere/world";
import { zstd } from "../record/block.ts";
import { FilmEntries } from "./film-entries.ts";
import type { OutFile } from "./out-file.ts";
import { overseenPast } from "./overseen.ts";
import type { Recorded } from "./recorded.ts";
import type { Progress } from "./tables.ts";

/** The page's own script and style, without anything they would have to load. */
export interface Player {
  readonly script: string;
  readonly style: string;
}

export interface FilmOptions {
  readonly map: WorldMap;
  readonly drawing: MapDrawing;
  readonly player: Player;
  /** Real minutes of a world's day. */
  readonly dayMinutes: number;
  readonly progress: Progress;
}

/** Parts of the film for which is told how much was said in each. */
const speechParts = 400;

const utf8 = new TextEncoder();
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** Gives the number of ticks that are in it. Throws `unknown` if nothing is kept of that time. */
export async function writeFilm(file: OutFile, recorded: Recorded, options: FilmOptions): Promise<number> {
  const { record, range, clock } = recorded;
  const { map, player, progress } = options;
  const put = (text: string): Promise<void> => file.write(utf8.encode(text));
  await put(opening(recorded, options));
  await put(data("drawing", base64(zstd.compress(utf8.encode(JSON.stringify(withoutPictures(options.drawing)))))));
  const entries = new FilmEntries(map);
  const speech = Array.from({ length: speechParts }, () => 0);
  let fromTick: number | null = null;
  const blocks: number[] = [];
  let ticks = 0;
  const flush = async (): Promise<void> => {
    const taken = entries.take();
    if (taken.length === 0) return;
    for (const { bytes, head } of writeBlocks(taken, zstd)) {
      blocks.push(head.openingTick);
      ticks += head.entryCount - head.keyframeCount;
      await put(data("block", base64(bytes)));
    }
  };
  for await (const seen of overseenPast(record, map, range)) {
    fromTick ??= seen.tick;
    entries.add(seen);
    speech[Math.floor(((seen.tick - fromTick) / (range.toTick - fromTick + 1)) * speechParts)]! += seen.said.length;
    const rest = progress(map.name, seen.tick);
    if (rest !== undefined) await rest;
    if (entries.isFull) await flush();
  }
  await flush();
  if (fromTick === null) {
    throw new ElsewhereError("unknown", `of map ${map.name} nothing is kept of that time: choose a later one`, { field: "--to-time" });
  }
  // Since the speed of a day may have changed, the first of the settings that counts says how fast it was lived.
  const tickMs = (clock.worldMsPerTickAt(fromTick) * options.dayMinutes) / 1440;
  const index = { ...provenance(recorded, options), fromTick, toTick: range.toTick, clocks: clock.settings, tickMs, blocks, speech };
  await put(data("index", JSON.stringify(index).replaceAll("<", "\\u003c")));
  await put(`<script>${player.script}</script>\n</body>\n</html>\n`);
  return ticks;
}

function provenance({ world, heads }: Recorded, { map, drawing }: FilmOptions): object {
  return { world, map: map.name, title: drawing.title, head: heads.get(map.name) ?? null };
}

function opening({ world }: Recorded, { player, drawing }: FilmOptions): string {
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = `default-src 'none'; script-src ${hash(player.script)}; style-src ${hash(player.style)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>${escaped(`${drawing.title || drawing.name} – ${world}`)}</title>
<style>${player.style}</style>
</head>
<body>
<noscript>This film needs JavaScript to play. Nothing is loaded from anywhere.</noscript>
`;
}

/** What is no script's type is never run. */
const data = (name: string, text: string): string => `<script type="text/plain" data-film="${name}">${text}</script>\n`;

const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/**
 * Pictures lie on the host, and belong to who made them: tiles are drawn by what they are made of. Of tiles that are nowhere
 * drawn, as those of hidden rooms are not, nothing is told.
 */
function withoutPictures(drawing: MapDrawing): MapDrawing {
  const drawn = new Set(drawing.layers.flatMap(({ gids }) => gidsOf(gids)));
  const tilesets = drawing.tilesets.map((tileset) => {
    const classes = Object.entries(tileset.classes).filter(([tile]) => drawn.has(tileset.firstGid + Number(tile)));
    return { ...tileset, image: null, classes: Object.fromEntries(classes) };
  });
  return { ...drawing, tilesets };
}

/** Of a layer; without how its tiles are turned. */
function gidsOf(base64Gids: string): readonly number[] {
  const bytes = Buffer.from(base64Gids, "base64");
  return Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readUInt32LE(4 * i) & 0x1fff_ffff);
}
