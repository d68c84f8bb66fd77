/** What programs keep in their heaps while they are in a hidden room, in a host with real heaps. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { bundleLibrary, bundleProgram, enginePath } from "../packages/server/src/programs/author/bundle.ts";
import { buildBase } from "../packages/server/src/programs/sandbox/base.ts";
import { Templates } from "../packages/server/src/programs/sandbox/templates.ts";
import { loadMaps } from "../packages/server/src/maps/load.ts";
import type { Storage } from "../packages/server/src/storage/contract.ts";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { type LoadedWorld, worldOfMap } from "../packages/server/src/worlds/load.ts";
import { area, layer, objects, townJson } from "../packages/world/src/maps/fixtures/towns.ts";
import { filesOf } from "../packages/world/src/tiled/fixtures/files.ts";
import { type Peer, TestHost } from "./support/host.ts";
import { openTestPool } from "./support/pool.ts";
import { scriptedProgram } from "./support/scripted-pool.ts";

const coordinates = "town/vault~the lamp is out";
const code = `
import { me } from "@elsewhere/program";
const kept: string[] = [];
me.on("heard", async ({ text }) => {
  kept.push(text);
  await me.say("that makes " + kept.length);
});
`;

async function town(): Promise<LoadedWorld> {
  const json = townJson({
    layers: [
      layer("ground", ["xxxxx###", "xxxxxxx#", "xxxxx###"]),
      layer("start", ["........", "x.......", "........"]),
      objects("o", area("vault", [5, 0, 3, 3], { "world:hidden": true, "world:secret": "the lamp is out" })),
    ],
  });
  const programs = ["inside", "outside"].map((id) => ({
    ...scriptedProgram(id, id, id === "inside" ? coordinates : "town/start"),
    code: "keeper.ts",
  }));
  const bundles = new Map([["keeper.ts", await bundleProgram("keeper.ts", async () => code)]]);
  return { ...worldOfMap("", await loadMaps(filesOf({ "maps/town.tmj": json }), "maps/town.tmj")), programs, bundles };
}

/** All heaps that grounds of a storage are, spelled out. */
async function groundHeaps(storage: Storage): Promise<readonly string[]> {
  const templates = new Templates();
  templates.addBase(buildBase(new Uint8Array(await readFile(enginePath())), await bundleLibrary()));
  const heaps: string[] = [];
  for (const hash of await storage.grounds()) {
    const ground = (await storage.ground(hash))!;
    if (ground.kind === "template") heaps.push(templates.spell(templates.add(ground.bytes)).heap.toString("latin1"));
  }
  return heaps;
}

test("Z40 what a program inside keeps in its heap is in nothing that images stand on, and one outside goes on without it", async (context) => {
  const storage = openMemory();
  storage.close = async () => {};
  const open = async (): Promise<{ host: TestHost; tick: (times: number) => Promise<void>; end: () => Promise<void> }> => {
    const pool = await openTestPool({ ground: async (hash) => (await storage.ground(hash))?.bytes ?? null });
    context.after(() => pool.close());
    const host = await TestHost.open(storage, { loaded: await town(), pool, lockstep: true });
    const tick = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        await host.tick();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    return { host, tick, end: () => host.host.close() };
  };
  const heardAgain = async (peer: Peer, tick: (times: number) => Promise<void>, count: number): Promise<void> => {
    for (let i = 0; i < 40 && !JSON.stringify(peer.percepts()).includes(`that makes ${count}`); i++) await tick(5);
    assert.match(JSON.stringify(peer.percepts()), new RegExp(`that makes ${count}`));
  };
  let { host, tick, end } = await open();
  const enter = async (name: string): Promise<Peer> => {
    const peer = host.connect();
    peer.send({ type: "hello", version: 2, token: `person:${name}` });
    await tick(4);
    for (let n = 0; n < (peer.last("welcome")?.lastN ?? 0); n++) peer.act({ kind: "stop" });
    return peer;
  };
  const bea = await enter("bea");
  const walk = bea.act({ kind: "walk", to: coordinates });
  while (bea.reply(walk) === undefined) await tick(1);
  for (let i = 1; i <= 12; i++) {
    bea.act({ kind: "say", text: `moonstone ${i}` });
    await heardAgain(bea, tick, i);
  }
  const cyn = await enter("cyn");
  cyn.act({ kind: "say", text: "herrings" });
  await heardAgain(cyn, tick, 1);
  await end();
  const heaps = await groundHeaps(storage);
  assert.ok(heaps.length > 0);
  for (const heap of heaps) assert.ok(!heap.includes("moonstone"), "a template");
  ({ host, tick, end } = await open());
  const [again, other] = [await enter("bea"), await enter("cyn")];
  again.act({ kind: "say", text: "moonstone 13" });
  other.act({ kind: "say", text: "herrings" });
  await heardAgain(again, tick, 13);
  await heardAgain(other, tick, 2);
  await end();
});
