/** A world of as many programs as one likes, all of one kind, on open ground; each wakes once a minute, or never again. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const side = 150;
const programsPerMap = 16_000;

/** Wakes at a second of its own, once a minute, and counts; every tenth time it shows what it has come to. */
const waking = `
import { me, sleep } from "@elsewhere/program";
const days = new Map();
let wakes = 0;
await sleep({ seconds: 60 * Math.random() });
for (;;) {
  wakes += 1;
  days.set(wakes % 7, { wakes, at: Date.now(), mood: Math.random() });
  if (wakes % 10 === 0) await me.show({ wakes });
  await sleep({ minutes: 1 });
}
`;

const sleeping = `
import { sleep } from "@elsewhere/program";
const dream = [Math.random(), Math.random()];
await sleep({ days: 365 });
console.log(dream);
`;

function mapOf(name: string): object {
  const exit = {
    id: 1,
    name: "gate",
    type: "area",
    x: 0,
    y: 0,
    width: 32,
    height: 32,
    properties: [{ name: "start", type: "bool", value: true }],
  };
  return {
    type: "map",
    version: "1.10",
    tiledversion: "1.11.0",
    orientation: "orthogonal",
    renderorder: "right-down",
    infinite: false,
    width: side,
    height: side,
    tilewidth: 32,
    tileheight: 32,
    nextlayerid: 3,
    nextobjectid: 2,
    properties: [{ name: "mapName", type: "string", value: name }],
    tilesets: [],
    layers: [
      {
        id: 1,
        type: "tilelayer",
        name: "ground",
        x: 0,
        y: 0,
        width: side,
        height: side,
        opacity: 1,
        visible: true,
        data: Array(side * side).fill(0),
      },
      { id: 2, type: "objectgroup", name: "places", x: 0, y: 0, opacity: 1, visible: true, draworder: "topdown", objects: [exit] },
    ],
  };
}

/** Writes the world into `folder`. `woken`: whether its programs wake once a minute. */
export async function writeCrowd(folder: string, count: number, woken: boolean): Promise<void> {
  await mkdir(join(folder, "maps"), { recursive: true });
  await mkdir(join(folder, "programs"), { recursive: true });
  const maps = Array.from({ length: Math.ceil(count / programsPerMap) }, (_, i) => `ground${i}`);
  for (const map of maps) await writeFile(join(folder, "maps", `${map}.tmj`), JSON.stringify(mapOf(map)));
  await writeFile(join(folder, "programs/crowd.ts"), woken ? waking : sleeping);
  const programs = Array.from({ length: count }, (_, i) => {
    const tile = i % programsPerMap;
    const at = `${maps[Math.floor(i / programsPerMap)]}@${1 + (tile % (side - 2))},${1 + Math.floor(tile / (side - 2))}`;
    return { id: `p${i}`, name: `Somebody ${i}`, code: "programs/crowd.ts", at };
  });
  const world = {
    name: "Crowd",
    maps: maps.map((map) => `maps/${map}.tmj`),
    start: "ground0/gate",
    clock: { start: "2030-01-01T06:00:00Z", dayMinutes: 1440 },
    programs,
  };
  await writeFile(join(folder, "world.json"), JSON.stringify(world));
}
