/** The command line as a person types it: what it prints, what it says when something is wrong, and its exit code. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runElsewhere, startServer } from "./support/server.ts";
import { yardFolder } from "./support/yard.ts";

const folder = await mkdtemp(join(tmpdir(), "elsewhere-cli-"));
after(() => rm(folder, { recursive: true, force: true }));
const yardMap = join(yardFolder, "maps/yard.tmj");

/** Runs a command that must fail, and gives the one line it says. */
async function complaint(...args: string[]): Promise<string> {
  const { code, out, errors } = await runElsewhere(args);
  assert.equal(code, 1, `${args.join(" ")} ended with ${code}: ${errors}`);
  assert.equal(out, "", "nothing on standard output");
  const lines = errors.trimEnd().split("\n");
  assert.equal(lines.length, 1, `one line, not:\n${errors}`);
  return lines[0]!;
}

test("version tells the version, the protocol and Node's", async () => {
  const { code, out } = await runElsewhere(["version", "--json"]);
  assert.equal(code, 0);
  const { elsewhere, protocol, node } = JSON.parse(out) as Record<string, unknown>;
  assert.match(String(elsewhere), /^\d+\.\d+\.\d+/);
  assert.equal(protocol, 1);
  assert.match(String(node), /^2\d\./);
});

for (const command of [[], ["up"], ["map", "check"], ["program", "check"], ["record", "verify"], ["version"]]) {
  test(`elsewhere ${[...command, "--help"].join(" ")} explains itself`, async () => {
    const { code, out } = await runElsewhere([...command, "--help"]);
    assert.equal(code, 0);
    assert.match(out, /^Usage: elsewhere/);
    if (command.length > 0) assert.match(out, /--json/);
  });
}

test("map check counts what a map means", async () => {
  const { code, out } = await runElsewhere(["map", "check", yardMap, "--json"]);
  assert.equal(code, 0);
  const report = JSON.parse(out) as { colliding: number; reachable: number; entries: unknown[] };
  assert.equal(report.colliding, 2 * 40 + 2 * 22 + 20, "the outer wall, and the inner one with its two gaps");
  assert.equal(report.reachable, 40 * 24 - report.colliding);
  assert.equal(report.entries.length, 1);
});

test("program check runs a program's first turns", async () => {
  const { code, out } = await runElsewhere(["program", "check", join(yardFolder, "programs/counter.ts"), "--json"]);
  assert.equal(code, 0);
  const check = JSON.parse(out) as { ok: boolean; turns: number; heapBytes: number };
  assert.ok(check.ok && check.turns === 10 && check.heapBytes > 0);
});

test("what is wrong is said in one line, with exit code 1", async () => {
  await writeFile(join(folder, "bad.ts"), "const = 1;\n");
  await writeFile(join(folder, "fetches.ts"), 'import "node:fs";\n');
  await writeFile(join(folder, "broken.tmj"), '{"type":"map","width":3');
  await writeFile(join(folder, "world.json"), '{"name":"Broken","maps":[]}');
  await writeFile(join(folder, "plain"), "a file where a folder is wanted\n");
  assert.match(await complaint("map", "check", join(folder, "none.tmj")), /none\.tmj/);
  assert.match(await complaint("map", "check", join(folder, "broken.tmj")), /broken\.tmj.*JSON/);
  assert.match(await complaint("record", "verify", folder), /no record/);
  assert.match(await complaint("up", "--port", "0", "--world", folder), /world\.json\.maps/);
  assert.match(await complaint("up", "--port", "0", "--world", join(folder, "nowhere")), /is not a folder/);
  assert.match(await complaint("up", "--port", "0", "--map", join(folder, "broken.tmj")), /broken\.tmj/);
  assert.match(await complaint("up", "--port", "0", "--map", yardMap, "--data", join(folder, "plain/data")), /plain/);
  const bad = await runElsewhere(["program", "check", join(folder, "bad.ts"), "--json"]);
  assert.equal(bad.code, 1);
  assert.match(bad.errors, /bad\.ts:1/);
  const fetches = await runElsewhere(["program", "check", join(folder, "fetches.ts")]);
  assert.equal(fetches.code, 1);
  assert.match(fetches.errors, /"node:fs" may not be imported/);
});

test("a wrong flag is explained", async () => {
  for (const [flags, told] of [
    [["up", "--port", "x"], /whole number from 0 to 65535/],
    [["up", "--tick-ms", "1"], /whole number from 10/],
    [["up", "--speed", "fast"], /or max/],
    [["fly"], /unknown command 'fly'/],
  ] as const) {
    const { code, errors } = await runElsewhere(flags);
    assert.equal(code, 1, flags.join(" "));
    assert.match(errors, told);
  }
});

test("a port in use stops the second start before it touches its data; the first goes on", async () => {
  const server = await startServer(["--port", "0", "--map", yardMap, "--data", join(folder, "first")]);
  try {
    const second = join(folder, "second");
    assert.match(await complaint("up", "--port", String(server.port), "--map", yardMap, "--data", second), /port \d+ is in use/);
    assert.equal(existsSync(second), false);
    assert.match(await complaint("up", "--port", "0", "--map", yardMap, "--data", join(folder, "first")), /another|use/);
    const { status } = (await (await fetch(`${server.url}/healthz`)).json()) as { status: string };
    assert.equal(status, "ok");
  } finally {
    assert.equal(await server.stop(), 0);
  }
  assert.deepEqual(
    (await readdir(join(folder, "first"))).filter((name) => name.endsWith(".db")),
    ["elsewhere.db"],
  );
  const { code, out } = await runElsewhere(["record", "verify", join(folder, "first"), "--json"]);
  assert.equal(code, 0);
  assert.equal((JSON.parse(out) as { ok: boolean }).ok, true);
  assert.match(await complaint("up", "--port", "0", "--world", yardFolder, "--data", join(folder, "first")), /holds the world "The yard"/);
});
