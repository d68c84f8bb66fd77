/** What happens in a hidden room is kept where nobody reads it without the room's key, in a whole host on a disk. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ElsewhereError } from "@elsewhere/protocol";
import { overseenPast } from "../packages/server/src/export/overseen.ts";
import { verifyRecord } from "../packages/server/src/record/verify.ts";
import { sealedPastIn } from "../packages/server/src/sealing/past.ts";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import { scriptedProgram } from "./support/scripted-pool.ts";
import { coordinates, secret, Street, walkIn, worldWith } from "./support/street.ts";

const scribes = [scriptedProgram("scribe", "The scribe", "town/start")];

test("Z40 nothing of what is said, heard, noted or kept inside lies open on the disk, and all of what is outside does", async (context) => {
  const street = await Street.make(context, "secret", scribes);
  const host = await street.start();
  const [bea, cyn] = [await street.enter(host, "bea"), await street.enter(host, "cyn")];
  await walkIn(street, host, bea);
  bea.act({ kind: "say", text: "moonstones under the stair" });
  cyn.act({ kind: "say", text: "herrings in the barrel" });
  await street.tick(host, 30);
  assert.match(JSON.stringify(bea.percepts()), /scribe notes 1/);
  assert.ok(!JSON.stringify(cyn.percepts()).includes("scribe notes"));
  for (const ended of ["killed", "closed"]) {
    if (ended === "closed") await host.host.close();
    const disk = await street.onDisk();
    for (const word of ["herrings in the barrel", "person:bea"]) assert.ok(disk.includes(word), `${word} is there when ${ended}`);
    for (const word of ["moonstones", "scribe notes", "scribe heard", "scribe keeps", secret])
      assert.ok(!disk.includes(word), `${word} is not there when ${ended}`);
  }
  const { ok, problems } = await verifyRecord(street.directory);
  assert.ok(ok, JSON.stringify(problems));
});

test("Z41 a room whose key is at hand is as it was after a kill: who was inside stands there, and goes on", async (context) => {
  for (const [knows, keys] of [
    ["secret", []],
    ["recipient", [coordinates]],
  ] as const) {
    const street = await Street.make(context, knows, scribes);
    let host = await street.start(keys);
    const bea = await street.enter(host, "bea");
    await walkIn(street, host, bea);
    bea.act({ kind: "say", text: "one" });
    await street.tick(host, 10);
    const stood = await street.look(host, bea);
    host = await street.start(keys);
    await street.tick(host, 2);
    assert.deepEqual(
      host.said.filter((line) => line.includes("hidden")),
      [],
    );
    const again = await street.enter(host, "bea");
    assert.equal(await street.look(host, again), stood);
    again.act({ kind: "say", text: "two" });
    await street.tick(host, 10);
    assert.match(JSON.stringify(again.percepts()), /scribe notes 1/, "the program that was inside hears and answers");
    const page = await Promise.all([host.host.view.program("scribe"), street.tick(host, 2)]);
    assert.ok(page[0]!.info.turns >= 3, "and has gone on with the turn after its last");
  }
});

test("Z42 without its key a room stays closed after a start, and that is said; whoever gives its coordinates opens it", async (context) => {
  const street = await Street.make(context, "recipient", scribes);
  let host = await street.start([coordinates]);
  const [bea, dan] = [await street.enter(host, "bea"), await street.enter(host, "dan")];
  await walkIn(street, host, bea);
  dan.act({ kind: "walk", to: coordinates });
  await street.tick(host, 60);
  dan.act({ kind: "walk", to: "town/start" });
  await street.tick(host, 60);
  bea.act({ kind: "say", text: "one" });
  await street.tick(host, 10);
  const stood = await street.look(host, bea);
  // Closed more than once, by a kill and cleanly, while others come and go.
  for (const ends of ["by a kill", "cleanly"]) {
    host = await street.start();
    assert.equal(host.said.filter((line) => /Hidden rooms of town are closed.* 2 on this map rest/.test(line)).length, 1);
    for (const name of [`eve-${ends}`, `finn-${ends}`]) await street.enter(host, name);
    const shut = host.connect();
    shut.send({ type: "hello", version: 2, token: "person:bea" });
    const holder = await street.enter(host, "dan");
    await street.tick(host, 3);
    assert.equal(shut.last("bye")?.error?.code, "away");
    const remembered = await host.host.view.memory("person:bea", -1);
    assert.ok(remembered.length > 0 && !JSON.stringify(remembered).includes("scribe notes"));
    const walks: number[] = [];
    for (const to of ["vault", coordinates, "@5,1"]) {
      walks.push(holder.act({ kind: "walk", to }));
      await street.tick(host, 3);
    }
    assert.deepEqual(
      walks.map((n) => holder.reply(n)?.ok),
      [false, false, false],
      "it is wall to those who hold it",
    );
    const page = await Promise.all([host.host.view.program("scribe"), street.tick(host, 2)]);
    assert.equal(page[0], null, "its programs rest");
    if (ends === "cleanly") await host.host.close();
  }
  host = await street.start();
  await street.enter(host, "gus");
  for (const wrong of [`town/vault~${secret}!`, "town/cellar~anything"]) {
    await assert.rejects(host.host.openPlace(wrong), (error: ElsewhereError) => error.code === "unknown" && !error.message.includes("~"));
  }
  await assert.rejects(host.host.openPlace("town/vault"), { code: "malformed" });
  const opening = host.host.openPlace(coordinates);
  for (let i = 0; i < 200 && !host.said.some((line) => line.includes("has been opened")); i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await street.tick(host);
  }
  assert.deepEqual(await opening, { map: "town", place: "vault", opened: true });
  assert.equal((await host.host.openPlace(coordinates)).opened, false);
  const again = await street.enter(host, "bea");
  assert.equal(await street.look(host, again), stood);
  again.act({ kind: "say", text: "two" });
  await street.tick(host, 10);
  assert.match(JSON.stringify(again.percepts()), /scribe notes 1/);
  // What was closed and opened again is whole, and stays so.
  await street.kill();
  const { ok, problems } = await verifyRecord(street.directory);
  assert.ok(ok, JSON.stringify(problems));
  host = await street.start([coordinates]);
  const last = await street.enter(host, "bea");
  assert.equal(await street.look(host, last), stood);
});

test("Z43 a stream is cut into blocks while the room is open, and tells of every tick by its key alone", async (context) => {
  const street = await Street.make(context, "secret");
  const host = await street.start();
  const bea = await street.enter(host, "bea");
  await walkIn(street, host, bea);
  for (let i = 0; i < 14; i++) {
    bea.act({ kind: "say", text: `moonstone ${i}` });
    await street.tick(host, 600);
  }
  const { tick } = host.host.view.health();
  await street.kill();
  const verified = await verifyRecord(street.directory);
  assert.ok(verified.ok, JSON.stringify(verified.problems));
  assert.ok(verified.sealed.length === 1 && verified.sealed[0]!.blocks >= 1, JSON.stringify(verified.sealed));
  const reader = openRecordReader(street.directory);
  context.after(() => reader.close());
  const { maps } = await worldWith("secret");
  const past = await sealedPastIn(reader, maps, []);
  for (let at = 100; at <= tick; at += 97) {
    const parts = await past.parts("town", at);
    assert.equal(parts.length, 1, `tick ${at}`);
    assert.ok(parts[0]!.fromTick <= at && (parts[0]!.throughTick ?? tick) >= at);
  }
  const closed = await sealedPastIn(reader, (await worldWith("recipient")).maps, []);
  assert.deepEqual(await closed.parts("town", 100), []);
});

test("Z44 a secret that is spoken is not in the record: whoever was told has it, and so have their transcripts and memories, sealed", async (context) => {
  const street = await Street.make(context, "secret", scribes);
  const host = await street.start();
  const [bea, cyn] = [await street.enter(host, "bea"), await street.enter(host, "cyn")];
  bea.act({ kind: "say", text: `go to ${coordinates}, cyn` });
  await street.tick(host, 10);
  assert.match(JSON.stringify(cyn.percepts()), /the lamp is out/);
  const memory = await host.host.view.memory("person:cyn", -1);
  assert.ok(memory.some(({ json }) => json.includes(secret)));
  const disk = await street.onDisk();
  assert.ok(!disk.includes(secret));
  assert.ok(disk.includes("go to town/vault~"), "the rest of it is");
});

test("Z45 a room in which somebody stood openly until its map was made to hide it is sealed from then on", async (context) => {
  for (const ends of ["by a kill", "cleanly"]) {
    const street = await Street.make(context, "nothing");
    let host = await street.start();
    const bea = await street.enter(host, "bea");
    bea.act({ kind: "walk", to: "vault" });
    await street.tick(host, 60);
    if (ends === "cleanly") await host.host.close();
    street.knows = "secret";
    host = await street.start();
    await street.tick(host, 2);
    const again = await street.enter(host, "bea");
    again.act({ kind: "say", text: "moonstones under the stair" });
    await street.tick(host, 10);
    assert.ok(!(await street.onDisk()).includes("moonstones"));
    if (ends === "cleanly") await host.host.close();
    host = await street.start();
    await street.tick(host, 2);
    const last = await street.enter(host, "bea");
    assert.match(await street.look(host, last), /^[56],1$/, ends);
    await street.kill();
    // Both what lay open once and what does now can be gone through.
    const reader = openRecordReader(street.directory);
    context.after(() => reader.close());
    const [map] = (await worldWith("secret")).maps;
    const ticks: number[] = [];
    for await (const { tick } of overseenPast(reader, map!, { fromTick: 0, toTick: 1_000 })) ticks.push(tick);
    assert.ok(ticks.length > 10 && ticks.every((tick, n) => n === 0 || tick >= ticks[n - 1]!), JSON.stringify(ticks));
  }
});

test("Z42 who is in a room that the map has no longer, or with another key, is told of, and comes back with it", async (context) => {
  const street = await Street.make(context, "secret");
  let host = await street.start();
  const bea = await street.enter(host, "bea");
  const stood = await walkIn(street, host, bea);
  street.knows = "nothing";
  host = await street.start();
  await street.tick(host, 2);
  assert.match(host.said.join("\n"), /1 on town rest in a hidden room that this map has no longer/);
  const lost = host.connect();
  lost.send({ type: "hello", version: 2, token: "person:bea" });
  await street.tick(host, 3);
  assert.equal(lost.last("bye")?.error?.code, "away", "and does not come into the world a second time");
  street.knows = "secret";
  host = await street.start();
  await street.tick(host, 2);
  assert.equal(await street.look(host, await street.enter(host, "bea")), stood);
});
