/** A room that is there for those who were told of it and for nobody else, in a whole host. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostFrame } from "@elsewhere/protocol";
import type { HostOptions } from "../packages/server/src/host.ts";
import { loadMaps } from "../packages/server/src/maps/load.ts";
import { Places } from "../packages/server/src/sealing/places.ts";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import type { Storage } from "../packages/server/src/storage/contract.ts";
import { type LoadedProgram, type LoadedWorld, loadWorld, worldOfMap } from "../packages/server/src/worlds/load.ts";
import { area, layer, objects, townJson } from "../packages/world/src/maps/fixtures/towns.ts";
import { filesOf } from "../packages/world/src/tiled/fixtures/files.ts";
import { type Peer, TestHost } from "./support/host.ts";
import { oneByOne, type Script, scriptedPool, scriptedProgram } from "./support/scripted-pool.ts";

const secret = "the lamp is out";
const town = townJson({
  properties: { "world:layers": "common, ghosts" },
  layers: [
    layer("ground", ["xxxxx###", "xxxxxxx#", "xxxxx###"]),
    layer("start", ["........", "x.......", "........"]),
    objects("o", area("vault", [5, 0, 3, 3], { "world:hidden": true, "world:secret": secret })),
  ],
});
const files = filesOf({ "maps/town.tmj": town });

async function worldWith(programs: readonly LoadedProgram[]): Promise<LoadedWorld> {
  const alone = worldOfMap("", await loadMaps(files, "maps/town.tmj"));
  const bundles = new Map(programs.map(({ code }) => [code, { code: "", codeHash: "0".repeat(64), codeBytes: 0, map: "{}", files: [] }]));
  return { ...alone, programs, bundles };
}

const open = async (storage: Storage, programs: readonly LoadedProgram[] = [], scripts: Record<string, Script> = {}): Promise<TestHost> =>
  TestHost.open(storage, { loaded: await worldWith(programs), pool: scriptedPool(scripts) } satisfies Partial<HostOptions>);

const idOf = (peer: Peer): number => peer.last("welcome")!.body;
const codeOf = (peer: Peer, n: number): string | null => {
  const reply = peer.reply(n);
  return reply === undefined ? null : reply.ok ? "ok" : reply.error.code;
};
const mentions = (frame: HostFrame, peer: Peer): boolean =>
  JSON.stringify(frame).includes(`"id":${idOf(peer)},`) || JSON.stringify(frame).includes(`[${idOf(peer)},`);

test("W96 one is told the coordinates by another and goes in, while a third sees nothing but somebody vanish", async () => {
  const storage = openMemory();
  const host = await open(storage);
  const [ada, bea, cyn] = [await host.enter("ada"), await host.enter("bea"), await host.enter("cyn")];
  ada.act({ kind: "whisper", text: `town/vault~${secret}`, to: idOf(bea) });
  await host.tick(2);
  const told = bea.percepts().find((percept) => percept.kind === "heard")!;
  assert.ok(told.kind === "heard");
  const [blind, wall] = [cyn.act({ kind: "walk", to: "town/vault" }), cyn.act({ kind: "walk", to: "@5,1" })];
  const walk = bea.act({ kind: "walk", to: told.text });
  await host.tick(40);
  assert.deepEqual([codeOf(cyn, blind), codeOf(cyn, wall), codeOf(bea, walk)], ["unknown", "unreachable", "ok"]);
  assert.deepEqual(
    bea.percepts().filter(({ kind }) => kind === "found"),
    [{ kind: "found", place: "town/vault" }],
  );
  const sees = (peer: Peer): string[] =>
    cyn
      .percepts()
      .filter((percept) => percept.kind === "vanished" && percept.body.id === idOf(peer))
      .map(({ kind }) => kind);
  assert.deepEqual(sees(bea), ["vanished"]);
  const known = cyn.frames.length;
  const inside = bea.act({ kind: "say", text: "is anybody here?" });
  bea.act({ kind: "walk", to: "vault" });
  await host.tick(20);
  assert.equal(codeOf(bea, inside), "ok");
  for (const frame of cyn.frames.slice(known)) assert.ok(!mentions(frame, bea), JSON.stringify(frame));
  const unasked = cyn.percepts().filter(({ kind }) => kind !== "reply");
  assert.ok(!JSON.stringify(unasked).includes("vault") && !JSON.stringify(cyn.frames).includes(secret));
});

test("W92 who holds a room holds it after a restart, and its drawing shows it to that person alone", async () => {
  const storage = openMemory();
  let host = await open(storage);
  const bea = await host.enter("bea");
  bea.act({ kind: "walk", to: `vault~${secret}` });
  await host.tick(30);
  const shown = async (who: string): Promise<string[]> => (await host.host.view.drawingFor("town", who))!.places.map(({ name }) => name);
  for (const restarts of [false, true]) {
    // The host before is killed, for all its storage knows.
    if (restarts) host = await open(storage);
    const asked = Promise.all([shown("person:bea"), shown("person:cyn")]);
    await host.tick(2);
    assert.deepEqual(await asked, [["vault"], []]);
    assert.deepEqual(host.host.view.drawing("town")!.places, []);
    assert.ok(!JSON.stringify(host.host.view.world()).includes("vault"));
  }
  const again = await storage.recover("town");
  const kept = Buffer.concat([again!.keyframe.bytes, ...again!.records.map(({ bytes }) => bytes)]).toString("latin1");
  const alias = (await Places.of((await worldWith([])).maps)).rooms[0]!.stream.slice(1);
  assert.ok(
    kept.includes(`town/${alias}`) && !kept.includes("vault") && !kept.includes(secret),
    "and neither its name nor its secret is recorded",
  );
});

test("G66 a program in a hidden room is shown to the operator as nowhere, and one outside where it is", async () => {
  const keeper = scriptedProgram("keeper", "Keeper", `town/vault~${secret}`);
  const baker = scriptedProgram("baker", "Baker", "town/start");
  const host = await open(openMemory(), [keeper, baker], { keeper: () => [], baker: () => [] });
  await host.tick(5);
  const page = host.host.view.programs({ order: "name", offset: 0, itemsMax: 10, search: "" });
  const detail = host.host.view.program("keeper");
  await host.tick(2);
  const where = (await page).programs.map(({ program, body, map, x, y }) => ({ program, here: body !== -1, map, x, y }));
  assert.deepEqual(where, [
    { program: "baker", here: true, map: "town", x: 0.5, y: 1.5 },
    { program: "keeper", here: false, map: null, x: 0, y: 0 },
  ]);
  assert.deepEqual([(await detail)!.info.map, (await detail)!.info.body], [null, -1]);
});

test("S9 an operator does not look through the eyes of a program in a hidden room, and is told what is said of one that is not here", async () => {
  const keeper = scriptedProgram("keeper", "Keeper", "town/start");
  const script = oneByOne({ kind: "look" }, { kind: "walk", to: `vault~${secret}` }, { kind: "look" });
  const host = await open(openMemory(), [keeper], { keeper: script });
  const operator = host.connect();
  operator.send({ type: "hello", version: 2, token: "operator", observe: "keeper" });
  await host.tick(60);
  assert.equal(operator.last("bye")?.reason, "withdrawn");
  assert.ok(operator.of("tick").length > 5, "it was seen on its way");
  assert.ok(!JSON.stringify(operator.frames).includes("vault"), "neither its answers nor what it found are told");
  const late = host.connect();
  late.send({ type: "hello", version: 2, token: "operator", observe: "keeper" });
  await host.tick(3);
  assert.deepEqual(late.last("bye"), {
    type: "bye",
    reason: "withdrawn",
    error: { code: "away", message: '"keeper" is not in the world now' },
  });
  assert.deepEqual([late.last("view"), late.last("welcome")], [undefined, undefined]);
});

test("W103 a program whose place is hidden begins in it and comes back to it", async () => {
  const keeper = scriptedProgram("keeper", "Keeper", `town/vault~${secret}`);
  const script = oneByOne({ kind: "walk", to: "town/start" }, { kind: "walk", to: "town/vault" }, { kind: "look" });
  let seen: unknown = null;
  const host = await open(openMemory(), [keeper], {
    keeper: (input) => {
      for (const percept of input.percepts) if (percept.kind === "reply" && percept.ok && percept.n === 3) seen = percept.data;
      return script(input);
    },
  });
  await host.tick(60);
  assert.equal((seen as { place: string } | null)?.place, "vault");
});

const worldFile = {
  name: "Test",
  maps: ["maps/town.tmj"],
  start: "town/start",
  clock: { start: "2030-01-01T00:00:00Z", dayMinutes: 24 },
  layers: ["common", "ghosts"],
};

const loaded = (changes: object): Promise<LoadedWorld> =>
  loadWorld("", {
    readText: async () => JSON.stringify({ ...worldFile, ...changes }),
    loadMaps: (paths) => loadMaps(files, paths),
    bundle: async () => new Map(),
  });

const program = (changes: object): object => ({ programs: [{ id: "one", name: "One", code: "one.ts", at: "town/start", ...changes }] });

test("W103 a world whose program would begin in a hidden room without its secret is refused, and no secret is repeated", async () => {
  for (const at of ["town/vault", "town/vault~wrong", "town@5,1"]) {
    await assert.rejects(loaded(program({ at })), (error: Error & { code: string }) => {
      assert.equal(error.code, "unknown");
      assert.match(error.message, /programs\.one\.at "town[/@](vault|5,1)" is no place/);
      return true;
    });
  }
  await assert.rejects(loaded({ start: "town/vault" }), { code: "unknown" });
  const { programs } = await loaded(program({ at: `town/vault~${secret}` }));
  assert.equal(programs.length, 1);
});

test("W102 a program is on the layers that world.json says and sees those it says, by number or name", async () => {
  const layers = async (changes: object): Promise<unknown> => (await loaded(program(changes))).programs[0]!.layers;
  assert.deepEqual(await layers({}), { on: 1, sees: 1 });
  assert.deepEqual(await layers({ on: ["ghosts"], sees: [0, "ghosts"] }), { on: 2, sees: 3 });
  assert.deepEqual(await layers({ on: [31], sees: [] }), { on: 2 ** 31, sees: 0 });
  await assert.rejects(loaded(program({ on: ["spirits"] })), { code: "unknown", message: /programs\.one\.on.*"spirits"/ });
  await assert.rejects(loaded(program({ on: [] })), { code: "malformed" });
  await assert.rejects(loaded(program({ on: [32] })), { code: "limit" });
  await assert.rejects(loaded({ layers: ["ghosts"] }), { code: "malformed", message: /must be "common"/ });
  await assert.rejects(loaded({ layers: ["common", "7"] }), { code: "malformed", message: /"7" is a number/ });
});

test("W102 a program put on other layers is on them from the next start on, and is seen by those who see them", async () => {
  const storage = openMemory();
  const ghost = scriptedProgram("ghost", "Ghost", "town/start");
  const sights: string[][] = [];
  for (const layers of [{ on: 2, sees: 3 }, { on: 1, sees: 1 }, { on: 2, sees: 3 }, null]) {
    const host = await open(storage, [{ ...ghost, ...(layers === null ? {} : { layers }) }], { ghost: () => [] });
    await host.tick(2);
    const ada = await host.enter("ada");
    sights.push(
      ada
        .last("view")!
        .bodies.map(({ name }) => name)
        .toSorted(),
    );
  }
  assert.deepEqual(sights, [["ada"], ["Ghost", "ada"], ["ada"], ["ada"]]);
});
