import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { blackPng } from "./fixtures/png.ts";
import { filesIn, shared, withoutShared } from "./fixtures/files.ts";
import { everything } from "./fixtures/seeds.ts";
import { encodings, type Sketch, write } from "./fixtures/write.ts";
import { readTiledMap } from "./read.ts";

const program = "tiled";

const tiled = (...parameters: readonly string[]): boolean =>
  spawnSync(program, parameters, { env: { ...process.env, QT_QPA_PLATFORM: "offscreen" }, timeout: 60_000 }).status === 0;

const withoutTiled = tiled("--export-formats") ? false : "Tiled is not installed (Debian: apt-get install tiled)";

/** Reads a TMX file, has Tiled export it as JSON beside it, reads that, and compares. */
async function compare(folder: string, file: string): Promise<void> {
  const exported = file.replace(/\.tmx$/, ".exported.json");
  assert.ok(tiled("--export-map", "json", join(folder, file), join(folder, exported)), `Tiled exports ${file}`);
  const files = filesIn(folder);
  const ours = await readTiledMap(files, file);
  const theirs = await readTiledMap(files, exported);
  assert.deepEqual({ ...theirs, path: file }, ours, file);
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "elsewhere-maps-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("M12 Tiled's own export of our maps reads as they do", { skip: withoutTiled }, async () => {
  const finite = encodings.filter((how) => how.format === "tmx" && how.chunk === null).map((how) => ({ how, sketch: everything }));
  // Tiled writes chunks of 16 by 16 tiles, whatever they were, so only maps made of such keep their size.
  const infinite = encodings
    .filter((how) => how.format === "tmx" && how.chunk !== null)
    .map((how) => ({ how: { ...how, chunk: 16, corner: { x: -16, y: 16 } }, sketch: wide }));
  assert.equal(finite.length + infinite.length, 12);
  await inFolder(async (folder) => {
    writeFileSync(join(folder, "all.png"), blackPng(160, 1600));
    for (const [i, { how, sketch }] of [...finite, ...infinite].entries()) {
      writeFileSync(join(folder, `m${i}.tmx`), write(sketch, how));
      await compare(folder, `m${i}.tmx`);
    }
  });
});

const wide: Sketch = {
  ...everything,
  width: 32,
  height: 16,
  layers: [{ name: "ground", cells: Array.from({ length: 512 }, (_, i) => 1 + (i % 900)), visible: true, properties: {} }],
};

/** Those that use nothing newer than the Tiled that Debian has. */
const corpus = [
  "tiled_base64_gzip.tmx",
  "tiled_base64_zlib_infinite.tmx",
  "tiled_base64_zstandard.tmx",
  "tiled_csv_wangsets.tmx",
  "tiled_flipped.tmx",
  "tiled_group_layers.tmx",
  "tiled_image_layers.tmx",
  "tiled_object_groups.tmx",
  "tiled_object_template.tmx",
  "tiled_text_object.tmx",
  "tiled_xml.tmx",
  "templates/example.tmx",
];

test("M12 Tiled's own export of maps by others reads as they do", { skip: withoutTiled || withoutShared("tiled/rs-tiled") }, async () => {
  await inFolder(async (folder) => {
    cpSync(join(shared, "tiled/rs-tiled"), folder, { recursive: true, mode: 0 });
    spawnSync("chmod", ["-R", "u+w", folder]);
    writeFileSync(join(folder, "tilesheet.png"), blackPng(448, 192));
    for (const file of corpus) await compare(folder, file);
  });
});
