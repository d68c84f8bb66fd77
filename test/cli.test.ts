/** The command line as a person types it: what it prints, what it says when something is wrong, and its exit code. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { appendFile, cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { ProgramDetail, ProgramsPage } from "@elsewhere/protocol";
import { protocolVersion } from "@elsewhere/protocol";
import { runElsewhere, spawnElsewhere, startServer } from "./support/server.ts";
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
  assert.equal(protocol, protocolVersion);
  assert.match(String(node), /^2\d\./);
});

for (const command of [
  [],
  ["up"],
  ["map", "check"],
  ["program", "check"],
  ["program", "new"],
  ["place", "key"],
  ["place", "open"],
  ["record", "verify"],
  ["record", "backup"],
  ["record", "restore"],
  ["record", "confirm"],
  ["record", "export"],
  ["record", "compare"],
  ["version"],
]) {
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

test("P31 program check runs a program's first turns", async () => {
  const { code, out } = await runElsewhere(["program", "check", join(yardFolder, "programs/counter.ts"), "--json"]);
  assert.equal(code, 0);
  const check = JSON.parse(out) as { ok: boolean; file: string; turns: number; heapBytes: number; types: unknown[] };
  assert.ok(check.ok && check.turns === 10 && check.heapBytes > 0);
  assert.deepEqual([check.file, check.types], ["programs/counter.ts", []]);
});

test("P76 program check tells each type error by file, line and column, wherever the file lies", async () => {
  const file = join(folder, "stranger.ts");
  await writeFile(file, 'import { me } from "@elsewhere/program";\nme.on("heard", ({ from }) => me.say(from.nme));\nme.go(7n);\n');
  const { code, out, errors } = await runElsewhere(["program", "check", file]);
  assert.deepEqual([code, out], [1, ""]);
  const [first, second, last] = errors.trimEnd().split("\n");
  assert.ok(first!.startsWith(`${file}:2:42 Property 'nme' does not exist on type 'Who'.`), errors);
  assert.ok(second!.startsWith(`${file}:3:7 `), errors);
  assert.match(last!, /^elsewhere: stranger\.ts: /);
  const json = await runElsewhere(["program", "check", file, "--json"]);
  const { ok, types } = JSON.parse(json.out) as { ok: boolean; types: { file: string; line: number }[] };
  assert.deepEqual([json.code, ok, types.map(({ file, line }) => `${file}:${line}`)], [1, false, ["stranger.ts:2", "stranger.ts:3"]]);
});

test("P78 program new writes a program and enters it in its world; what is there stays as it is", async () => {
  const world = join(folder, "new world");
  await cp(yardFolder, world, { recursive: true });
  const made = await runElsewhere(["program", "new", "night-owl", "--world", world, "--at", "yard/west", "--json"]);
  const entry = { id: "night-owl", name: "Night owl", code: "programs/night-owl.ts", at: "yard/west" };
  assert.deepEqual([made.code, JSON.parse(made.out)], [0, { file: `${world}/programs/night-owl.ts`, world, entry }]);
  const file = JSON.parse(await readFile(join(world, "world.json"), "utf8")) as { programs: unknown[] };
  assert.deepEqual(file.programs.at(-1), entry);
  assert.equal(file.programs.length, 31);
  const told = await runElsewhere(["program", "new", "barn-owl", "--world", world]);
  assert.match(told.out, /entered "barn-owl" in .* at yard\/gate\./);
  assert.match(told.out, /npm run elsewhere -- program check '.*\/new world\/programs\/barn-owl\.ts'\n/);
  assert.match(told.out, /npm start -- --world '.*\/new world' --watch/);
  const before = await readFile(join(world, "world.json"), "utf8");
  await writeFile(join(world, "programs/hen.ts"), "// mine\n");
  assert.match(await complaint("program", "new", "night-owl", "--world", world), /"night-owl" lives in .* already/);
  assert.match(await complaint("program", "new", "hen", "--world", world), /hen\.ts is there already, and stays as it is/);
  assert.match(await complaint("program", "new", "fox", "--world", world, "--at", "yard/moon"), /"yard\/moon" is no place/);
  assert.match(await complaint("program", "new", "fox", "--world", join(folder, "nowhere")), /there is no world\.json/);
  assert.match(await complaint("program", "new", "../fox"), /no name for a program/);
  assert.match(await complaint("program", "new", "fox", "--at", "yard/west"), /--world/);
  assert.equal(await readFile(join(world, "world.json"), "utf8"), before);
  assert.equal(await readFile(join(world, "programs/hen.ts"), "utf8"), "// mine\n");
  assert.equal(existsSync(join(world, "programs/fox.ts")), false);
});

test("P79 a new program passes the check", async () => {
  const { code, out, errors } = await runElsewhere(["program", "check", join(folder, "new world/programs/night-owl.ts")]);
  assert.deepEqual([code, errors], [0, ""]);
  assert.match(out, /: fine\n {2}code \d+ bytes, heap \d+ bytes after 10 turns\n/);
  assert.match(out, /listens to: appeared, heard\n {2}has to be granted: nothing\n/);
});

test("P84 with --watch a changed program is upgraded while its world runs, and keeps its memory", { timeout: 60_000 }, async () => {
  const world = join(folder, "watched");
  await cp(yardFolder, world, { recursive: true });
  await runElsewhere(["program", "new", "owl", "--world", world]);
  const owl = join(world, "programs/owl.ts");
  const program = (last: string): string => `import { memory } from "@elsewhere/program";\n${last}\n`;
  await writeFile(owl, program("memory.eggs = 3;"));
  const server = await startServer(["--port", "0", "--world", world, "--data", join(folder, "watched-data"), "--watch"]);
  try {
    const ask = async (path: string): Promise<unknown> =>
      (await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${server.token}` } })).json();
    const detail = (): Promise<ProgramDetail> => ask("/api/programs/owl") as Promise<ProgramDetail>;
    const until = async (holds: (detail: ProgramDetail) => boolean): Promise<void> => {
      // More than a hundred questions a second are refused.
      while (!holds(await detail())) await setTimeout(50);
    };
    await until(({ info }) => info.turns > 0);
    await writeFile(owl, program('console.log("eggs", memory.eggs);'));
    await server.says(/^programs\/owl\.ts has changed: upgraded owl\.$/m);
    await until(({ log }) => log.some(({ text }) => text === "eggs 3"));
    await writeFile(owl, program("const = 1;"));
    await server.says(/^programs\/owl\.ts:2: .* stays as it was\.$/m);
    await writeFile(`${owl}.new`, program("interface Egg { readonly grams: number }\n\nconst egg: Egg | null = null;\negg!.grams;"));
    await rename(`${owl}.new`, owl);
    await server.says(/upgraded owl\.\n[^]*upgraded owl\./);
    await until(({ log }) => log.some(({ text }) => text.includes("(programs/owl.ts:5:")));
    await appendFile(join(world, "world.json"), "\n");
    await server.says(/^world\.json has changed: a restart applies it\.$/m);
    const { programs } = (await ask("/api/programs?limit=100")) as ProgramsPage;
    for (const { program, faults, turns } of programs) if (program !== "owl") assert.ok(faults === 0 && turns > 0, program);
    assert.doesNotMatch(server.errors(), /upgraded counter/);
  } finally {
    assert.equal(await server.stop(), 0);
  }
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

test("who reads no further ends a command, and hears of nothing", async () => {
  const child = spawnElsewhere(["--help"]);
  child.stdout!.destroy();
  let errors = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const [code] = (await once(child, "close")) as [number | null];
  assert.deepEqual([code, errors], [0, ""]);
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
