/** A world that is closed, killed or changed between one start and the next. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { TurnInput } from "../packages/server/src/programs/contract.ts";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { twoFields } from "./support/fields.ts";
import { TestHost } from "./support/host.ts";
import { oneByOne, type Script, scriptedPool, scriptedProgram } from "./support/scripted-pool.ts";

test("D6 no crash takes back a tick that somebody was shown, though nothing happened in it", async () => {
  const storage = openMemory();
  const host = await TestHost.open(storage);
  const ada = await host.enter("ada");
  await host.tick(3);
  for (let i = 0; i < 12; i++) {
    ada.send({ type: "resync" });
    await host.tick();
    const { tick } = ada.last("view")!;
    assert.ok(Number(await storage.setting("tick")) >= tick, `tick ${tick} was shown and is not durable`);
  }
});

test("D10 time goes on from where it stood, whatever the length of ticks and days", async () => {
  const storage = openMemory();
  const rates = [
    { tickMs: 100, dayMinutes: 1440 },
    { tickMs: 20, dayMinutes: 1440 },
    { tickMs: 100, dayMinutes: 24 },
    { tickMs: 100, dayMinutes: 24 },
  ];
  let expected = Date.UTC(2030, 0, 1);
  for (const { tickMs, dayMinutes } of rates) {
    // The host before this one was killed, for all its storage knows.
    const { host, time } = await TestHost.open(storage, { loaded: twoFields({ dayMinutes }), tickMs });
    assert.equal(host.view.world().now, expected);
    const { tick } = host.view.health();
    for (let i = 0; i < 50; i++) await time.pass(tickMs);
    expected += ((host.view.health().tick - tick) * tickMs * 1440) / dayMinutes;
    assert.ok(host.view.health().tick >= tick + 40);
    assert.equal(host.view.world().now, expected);
  }
});

test("D11 a world that lacks a map of its data does not start, and loses nothing", async () => {
  const storage = openMemory();
  const before = await TestHost.open(storage, { loaded: twoFields() });
  const ada = await before.enter("ada");
  ada.act({ kind: "walk", to: "west/start" });
  await before.tick(40);
  const both = twoFields();
  const alone = { ...both, maps: both.maps.slice(0, 1).map((map) => ({ ...map, exits: [] })) };
  await assert.rejects(TestHost.open(storage, { loaded: alone }), (error: ElsewhereError) => {
    assert.deepEqual([error.code, error.detail.field], ["unknown", "maps"]);
    assert.match(error.message, /"west"/);
    return true;
  });
  const after = await TestHost.open(storage, { loaded: both });
  await after.tick(2);
  assert.equal((await after.enter("ada")).last("view")?.map, "west");
});

test("D12 a world whose disk is full can be closed, and opens as it was last durable", async () => {
  let full = false;
  const storage = openMemory({ refuse: () => (full ? new ElsewhereError("storage", "no room on the disk") : null) });
  const host = await TestHost.open(storage, { loaded: twoFields() });
  const ada = await host.enter("ada");
  full = true;
  ada.act({ kind: "say", text: "this is not to be heard" });
  await host.tick(10);
  const closing = host.host.close();
  let closed = false;
  void closing.then(() => (closed = true));
  await host.time.pass(limits.closeMsMax);
  await host.time.pass(limits.storageRetryMs);
  assert.ok(closed, "closing does not wait for a disk that takes nothing");
  assert.equal(ada.last("bye")?.reason, "closing");
});

test("a program that is taken out of the world file while it is between two maps, or away, is in the world no more", async () => {
  for (const ticks of [0, 5]) {
    const storage = openMemory();
    const pool = scriptedPool({
      carter: oneByOne({ kind: "walk", to: "west/start" }),
      baker: oneByOne({ kind: "walk", to: "@0,0" }, { kind: "leave" }),
    });
    const programs = [scriptedProgram("carter", "The carter", "east/start"), scriptedProgram("baker", "The baker", "east/start")];
    const before = await TestHost.open(storage, { loaded: twoFields({ programs }), pool });
    for (let i = 0; i < 200 && !(await storage.setting("transit"))?.includes("program:carter"); i++) await before.tick();
    await before.tick(ticks);
    const after = await TestHost.open(storage, { loaded: twoFields() });
    await after.tick(20);
    assert.equal(after.host.view.stats().bodies, 0);
    const guest = after.connect();
    guest.send({ type: "hello", version: 2, name: "The carter" });
    await after.tick(2);
    assert.equal(guest.last("bye"), undefined);
  }
});

test("a program that is put back into the world file begins anew, in a new body and with its memory", async () => {
  const storage = openMemory();
  const starts: TurnInput["start"][] = [];
  const script: Script = ({ start }) => {
    if (start === null) return [];
    starts.push(start);
    return [{ n: start.lastN + 1, intent: { kind: "walk", to: "@6,6" } }];
  };
  const pool = scriptedPool({ carter: script });
  const worlds = [[scriptedProgram("carter", "The carter", "east/start")], [], [scriptedProgram("carter", "The carter", "east/start")]];
  for (const programs of worlds) {
    const host = await TestHost.open(storage, { loaded: twoFields({ programs }), pool });
    await host.tick(4);
    const page = host.host.view.programs({ order: "name", offset: 0, itemsMax: 10, search: "" });
    await host.tick();
    assert.equal((await page).programs[0]?.map, programs.length > 0 ? "east" : undefined);
  }
  assert.equal(starts.length, 2, "it was started when it first came and when it came again");
  assert.equal(starts[1]!.lastN, 1, "and no number is used twice");
  assert.equal(starts[1]!.id, starts[0]!.id, "the id follows from who it is");

  // Taken out and put back once more, and killed when its body is there and its first turn is not yet durable.
  await (await TestHost.open(storage, { loaded: twoFields() })).tick(4);
  const slow = { ...pool, run: () => new Promise<never>(() => {}) };
  await (await TestHost.open(storage, { loaded: twoFields({ programs: worlds[0]! }), pool: slow })).tick(2);
  await (await TestHost.open(storage, { loaded: twoFields({ programs: worlds[0]! }), pool })).tick(4);
  assert.equal(starts.length, 3);
});
