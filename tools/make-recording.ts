/**
 * Makes the recording that a folder of `fixtures/` keeps, from the world in it:
 * `node --conditions=source tools/make-recording.ts fixtures/record-1`. What was there is replaced: this is for a new version
 * of the record, and never for one that is to stay readable.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openSqlite, type SqliteStorage } from "../packages/server/src/storage/sqlite/sqlite.ts";
import { type Peer, TestHost } from "../test/support/host.ts";
import { openTestPool } from "../test/support/pool.ts";
import { loadFrom } from "../test/support/recorded.ts";
import { give, keep } from "../test/support/recording.ts";

const folder = resolve(process.argv[2]!);
const loaded = await loadFrom(join(folder, "world"));
const secret = loaded.maps.flatMap(({ name, rooms }) =>
  rooms.flatMap((room) => (room.secret === undefined ? [] : [`${name}/${room.name}~${room.secret}`])),
)[0]!;

/** What Ada asks for when she has come in the first, second, … time, and for how many ticks she then waits. */
const visits: readonly (readonly (readonly [intent: object, ticks: number])[])[] = [
  [
    [{ kind: "walk", to: "house/hall" }, 40],
    [{ kind: "say", text: "Good morning! Is somebody here?" }, 5],
    [{ kind: "look" }, 5],
    [{ kind: "emote", text: "warms her hands" }, 10],
    [{ kind: "walk", to: secret }, 40],
    [{ kind: "say", text: "So this is where it was." }, 10],
  ],
  [
    [{ kind: "walk", to: "house/hall" }, 30],
    [{ kind: "use", target: "front door" }, 20],
    [{ kind: "walk", to: "garden/bench" }, 60],
    [{ kind: "shout", text: "It is raining!" }, 10],
  ],
  [
    [{ kind: "walk", to: "house/gate" }, 60],
    [{ kind: "say", text: "I shall come back tomorrow." }, 5],
    [{ kind: "leave" }, 20],
  ],
  [[{ kind: "show", traits: { coat: "green" } }, 60]],
  [[{ kind: "say", text: "And so I did." }, 60]],
];

/** One tick, with the turns it waits for. */
async function tick({ host, time }: TestHost): Promise<void> {
  const before = host.view.health().tick;
  await time.pass(100);
  while (host.view.health().tick === before) await time.pass(20);
}

async function visit(storage: SqliteStorage, script: (typeof visits)[number]): Promise<TestHost> {
  const ground = async (hash: string): Promise<Uint8Array | null> => (await storage.ground(hash))?.bytes ?? null;
  const pool = await openTestPool({ ground, turnMsMax: 30_000, startMsMax: 30_000 });
  const test = await TestHost.open(storage, { loaded, pool, lockstep: true });
  const ada: Peer = test.connect();
  ada.send({ type: "hello", version: 2, token: "person:ada" });
  for (let i = 0; i < 5; i++) await tick(test);
  for (const [intent, ticks] of script) {
    ada.act(intent);
    for (let i = 0; i < ticks; i++) await tick(test);
  }
  ada.lose();
  for (let i = 0; i < 5; i++) await tick(test);
  return test;
}

const directory = mkdtempSync(join(tmpdir(), "elsewhere-recording-"));
try {
  for (const [i, script] of visits.entries()) {
    const storage = await openSqlite(directory);
    const test = await visit(storage, script);
    if (i === visits.length - 2) await storage.recode();
    // The last host is not closed: what it recorded stays behind the last keyframe.
    if (i < visits.length - 1) await Promise.all([test.host.close(), closing(test)]);
    else await storage.close();
  }
  const given = await give(directory, loaded.maps, ["person:ada"]);
  keep(directory, folder, given);
  console.log(`${folder}: ${given.tick} ticks, ${given.batches} batches, ${given.turns} turns, ${given.images} images`);
} finally {
  rmSync(directory, { recursive: true });
}
process.exit(0);

/** Lets time pass until a host has closed, for it waits for its own. */
async function closing({ time }: TestHost): Promise<void> {
  for (let i = 0; i < 50; i++) await time.pass(100);
}
