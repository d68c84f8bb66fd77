/** What happens in a hidden room is kept where nobody reads it without the room's key, in a whole host on a disk. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { ElsewhereError } from "@elsewhere/protocol";
import { overseenPast } from "../packages/server/src/export/overseen.ts";
import { loadMaps } from "../packages/server/src/maps/load.ts";
import { verifyRecord } from "../packages/server/src/record/verify.ts";
import { sealedPastIn } from "../packages/server/src/sealing/past.ts";
import { placeKey } from "../packages/server/src/sealing/place-key.ts";
import type { Storage } from "../packages/server/src/storage/contract.ts";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import { openSqlite } from "../packages/server/src/storage/sqlite/sqlite.ts";
import { type LoadedProgram, type LoadedWorld, worldOfMap } from "../packages/server/src/worlds/load.ts";
import { area, layer, objects, townJson } from "../packages/world/src/maps/fixtures/towns.ts";
import { filesOf } from "../packages/world/src/tiled/fixtures/files.ts";
import { type Peer, TestHost } from "./support/host.ts";
import { type Script, scriptedPool, scriptedProgram } from "./support/scripted-pool.ts";

const secret = "the lamp is out";
const coordinates = `town/vault~${secret}`;
const { recipient } = await placeKey("town", "vault", secret);

const noMap = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });

/** What the map of the street tells of the room at its end: its secret, or only its key's public half; or that it hides nothing. */
type Knows = "secret" | "recipient" | "nothing";

async function worldWith(knows: Knows, programs: readonly LoadedProgram[] = []): Promise<LoadedWorld> {
  const hidden = { "world:hidden": true, ...(knows === "secret" ? { "world:secret": secret } : { "world:recipient": recipient }) };
  const town = townJson({
    layers: [
      layer("ground", ["xxxxx###", "xxxxxxx#", "xxxxx###"]),
      layer("start", ["........", "x.......", "........"]),
      objects("o", area("vault", [5, 0, 3, 3], knows === "nothing" ? { "world:room": true } : hidden)),
    ],
  });
  const alone = worldOfMap("", await loadMaps(filesOf({ "maps/town.tmj": town }), "maps/town.tmj"));
  const bundles = new Map(programs.map(({ code }) => [code, { code: "", codeHash: "0".repeat(64), codeBytes: 0, map: noMap, files: [] }]));
  return { ...alone, programs, bundles };
}

/** A program that walks to where it is sent, and writes down, says and remembers how often it has heard something. */
const scribe: Script = ({ start, turn, percepts }) => {
  if (start !== null) return [{ n: start.lastN + 1, intent: { kind: "walk", to: coordinates } }];
  const heard = percepts.flatMap((percept) => (percept.kind === "heard" ? [percept.text] : []));
  if (heard.length === 0) return [];
  return {
    intents: [{ n: turn + 1, intent: { kind: "say", text: `scribe notes ${heard.length}` } }],
    log: [{ level: "log", text: `scribe heard ${heard.join(" and ")}` }],
    memory: { heard: `scribe keeps ${heard.join(" and ")}` },
  };
};

class Street {
  readonly directory: string;
  knows: Knows;
  readonly #programs: readonly LoadedProgram[];
  #storage: Storage | null = null;

  private constructor(directory: string, knows: Knows, programs: readonly LoadedProgram[]) {
    this.directory = directory;
    this.knows = knows;
    this.#programs = programs;
  }

  static async make(context: TestContext, knows: Knows, programs: readonly LoadedProgram[] = []): Promise<Street> {
    const directory = await mkdtemp(join(tmpdir(), "elsewhere-sealed-"));
    const street = new Street(directory, knows, programs);
    context.after(async () => {
      await street.kill();
      await rm(directory, { recursive: true, force: true });
    });
    return street;
  }

  /** Whatever host there was before ends as by `kill -9`, for all its storage knows. */
  async start(placeKeys: readonly string[] = []): Promise<TestHost> {
    await this.kill();
    this.#storage = await openSqlite(this.directory);
    return TestHost.open(this.#storage, {
      loaded: await worldWith(this.knows, this.#programs),
      pool: scriptedPool({ scribe }),
      placeKeys,
    });
  }

  /** So many ticks, each durable and shown before the next. */
  async tick(host: TestHost, times = 1): Promise<void> {
    for (let i = 0; i < times; i++) {
      await host.tick();
      await this.#storage!.setting("tick");
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** A person who has come in. */
  async enter(host: TestHost, name: string): Promise<Peer> {
    const peer = host.connect();
    peer.send({ type: "hello", version: 2, token: `person:${name}` });
    await this.tick(host, 3);
    // Numbers that its last connection has used count once.
    for (let n = 0; n < (peer.last("welcome")?.lastN ?? 0); n++) peer.act({ kind: "stop" });
    await this.tick(host);
    return peer;
  }

  async look(host: TestHost, peer: Peer): Promise<string> {
    peer.send({ type: "resync" });
    await this.tick(host, 2);
    const { bodies } = peer.last("view")!;
    const { x, y } = bodies.find(({ id }) => id === peer.last("welcome")!.body)!;
    return `${Math.floor(x)},${Math.floor(y)}`;
  }

  async kill(): Promise<void> {
    await this.#storage?.close();
    this.#storage = null;
  }

  /** All that lies on the disk, as text. */
  async onDisk(): Promise<string> {
    const files = await readdir(this.directory);
    return Buffer.concat(await Promise.all(files.map((file) => readFile(join(this.directory, file))))).toString("latin1");
  }
}

async function walkIn(street: Street, host: TestHost, peer: Peer): Promise<string> {
  peer.act({ kind: "walk", to: coordinates });
  await street.tick(host, 60);
  const stands = await street.look(host, peer);
  assert.match(stands, /^[56],1$/);
  return stands;
}

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
