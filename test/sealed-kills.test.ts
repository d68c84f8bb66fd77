/** Kills a real server again and again while people and programs go in and out of hidden rooms, one of which is closed at most starts. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { applyRecord, MapState, type WorldMap } from "@elsewhere/world";
import { decodeTurn } from "../packages/server/src/programs/transcript.ts";
import { openStretch } from "../packages/server/src/record/past.ts";
import { verifyRecord } from "../packages/server/src/record/verify.ts";
import { recoverWorld } from "../packages/server/src/recover.ts";
import { sealedPastIn } from "../packages/server/src/sealing/past.ts";
import { placeKey } from "../packages/server/src/sealing/place-key.ts";
import { prepareSealing } from "../packages/server/src/sealing/sealing.ts";
import { uncoveredReader } from "../packages/server/src/sealing/uncover.ts";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import { openSqlite } from "../packages/server/src/storage/sqlite/sqlite.ts";
import { area, layer, objects, townJson } from "../packages/world/src/maps/fixtures/towns.ts";
import { replayMap } from "./support/film.ts";
import { loadFrom } from "./support/recorded.ts";
import { randomFrom } from "./support/random.ts";
import { type Server, startServer } from "./support/server.ts";

const kills = Number(process.env["ELSEWHERE_KILLS"] ?? 6);
const vault = "town/vault~the lamp is out";
const den = "town/den~under the ivy";

/** Goes from room to room and counts aloud, in its memory too. */
const counter = `
import { me, memory, sleep } from "@elsewhere/program";
const places = [${JSON.stringify(vault)}, "town/start", ${JSON.stringify(den)}, "town/start"];
let walking = false;
for (let step = 0; ; step++) {
  memory.count = (memory.count ?? 0) + 1;
  try { await me.say("count " + memory.count); } catch {}
  if (!walking) {
    walking = true;
    void me.go(places[Math.floor(step / 8 + me.id) % places.length]).catch(() => {}).then(() => (walking = false));
  }
  await sleep({ seconds: 0.1 });
}
`;

async function writeWorld(folder: string): Promise<void> {
  const { recipient } = await placeKey("town", "vault", "the lamp is out");
  const map = townJson({
    layers: [
      layer("ground", ["###xxxxx###", "#xxxxxxxxx#", "###xxxxx###"]),
      layer("start", ["...........", ".....x.....", "..........."]),
      objects(
        "o",
        area("vault", [8, 0, 3, 3], { "world:hidden": true, "world:recipient": recipient }),
        area("den", [0, 0, 3, 3], { "world:hidden": true, "world:secret": "under the ivy" }),
      ),
    ],
  });
  await mkdir(join(folder, "maps"), { recursive: true });
  await mkdir(join(folder, "programs"));
  await writeFile(join(folder, "maps/town.tmj"), map);
  await writeFile(join(folder, "programs/counter.ts"), counter);
  const programs = ["ada", "ben", "cat"].map((id) => ({ id, name: id, code: "programs/counter.ts", at: "town/start" }));
  const clock = { start: "2030-03-21T06:00:00Z", dayMinutes: 1440 };
  await writeFile(
    join(folder, "world.json"),
    JSON.stringify({ name: "Kills", description: "", maps: ["maps/town.tmj"], start: "town/start", clock, programs }),
  );
}

/** Somebody who comes back after every kill, goes in and out, and talks. */
class Walker {
  token: string | null = null;
  refusals = 0;
  /** What was acknowledged, so that it must be in the record. */
  readonly heard: string[] = [];
  readonly #name: string;
  #socket: WebSocket | null = null;
  #done = false;

  constructor(name: string) {
    this.#name = name;
  }

  async live(url: () => string): Promise<void> {
    while (!this.#done) {
      await this.#once(url());
      await pause(60);
    }
  }

  stop(): void {
    this.#done = true;
    this.#socket?.close();
  }

  async #once(url: string): Promise<void> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
    this.#socket = socket;
    let n = 0;
    let timer: NodeJS.Timeout | undefined;
    const act = (): void => {
      const intents = [
        { kind: "walk", to: vault },
        { kind: "say", text: `${this.#name} says ${n}` },
        { kind: "walk", to: den },
      ];
      if (socket.readyState === 1)
        socket.send(JSON.stringify({ type: "intent", n: ++n, intent: intents[n % 3 === 0 ? 1 : Math.floor(n / 40) % 2 === 0 ? 0 : 2] }));
    };
    socket.addEventListener("open", () =>
      socket.send(JSON.stringify({ type: "hello", version: 2, ...(this.token === null ? { name: this.#name } : { token: this.token }) })),
    );
    socket.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(String(data)) as {
        type: string;
        token?: string;
        lastN?: number;
        percepts?: readonly { kind: string; text?: string }[];
      };
      if (frame.type === "welcome") {
        this.token ??= frame.token ?? null;
        n = frame.lastN ?? 0;
        timer = setInterval(act, 40);
      }
      if (frame.type === "bye") this.refusals++;
      for (const { kind, text = "" } of frame.percepts ?? []) if (kind === "heard") this.heard.push(text);
    });
    await new Promise<void>((resolve) => {
      socket.addEventListener("close", () => resolve());
      socket.addEventListener("error", () => resolve());
    });
    clearInterval(timer);
  }
}

async function openPlace({ url, token }: Server): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(`${url}/api/places/open`, { method: "POST", headers, body: JSON.stringify({ coordinates: vault }) }).catch(
    () => null,
  );
  // The kill may come before the answer.
  if (answer !== null) assert.equal(answer.status, 200, await answer.text());
}

/** All that was said, in the open and in the rooms. */
async function wordsOf(data: string, map: WorldMap): Promise<readonly string[]> {
  const words: string[] = [];
  const reader = openRecordReader(data);
  try {
    const past = await sealedPastIn(reader, [map], [vault]);
    for (const { events } of replayMap(data, map)) for (const event of events) if (event.kind === "heard") words.push(event.text);
    for (const room of [1, 2]) {
      for (let tick = 1; ;) {
        const part = (await past.parts("town", tick)).find((one) => one.room === room);
        if (part === undefined) break;
        const { keyframe, records } = openStretch({ map: "town", fromTick: part.fromTick, nextTick: null, stored: part.stored } as never);
        const state = MapState.fromKeyframe(map, keyframe.bytes);
        for (const { bytes } of records)
          for (const event of applyRecord(map, state, bytes).events) if (event.kind === "heard") words.push(event.text);
        if (part.throughTick === null) break;
        tick = part.throughTick + 1;
      }
    }
  } finally {
    reader.close();
  }
  return words;
}

test(
  "Z47 kills while people and programs go in and out of open and closed rooms lose nobody and nothing",
  { timeout: 20 * 60_000 },
  async (context) => {
    const folder = await mkdtemp(join(tmpdir(), "elsewhere-kills-"));
    const [world, data, keys] = [join(folder, "world"), join(folder, "data"), join(folder, "keys")];
    await writeWorld(world);
    await writeFile(keys, `${vault}\n`, { mode: 0o600 });
    const random = randomFrom(Number(process.env["ELSEWHERE_SEED"] ?? 3));
    const flags = ["--world", world, "--data", data, "--tick-ms", "20"];
    let server = await startServer([...flags, "--port", "0", "--place-keys", keys]);
    const walkers = ["dot", "eve"].map((name) => new Walker(name));
    const living = walkers.map((walker) => walker.live(() => server.url));
    let closed = 0;
    for (let kill = 0; kill < kills; kill++) {
      const opening = pause(random() * 900).then(() => (random() < 0.6 ? openPlace(server) : undefined));
      await pause(500 + random() * 1_500);
      await server.kill();
      await opening;
      const withKeys = random() < 0.4;
      if (!withKeys) closed++;
      server = await startServer([...flags, "--port", String(server.port), ...(withKeys ? ["--place-keys", keys] : [])]);
    }
    await openPlace(server);
    await pause(600);
    for (const walker of walkers) walker.stop();
    await Promise.all(living);
    assert.equal(server.errors().includes("Error"), false, server.errors());
    await server.kill();
    const { maps } = await loadFrom(world);
    const { ok, problems, sealed } = await verifyRecord(data);
    assert.ok(ok, JSON.stringify(problems));
    // Everybody is somewhere, once.
    const storage = await openSqlite(data);
    const loaded = await loadFrom(world);
    const sealing = await prepareSealing(loaded, storage, [vault]);
    const recovered = await recoverWorld(loaded, sealing, 100, null);
    const [town] = recovered.world.maps.values();
    const everybody = [...town!.state.bodies()].map(({ who }) => who).concat([...town!.state.away.keys()]);
    assert.equal(everybody.length, 5, everybody.join());
    assert.equal(new Set(everybody).size, 5, everybody.join());
    await storage.close();
    // Programs went on where they were.
    const reader = openRecordReader(data);
    const counts = new Map<string, number>();
    for (const row of uncoveredReader(reader, sealing.keys).turns()) {
      const { outcome } = decodeTurn(row);
      for (const [, count] of outcome.matchAll(/"count (\d+)"/g)) {
        assert.equal(Number(count), (counts.get(row.program) ?? 0) + 1, `${row.program} at turn ${row.turn}`);
        counts.set(row.program, Number(count));
      }
    }
    reader.close();
    assert.equal(counts.size, 3);
    const words = await wordsOf(data, maps[0]!);
    const spoken = words.filter((text) => text.startsWith("count "));
    const most = Math.max(...counts.values());
    for (let count = 1; count <= most; count++) {
      const who = [...counts.values()].filter((last) => last >= count).length;
      assert.ok(spoken.filter((text) => text === `count ${count}`).length <= who, `count ${count} was said more often than it was counted`);
    }
    const there = new Set(words);
    for (const walker of walkers) for (const text of walker.heard) assert.ok(there.has(text), `"${text}" was heard and is in no part`);
    const heard = walkers.reduce((sum, walker) => sum + walker.heard.length, 0);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    context.diagnostic(
      `${kills} kills, ${closed} starts with the room closed; counted ${[...counts.values()].join()}, ${spoken.length} of ${total} said; ${heard} heard; refused ${walkers.map(({ refusals }) => refusals).join()}; streams ${JSON.stringify(sealed)}`,
    );
    assert.ok(heard > 5 && spoken.length > 0);
    await rm(folder, { recursive: true });
  },
);
