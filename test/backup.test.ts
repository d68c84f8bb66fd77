/** Backup, restore and confirmation as a person does them, and what is left if they are killed at any moment. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Health, WorldInfo } from "@elsewhere/protocol";
import { type Restored, restoredIn } from "../packages/server/src/backups/quarantine.ts";
import { verifyRecord } from "../packages/server/src/record/verify.ts";
import { openSqlite } from "../packages/server/src/storage/sqlite/sqlite.ts";
import { runElsewhere, startServer } from "./support/server.ts";
import { yardFolder } from "./support/yard.ts";

const folder = await mkdtemp(join(tmpdir(), "elsewhere-backups-"));
after(() => rm(folder, { recursive: true, force: true }));
const data = join(folder, "data");
const backup = join(folder, "yard.backup");
const again = join(folder, "again");
const flags = (dir: string): string[] => ["--world", yardFolder, "--data", dir, "--port", "0", "--tick-ms", "20"];

const ask = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;

/** Runs a command that must fail, and gives the one line it says. */
async function complaint(...args: string[]): Promise<string> {
  const { code, out, errors } = await runElsewhere(args);
  assert.deepEqual([code, out, errors.trimEnd().split("\n").length], [1, "", 1], errors);
  return errors.trimEnd();
}

interface Told {
  readonly bytes: number;
  readonly tick: number;
  readonly maps: readonly { readonly map: string; readonly head: string }[];
  readonly restored: Restored;
}

let oldHost = "";
let oldToken = "";

test("R80 R82 a running world is copied by its operator's address, and goes on", { timeout: 120_000 }, async () => {
  const server = await startServer(flags(data));
  try {
    oldToken = server.token;
    oldHost = (await ask<WorldInfo>(`${server.url}/api/world`)).host;
    const { tick: before } = await ask<Health>(`${server.url}/healthz`);
    const { code, out, errors } = await runElsewhere([
      "record",
      "backup",
      `${server.url}/#operator=${server.token}`,
      "--to",
      backup,
      "--json",
    ]);
    assert.equal(code, 0, errors);
    const told = JSON.parse(out) as Told;
    const { tick: later, status } = await ask<Health>(`${server.url}/healthz`);
    assert.ok(before <= told.tick && told.tick < later && status === "ok", `${before} <= ${told.tick} < ${later}`);
    assert.deepEqual([statSync(backup).size, statSync(backup).mode & 0o777], [told.bytes, 0o600]);
    assert.match(await complaint("record", "backup", data, "--to", join(folder, "no")), /a server runs in .*: stop it; or, for a backup/);
    assert.match(await complaint("record", "backup", server.url, "--to", join(folder, "no")), /must bear the operator's token/);
    assert.match(await complaint("record", "backup", `${server.url}/#operator=x`, "--to", join(folder, "no")), /token is not valid here/);
    assert.match(await complaint("record", "backup", `${server.url}/#operator=x`, "--to", backup), /is there already/);
  } finally {
    assert.equal(await server.stop(), 0);
  }
  assert.match(await complaint("record", "backup", `${server.url}/#operator=x`, "--to", join(folder, "no")), /nothing answers at/);
  const verified = await runElsewhere(["record", "verify", backup]);
  assert.deepEqual([verified.code, /Every hash is right\./.test(verified.out)], [0, true], "a backup is verified where it lies");
  assert.deepEqual(readdirSync(folder).toSorted(), ["data", "yard.backup"]);
  assert.equal((await verifyRecord(data)).ok, true);
});

test("R80 a world that does not run is copied by its directory", async () => {
  const { code, out } = await runElsewhere(["record", "backup", data, "--to", join(folder, "stopped.backup")]);
  assert.equal(code, 0);
  const { head } = (await verifyRecord(data)).maps[0]!;
  assert.match(
    out,
    new RegExp(`holds the whole world: [\\d.]+ MB, tick \\d+, every hash right, chains end in yard ${head.slice(0, 16)}\\.`),
  );
  assert.match(await complaint("record", "backup", join(folder, "none"), "--to", join(folder, "no")), /there is no record in/);
  assert.ok(!existsSync(join(folder, "none")) && !existsSync(join(folder, "no")));
});

test("R85 R87 R88 a restored world is another host, and runs once it is confirmed", { timeout: 120_000 }, async () => {
  const { code, out, errors } = await runElsewhere(["record", "restore", backup, again]);
  assert.equal(code, 0, errors);
  assert.match(out, /tokens and invitations of the old one are not valid here/);
  assert.match(out, /quarantined: nothing runs in it until/);
  const before = await verifyRecord(again);
  const line = await complaint("up", ...flags(again));
  assert.match(line, /restored from a backup and is quarantined: nothing runs in it\. .* `elsewhere record confirm DIR`/);
  assert.deepEqual(await verifyRecord(again), before, "no tick, no turn, nothing at all");
  const confirmed = await runElsewhere(["record", "confirm", again]);
  assert.deepEqual([confirmed.code, /^Confirmed at world time .*, tick \d+: the world goes on/.test(confirmed.out)], [0, true]);
  assert.match(await complaint("record", "confirm", again), /was confirmed already/);
  assert.match(await complaint("record", "confirm", data), /was not restored from a backup/);
  assert.match(await complaint("record", "restore", backup, again), /is there already/);

  const server = await startServer(flags(again));
  try {
    const { host } = await ask<WorldInfo>(`${server.url}/api/world`);
    assert.match(host, /^[\w-]{43}$/);
    assert.notEqual(host, oldHost);
    const asked = await fetch(`${server.url}/api/stats`, { headers: { authorization: `Bearer ${oldToken}` } });
    assert.equal(asked.status, 401, "the old host's operator is nobody here");
    const { tick } = await ask<Health>(`${server.url}/healthz`);
    while ((await ask<Health>(`${server.url}/healthz`)).tick <= tick) await setTimeout(20);
  } finally {
    assert.equal(await server.stop(), 0);
  }
  const storage = await openSqlite(again);
  const restored = (await restoredIn(storage))!;
  await storage.close();
  assert.ok(restored.from === oldHost && restored.now !== null && restored.confirmedSeconds! >= restored.restoredSeconds);
});

function start(...args: string[]): ChildProcess {
  const repository = fileURLToPath(new URL("..", import.meta.url));
  return spawn(process.execPath, ["--conditions=source", "packages/server/src/main.ts", ...args], { cwd: repository, stdio: "ignore" });
}

/** Ends a command by force after a while, or when `until` holds if that is sooner. */
async function killed(ms: number, until: () => boolean, ...args: string[]): Promise<boolean> {
  const child = start(...args);
  const ended = once(child, "exit") as Promise<[number | null]>;
  const endMs = performance.now() + ms;
  while (child.exitCode === null && performance.now() < endMs && !until()) await setTimeout(1);
  child.kill("SIGKILL");
  return (await ended)[0] === null;
}

async function msOf(run: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}

const steps = 9;

/** What a directory is: it runs only if somebody has confirmed it. */
async function stateOf(dir: string): Promise<"absent" | "quarantined" | "confirmed"> {
  if (!existsSync(dir)) return "absent";
  const storage = await openSqlite(dir);
  try {
    const restored = await restoredIn(storage);
    assert.ok(restored !== null, "a copy that would run beside its original");
    return restored.confirmedSeconds === null ? "quarantined" : "confirmed";
  } finally {
    await storage.close();
  }
}

test(
  "R86 a restore that is killed at any moment leaves no directory, or a whole one that is quarantined",
  { timeout: 240_000 },
  async (t) => {
    const whole = await msOf(() => runElsewhere(["record", "restore", backup, join(folder, "timed")]));
    const seen = new Map<string, number>();
    let kills = 0;
    for (let step = 1; step <= steps; step++) {
      const dir = join(folder, `killed-${step}`);
      // The later ones are killed in the very moment in which the directory appears.
      const until = step > steps - 3 ? () => existsSync(dir) : () => false;
      if (await killed(step > steps - 3 ? 10 * whole : (1.1 * whole * step) / (steps - 3), until, "record", "restore", backup, dir))
        kills++;
      const state = await stateOf(dir);
      seen.set(state, (seen.get(state) ?? 0) + 1);
      assert.notEqual(state, "confirmed");
      if (state === "quarantined") assert.equal((await verifyRecord(dir)).ok, true);
      else assert.equal((await runElsewhere(["record", "restore", backup, dir])).code, 0, "and it can be done again");
    }
    t.diagnostic(`${kills} of ${steps} killed: ${JSON.stringify([...seen])}; ${Math.round(whole)} ms without a kill`);
    assert.ok(kills >= 3 && seen.has("absent") && seen.has("quarantined"));
  },
);

const moments = 6;

test("R86 a confirmation that is killed at any moment leaves the world quarantined or confirmed", { timeout: 240_000 }, async (t) => {
  const template = join(folder, "killed-1");
  const copies = Array.from({ length: moments + 1 }, (_, i) => join(folder, `confirmed-${i}`));
  for (const copy of copies) await cp(template, copy, { recursive: true });
  const whole = await msOf(() => runElsewhere(["record", "confirm", copies[0]!]));
  assert.equal(await stateOf(copies[0]!), "confirmed");
  const seen = new Map<string, number>();
  for (let step = 1; step <= moments; step++) {
    const dir = copies[step]!;
    const log = join(dir, "elsewhere.db-wal");
    // The later ones are killed once something is being written.
    const until = step > moments - 4 ? () => existsSync(log) && statSync(log).size > 0 : () => false;
    await killed(step > moments - 4 ? 10 * whole : (1.1 * whole * step) / (moments - 4), until, "record", "confirm", dir);
    const state = await stateOf(dir);
    seen.set(state, (seen.get(state) ?? 0) + 1);
    assert.notEqual(state, "absent");
    assert.equal((await verifyRecord(dir)).ok, true);
    if (state === "quarantined") assert.equal((await runElsewhere(["record", "confirm", dir])).code, 0);
    assert.equal(await stateOf(dir), "confirmed");
  }
  t.diagnostic(JSON.stringify([...seen]));
  assert.ok(seen.has("quarantined"), "none was killed early enough to show anything");
});
