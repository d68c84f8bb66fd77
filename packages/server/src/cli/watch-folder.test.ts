import assert from "node:assert/strict";
import { readdirSync, watch } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type FolderSystem, watchFolder } from "./watch-folder.ts";

const root = await mkdtemp(join(tmpdir(), "elsewhere-watch-"));
const stops: (() => void)[] = [];
after(async () => {
  for (const stop of stops) stop();
  await rm(root, { recursive: true, force: true });
});

const real: FolderSystem = {
  watch: (folder, changed) => watch(folder, (_, name) => changed(name)),
  foldersIn: (folder) => {
    try {
      return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    } catch {
      return null;
    }
  },
};

const seen: string[] = [];
let flushed: { readonly path: string; readonly resolve: () => void } | null = null;
let flushes = 0;

/** What has been reported since it was asked last. The system reports in order: once a last file has been, all before it is. */
async function reported(): Promise<readonly string[]> {
  const path = `flush-${++flushes}`;
  await new Promise<void>((resolve, reject) => {
    flushed = { path, resolve };
    writeFile(join(root, path), "").catch(reject);
  });
  return seen.splice(0).filter((each) => !each.startsWith("flush-"));
}

test("P80 every change of a file is reported, however its editor writes it, again and again", async () => {
  await mkdir(join(root, "programs/lib"), { recursive: true });
  await mkdir(join(root, "node_modules"), { recursive: true });
  const changed = (path: string): void => {
    seen.push(path);
    if (flushed?.path === path) flushed.resolve();
  };
  stops.push(watchFolder(root, changed, real));
  const file = join(root, "programs/lib/a.ts");
  const asWhole = async (): Promise<void> => {
    await writeFile(`${file}.tmp`, "whole");
    await rename(`${file}.tmp`, file);
  };
  const withBackup = async (): Promise<void> => {
    await rename(file, `${file}~`);
    await writeFile(file, "again");
    await rm(`${file}~`);
  };
  const write = (): Promise<void> => writeFile(file, "written");
  for (const act of [write, asWhole, asWhole, asWhole, write, withBackup, withBackup, () => rm(file), write]) {
    await act();
    assert.ok((await reported()).includes("programs/lib/a.ts"), act.name);
  }
  await rename(join(root, "programs/lib"), join(root, "programs/books"));
  assert.deepEqual((await reported()).toSorted(), ["programs/books", "programs/lib"]);
  await mkdir(join(root, "programs/lib"));
  assert.deepEqual(await reported(), ["programs/lib"]);
  await writeFile(join(root, "programs/books/c.ts"), "1");
  assert.ok((await reported()).includes("programs/books/c.ts"));
  await write();
  assert.ok((await reported()).includes("programs/lib/a.ts"));
  await writeFile(join(root, "node_modules/x.js"), "1");
  await writeFile(join(root, ".hidden"), "1");
  assert.deepEqual(await reported(), []);
});

test("P80 what cannot be watched is refused at the start, and nothing of it stays watched", () => {
  let open = 0;
  const system: FolderSystem = {
    foldersIn: (folder) => (folder === "/w" ? ["a", "b"] : []),
    watch: (folder) => {
      if (folder === "/w/b") throw new Error("no more watchers");
      open++;
      return { close: () => void open-- };
    },
  };
  assert.throws(() => watchFolder("/w", () => {}, system), /no more watchers/);
  assert.equal(open, 0);
});

test("P80 a folder that comes when the system watches no more is reported, and harms nothing", () => {
  let said: ((name: string | null) => void) | null = null;
  const seen: string[] = [];
  const system: FolderSystem = {
    foldersIn: () => [],
    watch: (_, changed) => {
      if (said !== null) throw new Error("no more watchers");
      said = changed;
      return { close: () => {} };
    },
  };
  watchFolder("/w", (path) => seen.push(path), system);
  said!("new");
  said!(null);
  assert.deepEqual(seen, ["new", ""]);
});
