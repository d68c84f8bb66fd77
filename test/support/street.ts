/** A street with a hidden room at its end, in a whole host on a disk. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { loadMaps } from "../../packages/server/src/maps/load.ts";
import { placeKey } from "../../packages/server/src/sealing/place-key.ts";
import type { Storage } from "../../packages/server/src/storage/contract.ts";
import { openSqlite } from "../../packages/server/src/storage/sqlite/sqlite.ts";
import { type LoadedProgram, type LoadedWorld, worldOfMap } from "../../packages/server/src/worlds/load.ts";
import { area, layer, objects, townJson } from "../../packages/world/src/maps/fixtures/towns.ts";
import { filesOf } from "../../packages/world/src/tiled/fixtures/files.ts";
import { type Peer, TestHost } from "./host.ts";
import { type Script, scriptedPool } from "./scripted-pool.ts";

export const secret = "the lamp is out";
export const coordinates = `town/vault~${secret}`;
const { recipient } = await placeKey("town", "vault", secret);

const noMap = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });

/** What the map of the street tells of the room at its end: its secret, or only its key's public half; or that it hides nothing. */
type Knows = "secret" | "recipient" | "nothing";

export async function worldWith(knows: Knows, programs: readonly LoadedProgram[] = [], from = 5): Promise<LoadedWorld> {
  const hidden = { "world:hidden": true, ...(knows === "secret" ? { "world:secret": secret } : { "world:recipient": recipient }) };
  const town = townJson({
    layers: [
      layer("ground", ["xxxxx###", "xxxxxxx#", "xxxxx###"]),
      layer("start", ["........", "x.......", "........"]),
      objects("o", area("vault", [from, 0, 8 - from, 3], knows === "nothing" ? { "world:room": true } : hidden)),
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

export class Street {
  readonly directory: string;
  knows: Knows;
  /** The first column of the room. */
  from = 5;
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
      loaded: await worldWith(this.knows, this.#programs, this.from),
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

export async function walkIn(street: Street, host: TestHost, peer: Peer): Promise<string> {
  peer.act({ kind: "walk", to: coordinates });
  await street.tick(host, 60);
  const stands = await street.look(host, peer);
  assert.match(stands, /^[56],1$/);
  return stands;
}
