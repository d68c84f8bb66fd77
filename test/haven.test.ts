import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Intent, Percept, Seen } from "@elsewhere/protocol";
import type { WorkerPool } from "../packages/server/src/programs/pool/pool.ts";
import type { LoadedWorld } from "../packages/server/src/worlds/load.ts";
import { live, loadHarbour, loadHaven, meet, stranger } from "./support/harbour.ts";
import { openTestPool } from "./support/pool.ts";
import { reached } from "./support/reached.ts";

let haven: LoadedWorld;
let harbour: LoadedWorld;
let pool: WorkerPool;

before(async () => {
  [haven, harbour, pool] = await Promise.all([loadHaven(), loadHarbour(), openTestPool()]);
});
after(() => pool.close());

const words = (intents: readonly Intent[]): readonly string[] => intents.flatMap((intent) => (intent.kind === "say" ? [intent.text] : []));

function met(world: LoadedWorld, id: string, act: Percept | readonly Percept[]): Promise<readonly Intent[]> {
  const program = world.programs.find((each) => each.id === id)!;
  return meet(pool, program, world.bundles.get(program.code)!, act);
}

test("H12 the map loads without a note, every place can be walked to, and one comes in at the end of the pier", () => {
  assert.deepEqual(haven.notes, []);
  const [map] = haven.maps;
  const seen = reached(map!);
  for (const { name, tiles } of [...map!.places, ...map!.worldExits])
    assert.ok(
      [...tiles].some((tile) => seen.has(tile)),
      name,
    );
  assert.deepEqual(haven.start, { map: "haven", entry: "landing" });
  assert.equal(map!.worldExits.length, 1);
  for (const name of ["mapName", "mapDescription", "mapCopyright", "tilesetCopyright"]) assert.ok(map!.properties[name], name);
});

test("H13 its programs live a day without a fault or a line in their logs", async () => {
  const day = await live(haven, 24);
  assert.deepEqual(day.complaints, []);
  assert.equal(new Set(day.deeds.map(({ program }) => program)).size, haven.programs.length);
  assert.ok(day.turns / haven.programs.length / (24 * 60) < 1, `${day.turns} turns`);
});

const ottilie: Seen = { ...stranger, id: 950, name: "Ottilie, the traveller" };
const appeared = (body: Seen): Percept => ({ kind: "appeared", body });

test("H14 who comes into sight is welcomed once, and known again in another body", async () => {
  assert.deepEqual(words(await met(haven, "keeper", [appeared(ottilie), appeared(ottilie)])), [
    "Welcome to Haven, Ottilie. I write you down.",
  ]);
  assert.deepEqual(words(await met(haven, "keeper", [appeared(ottilie), appeared({ ...ottilie, id: 951 })])), [
    "Welcome to Haven, Ottilie. I write you down.",
    "Back again, Ottilie! That makes 2.",
  ]);
});

test("H15 the traveller says where it goes, accepts, and says where it is", async () => {
  const offered: Percept = { kind: "offered", to: "haven", place: null, by: "operator", offer: "A".repeat(22), forSeconds: 60 };
  const done = await met(harbour, "traveller", offered);
  const said = done.findIndex((intent) => intent.kind === "say" && intent.text.includes("haven"));
  const consent = done.findIndex((intent) => intent.kind === "accept" && intent.offer === offered.offer);
  assert.ok(said >= 0 && consent > said, JSON.stringify(done));
  const crossing = { from: "harbour", to: "Haven", awayMs: 0, lost: [] };
  const [landed] = words(await met(harbour, "traveller", { kind: "arrived", map: "haven", x: 14, y: 18, crossing }));
  assert.match(landed!, /^So this is Haven!/);
});

test("H15 what the traveller was told in Harbour it tells in Haven, where it is repeated", async () => {
  const told = (text: string): Percept => {
    const data = { topic: "whale", text, day: Math.floor(Date.UTC(2030, 2, 21) / 86_400_000), mouths: ["Berta"] };
    return { kind: "did", from: { id: 901, name: "Berta" }, verb: "tell", data, to: 1 };
  };
  const arrived: Percept = {
    kind: "arrived",
    map: "haven",
    x: 14,
    y: 18,
    crossing: { from: "harbour", to: "Haven", awayMs: 0, lost: [] },
  };
  assert.match(words(await met(harbour, "traveller", [told("there is a whale in the pond"), arrived])).join(" "), /whale in the pond/);
  assert.match(words(await met(haven, "mender", told("there is a whale in the pond"))).join(" "), /I shall tell everybody/);
});
