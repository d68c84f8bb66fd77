import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { TurnInput } from "../packages/server/src/programs/contract.ts";
import { asideOf, decodeTurn, encodeTurn } from "../packages/server/src/programs/transcript.ts";
import { sumOf, turnHash } from "../packages/server/src/record/chain.ts";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import { runElsewhere, type Server, startServer } from "./support/server.ts";
import { yardFolder } from "./support/yard.ts";

const root = await mkdtemp(join(tmpdir(), "elsewhere-fork-"));
const inRoot = (name: string): string => join(root, name);
const world = inRoot("world");
after(() => rm(root, { recursive: true }));

/** Talks with whoever it hears, for as long as luck has it, and remembers. */
const talker = `
import { me, memory, sleep } from "@elsewhere/program";
me.on("heard", async ({ from, text }) => {
  memory.heard = (memory.heard ?? 0) + 1;
  await sleep({ ms: 300 });
  if (Math.random() < 0.6) await me.say("what does " + from.name + " mean by " + text.slice(0, 20)).catch(() => {});
});
for (;;) {
  await me.say("luck " + Math.floor(Math.random() * 1000)).catch(() => {});
  await sleep({ seconds: 2 + Math.floor(Math.random() * 4) });
}
`;

/** Starts a chick now and then, which does as its parent says. */
const hen = `
import { me, sleep, spawn } from "@elsewhere/program";
for (let n = 1; n < 4; n++) {
  await sleep({ seconds: 5 });
  await spawn({ code: "programs/chick.ts", name: "Chick " + n, memory: { n }, share: 0.3 }).catch((error) => console.log(error.message));
}
`;
const chick = `
import { me, memory, sleep } from "@elsewhere/program";
let steps = 0;
for (;;) {
  await me.show({ chick: memory.n, steps: ++steps, luck: Math.random() });
  await sleep({ ms: 700 });
}
`;

const counterFile = join(world, "programs/counter.ts");

before(async () => {
  await cp(yardFolder, world, { recursive: true });
  await Promise.all(Object.entries({ talker, hen, chick }).map(([name, text]) => writeFile(join(world, `programs/${name}.ts`), text)));
  const settings = JSON.parse(await readFile(join(world, "world.json"), "utf8")) as { programs: object[] };
  const others = [
    ...["talker-1", "talker-2"].map((id) => ({ id, name: id, code: "programs/talker.ts", at: "yard/north" })),
    { id: "hen", name: "Hen", code: "programs/hen.ts", at: "yard/west", spawns: ["programs/chick.ts"], quota: { programs: 8 } },
  ];
  await writeFile(join(world, "world.json"), JSON.stringify({ ...settings, programs: [...settings.programs.slice(0, 8), ...others] }));
  await runTo(await start("first"), 400);
});

const start = (data: string, ...more: string[]): Promise<Server> =>
  startServer([
    "--port",
    "0",
    "--world",
    world,
    "--data",
    inRoot(data),
    "--lockstep",
    "--speed",
    "max",
    ...(more.length > 0 ? more : ["--seed", "5"]),
  ]);

const startFork = (data: string, from: string, at: string, ...more: string[]): Promise<Server> =>
  start(data, "--fork", `${inRoot(from)}@${at}`, ...more);

/** Runs it until a tick is durable and kills it; gives what it has said. */
async function runTo(server: Server, tick: number): Promise<string> {
  while (((await (await fetch(`${server.url}/healthz`)).json()) as { tick: number }).tick < tick)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await server.kill();
  return server.errors();
}

/** All that is recorded of the ticks after one and up to another: entries of the maps, and the turns of programs. */
function recorded(data: string, from: number, to: number): string {
  const reader = openRecordReader(inRoot(data));
  const within = (tick: number): boolean => tick > from && tick <= to;
  const lines: string[] = [];
  for (const each of reader.entries()) {
    if (each.kind !== "gap" && within(each.tick))
      lines.push(`${each.map} ${each.tick} ${each.kind} ${Buffer.from(each.bytes).toString("latin1")}`);
  }
  for (const row of reader.turns()) {
    const { input, outcome } = decodeTurn(row);
    if (within(row.tick))
      lines.push(`${row.program} ${row.turn} ${row.tick} ${row.throughSeq} ${JSON.stringify(asideOf(row).mail)} ${input} ${outcome}`);
  }
  reader.close();
  assert.ok(lines.length > 50, "something has happened");
  return lines.toSorted().join("\n");
}

/** Equal texts of this length are not to be shown. */
const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
const assertSame = (a: string, b: string, what: string): void => assert.equal(digest(a), digest(b), what);

const chainsOf = async (data: string): Promise<string> =>
  digest((await Promise.all(["elsewhere.db", "elsewhere.db-wal"].map((file) => readFile(join(inRoot(data), file), "latin1")))).join(" "));

test(
  "R101 R104 a fork with the same seed goes on as its world did, tick by tick, and so does a fork of it",
  { timeout: 120_000 },
  async () => {
    const untouched = await chainsOf("first");
    for (const at of [57, 150]) {
      const said = await runTo(await startFork(`same-${at}`, "first", `#${at}`, "--seed", "5"), at + 150);
      assertSame(recorded(`same-${at}`, at, at + 150), recorded("first", at, at + 150), `forked at tick ${at}`);
      assert.match(said, new RegExp(`This world was forked from Yard at tick ${at} \\(2030-01-01T`));
    }
    const said = await runTo(await startFork("again", "same-150", "#220", "--seed", "5"), 360);
    assertSame(recorded("again", 220, 360), recorded("first", 220, 360), "forked from a fork");
    assert.match(said, /forked from Yard at tick 220 .*, itself forked at tick 150/);
    const { code, out } = await runElsewhere(["record", "verify", inRoot("again")]);
    assert.equal(code, 0, out);
    const reader = openRecordReader(inRoot("same-150"));
    const head = [...reader.entries("yard")].findLast(
      ({ tick, kind }: { tick?: number; kind: string }) => kind !== "gap" && (tick ?? 0) <= 220,
    );
    reader.close();
    assert.ok(head !== undefined && head.kind !== "gap");
    assert.match(out, new RegExp(`forked from Yard at tick 220 .*chains: yard ${Buffer.from(head.hash).toString("hex").slice(0, 16)}`));
    assert.equal(await chainsOf("first"), untouched);
  },
);

test("R102 with another seed chance goes on otherwise, and on another map all does as that map has it", { timeout: 120_000 }, async () => {
  const as = recorded("first", 150, 300);
  await runTo(await startFork("other-seed", "first", "#150", "--seed", "6"), 300);
  assert.notEqual(digest(recorded("other-seed", 150, 300)), digest(as));
  await runTo(await startFork("any-seed", "first", "#150"), 300);
  assert.notEqual(digest(recorded("any-seed", 150, 300)), digest(as));
  const file = join(world, "maps/yard.tmj");
  const drawn = await readFile(file, "utf8");
  const map = JSON.parse(drawn) as { width: number; layers: { name: string; data?: number[] }[] };
  const walls = map.layers.find(({ name }) => name === "walls")!.data!;
  const across = walls.findIndex((tile, i) => tile === 0 && i > 11 * map.width + 14);
  for (let y = 2; y < 22; y++) walls[y * map.width + (across % map.width)] = 2;
  await writeFile(file, JSON.stringify(map));
  await runTo(await startFork("other-map", "first", "#150", "--seed", "5"), 300);
  await writeFile(file, drawn);
  assert.notEqual(digest(recorded("other-map", 150, 300)), digest(as));
});

test("R103 a fork that is cut short leaves nothing that looks whole, and the next one is made", { timeout: 120_000 }, async () => {
  const untouched = await chainsOf("first");
  const named = async (name: string): Promise<boolean> => (await readdir(root)).includes(name);
  const begun = async (name: string): Promise<boolean> => (await readdir(root)).some((found) => found.startsWith(name));
  let whole = 0;
  for (const [n, waitMs] of [0, 100, 250, 450, 700, 4_000].entries()) {
    const name = `cut-${n}`;
    const args = ["up", "--port", "0", "--world", world, "--data", inRoot(name), "--fork", `${inRoot("first")}@#200`];
    const child = spawn(process.execPath, ["--conditions=source", "packages/server/src/main.ts", ...args], { stdio: "ignore" });
    const ended = once(child, "exit");
    // From when its draft is there on, it is killed sooner or later.
    while (!(await begun(name))) await pause(5);
    await pause(waitMs);
    child.kill("SIGKILL");
    await ended;
    if (!(await named(name))) continue;
    whole++;
    const { code, out, errors } = await runElsewhere(["record", "verify", inRoot(name)]);
    assert.equal(code, 0, out + errors);
    await runTo(await start(name), 210);
  }
  assert.ok(whole > 0 && whole < 6, `${whole} of 6 were whole`);
  await runTo(await startFork("cut-0", "first", "#200"), 220);
  assert.equal(await chainsOf("first"), untouched);
});

test("R103 R100 what is there already is refused, and so is a moment that the record does not have", { timeout: 120_000 }, async () => {
  await mkdir(inRoot("mine"));
  const before = await readdir(root);
  const refused = async (data: string, fork: string): Promise<string> => {
    const { code, errors } = await runElsewhere(["up", "--port", "0", "--world", world, "--data", inRoot(data), "--fork", fork]);
    assert.equal(code, 1, errors);
    return errors;
  };
  assert.match(await refused("mine", `${inRoot("first")}@#10`), /mine is there already and stays as it is/);
  assert.match(await refused("new", `${inRoot("first")}@#100000`), /tick 100000 is after the record: it goes from tick 0 \(/);
  assert.match(await refused("new", `${inRoot("first")}@2029-01-01`), /is before the record/);
  assert.match(await refused("new", `${inRoot("first")}@noon`), /"noon" is no moment/);
  assert.match(await refused("new", inRoot("first")), /names no moment/);
  assert.match(await refused("new", `${inRoot("nowhere")}@#10`), /there is no record in .*nowhere/);
  await cp(inRoot("first"), inRoot("a@b"), { recursive: true });
  await runTo(await startFork("from-at", "a@b", "+15s", "--seed", "5"), 200);
  assertSame(recorded("from-at", 150, 200), recorded("first", 150, 200), "15 s after the start");
  const names = (await readdir(root)).filter((name) => !before.includes(name));
  assert.deepEqual(names.toSorted(), ["a@b", "from-at"]);
});

test("R105 at a tick at which somebody is between two maps, the last one before it is taken", { timeout: 120_000 }, async () => {
  const flags = (data: string): string[] => ["--port", "0", "--data", inRoot(data), "--lockstep", "--speed", "max", "--seed", "5"];
  await runTo(await startServer(flags("harbour")), 900);
  const crossings: number[] = [];
  const reader = openRecordReader(inRoot("harbour"));
  for (const entry of reader.entries()) {
    if (entry.kind === "tick" && Buffer.from(entry.bytes).includes('"how":"transferred"')) crossings.push(entry.tick);
  }
  reader.close();
  const at = crossings.find((tick) => tick > 300 && !crossings.includes(tick - 1))!;
  const said = await runTo(await startServer([...flags("crossing"), "--fork", `${inRoot("harbour")}@#${at}`]), at + 200);
  assert.match(said, new RegExp(`at tick ${at} somebody was between two maps: the fork is of tick ${at - 1}`));
  assertSame(recorded("crossing", at - 1, at + 200), recorded("harbour", at - 1, at + 200), `forked before tick ${at}`);
});

test(
  "R108 R109 a program runs the code it had then, and one whose heap is gone starts anew with its memory",
  { timeout: 120_000 },
  async () => {
    const counter = await readFile(counterFile, "utf8");
    await writeFile(counterFile, counter.replace("count += 1", "count += 1000"));
    const said = await runTo(await startFork("old-code", "first", "#150", "--seed", "5"), 300);
    assertSame(recorded("old-code", 150, 300), recorded("first", 150, 300), "as with the code of then");
    assert.doesNotMatch(said, /starts anew/);
    await cp(inRoot("first"), inRoot("torn"), { recursive: true });
    const torn = new DatabaseSync(join(inRoot("torn"), "elsewhere.db"));
    torn.exec("DELETE FROM settings WHERE key LIKE 'code:%'");
    forgeOutcome(torn, inRoot("torn"), "talker-1", 150);
    torn.close();
    const told = await runTo(await startFork("from-torn", "torn", "#150", "--seed", "5"), 200);
    for (let n = 0; n < 8; n++)
      assert.match(told, new RegExp(`counter-${n}: starts anew with its memory .*the code it had then is not kept`));
    assert.match(told, /talker-1: starts anew with its memory .*turn \d+ of the transcript asks for something else when it is replayed/);
    assert.doesNotMatch(told, /(?:talker-2|hen(?:\.\d)?): starts anew/);
    const reader = openRecordReader(inRoot("from-torn"));
    const firsts = [...reader.turns()]
      .filter(({ turn, tick }) => turn === 1 && tick === 151)
      .map((row) => ({ program: row.program, start: (JSON.parse(decodeTurn(row).input) as TurnInput).start! }));
    reader.close();
    const lost = [...Array.from({ length: 8 }, (_, n) => `counter-${n}`), "talker-1"];
    assert.deepEqual(new Set(firsts.map(({ program }) => program)), new Set(lost));
    const remembered = firsts.find(({ program }) => program === "talker-1")!.start.memory;
    assert.ok(Number(remembered["heard"]) > 0, "it remembers what it heard");
    // Once the file has changed again, it is upgraded as any other.
    await writeFile(counterFile, counter.replace("count += 1", "count += 2000"));
    await runTo(await start("old-code"), 340);
    await writeFile(counterFile, counter);
    const upgraded = openRecordReader(inRoot("old-code"));
    const anew = [...upgraded.turns()].filter(({ turn, tick }) => turn === 1 && tick > 300).map(({ program }) => program);
    upgraded.close();
    assert.equal(anew.filter((program) => program.startsWith("counter-")).length, 8);
  },
);

/** Has the record say that the last turn up to a tick in which a program spoke came to something else. */
function forgeOutcome(db: DatabaseSync, folder: string, program: string, tick: number): void {
  const reader = openRecordReader(folder);
  const row = [...reader.turns()].findLast(
    (each) => each.program === program && each.tick <= tick && decodeTurn(each).outcome.includes('"say"'),
  )!;
  reader.close();
  const { input, outcome } = decodeTurn(row);
  const bytes = encodeTurn({ input, outcome: outcome.replace('"kind":"say","text":"', '"kind":"say","text":"never ') }, asideOf(row));
  db.prepare("UPDATE turns SET bytes = ?, sum = ? WHERE id = ?").run(bytes, sumOf(turnHash({ ...row, bytes })), row.id);
}

test("R110 tokens of the other world are refused by a fork", { timeout: 120_000 }, async () => {
  const other = await start("first");
  await other.kill();
  const fork = await startFork("secrets", "first", "#150");
  const asked = (token: string): Promise<number> =>
    fetch(`${fork.url}/api/programs`, { headers: { authorization: `Bearer ${token}` } }).then(({ status }) => status);
  try {
    assert.deepEqual([await asked(fork.token), (await asked(other.token)) >= 400], [200, true]);
  } finally {
    await fork.kill();
  }
});
