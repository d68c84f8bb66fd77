import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { type Disk, filesBelow, inflate } from "./disk.ts";

const folder = mkdtempSync(join(tmpdir(), "elsewhere-disk-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const disk: Disk = { realpath, stat, readFile };
const text = (bytes: Uint8Array | null): string | null => (bytes === null ? null : new TextDecoder().decode(bytes));

test("M38 what is below the root can be read, links within it too, and nothing else", async () => {
  for (const path of ["root/maps", "rooted"]) mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, "root/maps/a.tmj"), "map");
  writeFileSync(join(folder, "rooted/secret"), "secret");
  symlinkSync(join(folder, "root/maps/a.tmj"), join(folder, "root/inside"));
  symlinkSync(join(folder, "rooted/secret"), join(folder, "root/outside"));
  symlinkSync(join(folder, "rooted"), join(folder, "root/folder"));
  const files = filesBelow(join(folder, "root"), disk);
  assert.equal(text(await files.read("maps/a.tmj", 10)), "map");
  assert.equal(text(await files.read("inside", 10)), "map");
  for (const path of ["outside", "folder/secret", "../rooted/secret"]) {
    await assert.rejects(files.read(path, 10), { code: "forbidden", detail: { field: path } }, path);
    assert.equal(await files.exists(path), false, path);
  }
  for (const path of ["gone", "maps", "maps/a.tmj/x", "x".repeat(5000)]) assert.equal(await files.read(path, 10), null, path.slice(0, 20));
  assert.equal(await files.exists("maps/a.tmj"), true);
});

test("M7 a file above its limit, and a disk that refuses, are named errors", async () => {
  writeFileSync(join(folder, "large"), "0123456789");
  await assert.rejects(filesBelow(folder, disk).read("large", 9), { code: "limit", detail: { field: "large", limit: 9 } });
  const refusing = { ...disk, readFile: () => Promise.reject(Object.assign(new Error("no"), { code: "EIO" })) };
  await assert.rejects(filesBelow(folder, refusing).read("large", 10), { code: "storage", message: /EIO/, detail: { field: "large" } });
});

test("M39 unpacking gives what was packed and stops at the size expected", () => {
  const bytes = Uint8Array.from({ length: 4000 }, (_, i) => i % 7);
  const bomb = new Uint8Array(50_000_000);
  for (const [how, pack] of [
    ["gzip", gzipSync],
    ["zlib", deflateSync],
    ["zstd", zstdCompressSync],
  ] as const) {
    assert.deepEqual(new Uint8Array(inflate(pack(bytes), how, 4000)), bytes, how);
    assert.throws(() => inflate(pack(bomb), how, 4000), { code: "ERR_BUFFER_TOO_LARGE" }, how);
    assert.throws(() => inflate(pack(bytes).subarray(0, 20), how, 4000), how);
  }
});
