/** Worlds taken from the past of others in which hidden rooms are sealed. */
import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readPast } from "../packages/server/src/fork/fork.ts";
import { PastRooms, playedTo } from "../packages/server/src/fork/rooms.ts";
import { loadMaps } from "../packages/server/src/maps/load.ts";
import { asideOf, decodeTurn } from "../packages/server/src/programs/transcript.ts";
import { openPayload } from "../packages/server/src/programs/sandbox/envelope.ts";
import { openStretch } from "../packages/server/src/record/past.ts";
import type { RecordReader } from "../packages/server/src/record/reader.ts";
import { isStream } from "../packages/server/src/record/stream.ts";
import { sealedPastIn } from "../packages/server/src/sealing/past.ts";
import { placeKey } from "../packages/server/src/sealing/place-key.ts";
import { Places } from "../packages/server/src/sealing/places.ts";
import { keyIdOf } from "../packages/server/src/sealing/seal.ts";
import { openPlaces, sealsSetting } from "../packages/server/src/sealing/sealing.ts";
import { isSealedText, uncoveredReader } from "../packages/server/src/sealing/uncover.ts";
import { openRecordReader } from "../packages/server/src/storage/sqlite/record-reader.ts";
import { area, layer, objects, townJson } from "../packages/world/src/maps/fixtures/towns.ts";
import { MapState } from "@elsewhere/world";
import { filesOf } from "../packages/world/src/tiled/fixtures/files.ts";
import { loadFrom } from "./support/recorded.ts";
import { unpack } from "./support/recording.ts";
import { runElsewhere, type Server, startServer } from "./support/server.ts";

const secret = "the lamp is out";
const vault = `town/vault~${secret}`;
const { recipient } = await placeKey("town", "vault", secret);

/** What the map tells of the room: its secret, or its key's public half alone. */
type Knows = "secret" | "recipient";

const root = await mkdtemp(join(tmpdir(), "elsewhere-fork-sealed-"));
const inRoot = (name: string): string => join(root, name);
const keysFile = inRoot("keys.txt");
const wrongFile = inRoot("wrong.txt");
after(() => rm(root, { recursive: true }));

/** Words are put together, so that only who runs has them: the code lies open. */
const words = `const inside = ["am", "ber"].join(""), outside = ["peb", "ble"].join("");`;

/** Goes to where its memory says and stays there. It talks as luck has it, answers, and remembers what it heard. */
const dweller = `
import { me, memory, sleep } from "@elsewhere/program";
${words}
me.on("heard", async ({ text }) => {
  memory.heard = [...(memory.heard ?? []), text].slice(-20);
  if (Math.random() < 0.3) await me.say(inside + " answers " + text.length).catch(() => {});
});
await me.go(memory.to);
for (;;) {
  await me.say(inside + " " + Math.floor(Math.random() * 1000)).catch(() => {});
  await sleep({ ms: 500 + Math.floor(Math.random() * 2000) });
}
`;

/** Is in and out. */
const runner = `
import { me, memory, sleep } from "@elsewhere/program";
${words}
me.on("heard", ({ text }) => { memory.heard = [...(memory.heard ?? []), text].slice(-20); });
for (;;) {
  await sleep({ seconds: 2 });
  await me.go(memory.to);
  await me.say(inside + " " + Math.random()).catch(() => {});
  await sleep({ seconds: 2 });
  await me.go("town/start");
  await me.say(outside + " " + Math.random()).catch(() => {});
}
`;

const walker = `
import { me, memory, sleep } from "@elsewhere/program";
${words}
me.on("heard", () => { memory.heard = (memory.heard ?? 0) + 1; });
for (;;) {
  await me.say(outside + " " + Math.floor(Math.random() * 1000)).catch(() => {});
  await sleep({ ms: 700 + Math.floor(Math.random() * 2000) });
}
`;

const mapOf = (knows: Knows): string =>
  townJson({
    layers: [
      layer("ground", ["xxxxxxxxxx###", "xxxxxxxxxxxx#", "xxxxxxxxxx###"]),
      layer("start", [".............", "xx...........", "............."]),
      objects(
        "o",
        area("vault", [10, 0, 3, 3], {
          "world:hidden": true,
          ...(knows === "secret" ? { "world:secret": secret } : { "world:recipient": recipient }),
        }),
      ),
    ],
  });

const loadTown = (knows: Knows) => loadMaps(filesOf({ "maps/town.tmj": mapOf(knows) }), "maps/town.tmj").then(({ maps }) => maps);

async function makeWorld(knows: Knows): Promise<void> {
  const folder = inRoot(knows);
  await mkdir(join(folder, "maps"), { recursive: true });
  await mkdir(join(folder, "programs"));
  await writeFile(join(folder, "maps/town.tmj"), mapOf(knows));
  for (const [name, text] of Object.entries({ dweller, runner, walker })) await writeFile(join(folder, `programs/${name}.ts`), text);
  const program = (id: string, code: string, memory = {}) => ({ id, name: id, code: `programs/${code}.ts`, at: "town/start", memory });
  const programs = [
    program("dweller-1", "dweller", { to: vault }),
    program("dweller-2", "dweller", { to: vault }),
    program("runner", "runner", { to: vault }),
    program("walker", "walker"),
  ];
  const clock = { start: "2030-01-01T00:00:00Z", dayMinutes: 1440 };
  const settings = { name: "Town", description: "", maps: ["maps/town.tmj"], start: "town/start", clock, seed: 3, programs };
  await writeFile(join(folder, "world.json"), JSON.stringify(settings));
}

const start = (knows: Knows, data: string, ...more: string[]): Promise<Server> =>
  startServer(["--port", "0", "--world", inRoot(knows), "--data", inRoot(data), "--speed", "max", "--seed", "5", ...more]);

const withKeys = ["--place-keys", keysFile];

/** Runs it until a tick is durable and kills it; gives what it has said. */
async function runTo(server: Server, tick: number): Promise<string> {
  while (((await (await fetch(`${server.url}/healthz`)).json()) as { tick: number }).tick < tick)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await server.kill();
  return server.errors();
}

/** A record as whoever has the coordinates reads it. */
async function opened<T>(knows: Knows, data: string, read: (reader: RecordReader) => Promise<T>): Promise<T> {
  const stored = openRecordReader(inRoot(data));
  try {
    const { keys } = await openPlaces({ maps: await loadTown(knows), programs: [] }, [vault], stored.setting(sealsSetting));
    return await read(uncoveredReader(stored, keys));
  } finally {
    stored.close();
  }
}

/** All that happened in the ticks after one and up to another: in the open, in the room, and of programs. */
const recorded = (
  knows: Knows,
  data: string,
  from: number,
  to: number,
): Promise<Readonly<Record<"open" | "sealed" | "turns", readonly string[]>>> =>
  opened(knows, data, async (reader) => {
    const within = ({ tick }: { readonly tick: number }): boolean => tick > from && tick <= to;
    const told = (tick: number, bytes: Uint8Array): string => `${tick} ${Buffer.from(bytes).toString("latin1")}`;
    const open: string[] = [];
    for (const each of reader.entries()) {
      if (each.kind !== "gap" && !isStream(each.map) && within(each)) open.push(`${each.kind} ${told(each.tick, each.bytes)}`);
    }
    const turns: string[] = [];
    for (const row of reader.turns()) {
      const { input, outcome } = decodeTurn(row);
      if (within(row))
        turns.push(`${row.program} ${row.turn} ${row.tick} ${row.throughSeq} ${JSON.stringify(asideOf(row).mail)} ${input} ${outcome}`);
    }
    const sealed: string[] = [];
    const past = await sealedPastIn(reader, await loadTown(knows), [vault]);
    for (let tick = from + 1; tick <= to;) {
      const [part] = await past.parts("town", tick);
      if (part === undefined) break;
      const through = Math.min(part.throughTick ?? to, to);
      for (const row of openStretch({ map: "town", ...part }).records)
        if (row.tick >= tick && row.tick <= through) sealed.push(told(row.tick, row.bytes));
      tick = through + 1;
    }
    assert.ok(open.length > 20 && turns.length > 20 && sealed.length > 20, `${open.length} ${turns.length} ${sealed.length}`);
    return { open, sealed, turns: turns.toSorted() };
  });

/** What stands in the heaps that images are told as differences from. */
const templatesOf = (reader: RecordReader): readonly (readonly [hash: string, text: string])[] =>
  [...reader.grounds()].flatMap(({ hash, bytes }) =>
    bytes === null || Buffer.from(bytes.subarray(0, 4)).toString("latin1") !== "ELSI"
      ? []
      : [[hash, Buffer.from(openPayload(bytes)).toString("latin1")]],
  );

/** All that lies in the files of a record. */
const onDisk = async (data: string): Promise<string> =>
  Buffer.concat(await Promise.all((await readdir(inRoot(data))).map((file) => readFile(join(inRoot(data), file))))).toString("latin1");

before(async () => {
  await writeFile(keysFile, `${vault}\n`, { mode: 0o600 });
  await writeFile(wrongFile, `${vault}!\n`, { mode: 0o600 });
  for (const knows of ["secret", "recipient"] as const) {
    await makeWorld(knows);
    await runTo(await start(knows, `of-${knows}`, ...withKeys), 500);
  }
});

/** Ticks of turns in which a program says this. */
const saying = (knows: Knows, data: string, program: string, word: string): Promise<readonly number[]> =>
  opened(knows, data, async (reader) =>
    [...reader.turns()].flatMap((row) =>
      row.program === program && decodeTurn(row).outcome.includes(`"text":"${word}`) ? [row.tick] : [],
    ),
  );

/** A tick soon after one in which the runner spoke in the room, and one after it spoke outside and still knows what it heard. */
async function moments(knows: Knows, data: string): Promise<readonly [inside: number, outside: number]> {
  const [inside, outside] = await Promise.all(["amber", "pebble"].map((word) => saying(knows, data, "runner", word)));
  return [inside!.find((tick) => tick > 120)! + 3, outside!.find((tick) => tick > 120)! + 3];
}

test(
  "Z80 a fork with the same seed goes on as its world did, in the open and in hidden rooms, and so does a fork of it",
  { timeout: 120_000 },
  async () => {
    for (const knows of ["secret", "recipient"] as const) {
      const first = `of-${knows}`;
      const [inside, outside] = await moments(knows, first);
      // The two differ in where the key comes from, and in nothing that a fork does with it.
      for (const [name, at] of Object.entries(knows === "secret" ? { inside } : { inside, outside })) {
        const fork = `${first}-${name}`;
        const said = await runTo(await start(knows, fork, "--fork", `${inRoot(first)}@#${at}`, ...withKeys), at + 200);
        assert.doesNotMatch(said, /anew|cannot be had|closed/);
        assert.deepEqual(await recorded(knows, fork, at, at + 200), await recorded(knows, first, at, at + 200), `${first} at tick ${at}`);
      }
      if (knows === "secret") continue;
      const at = inside + 77;
      await runTo(await start(knows, `${first}-again`, "--fork", `${inRoot(`${first}-inside`)}@#${at}`, ...withKeys), at + 100);
      const again = await recorded(knows, `${first}-again`, at, at + 100);
      assert.deepEqual(again, await recorded(knows, first, at, at + 100), "a fork of a fork");
      const { code, out } = await runElsewhere(["record", "verify", inRoot(`${first}-again`)]);
      assert.equal(code, 0, out);
    }
  },
);

test(
  "Z81 what was sealed is sealed anew in a fork, with keys of its own, and nothing of it lies open there",
  { timeout: 120_000 },
  async () => {
    const [inside, outside] = await moments("recipient", "of-recipient");
    const was = openRecordReader(inRoot("of-recipient"));
    for (const [name, at] of Object.entries({ inside, outside })) {
      await runTo(await start("recipient", `kept-${name}`, "--fork", `${inRoot("of-recipient")}@#${at}`, ...withKeys), at + 3);
      const disk = await onDisk(`kept-${name}`);
      assert.ok(disk.includes("walker") && !disk.includes("amber") && !disk.includes(secret), name);
      const reader = openRecordReader(inRoot(`kept-${name}`));
      const sealed = new Set([...reader.states()].flatMap(({ program, state }) => (isSealedText(state) ? [program] : [])));
      assert.deepEqual([...sealed].toSorted(), ["dweller-1", "dweller-2", "runner"], name);
      for (const { program, bytes } of reader.images()) if (sealed.has(program)) assert.notEqual(keyIdOf(bytes!), null, program);
      for (const [hash, text] of templatesOf(reader)) assert.doesNotMatch(text, /amber |the lamp is out/, `template ${hash}`);
      const seals = reader.setting(sealsSetting)!;
      assert.ok(seals.includes('"wrapped"') && JSON.parse(was.setting(sealsSetting)!)[0].key !== JSON.parse(seals)[0].key);
      reader.close();
    }
    was.close();
    const refused = await runElsewhere([
      "up",
      "--port",
      "0",
      "--world",
      inRoot("recipient"),
      "--data",
      inRoot("wrong"),
      "--fork",
      `${inRoot("of-recipient")}@#${inside}`,
      "--place-keys",
      wrongFile,
    ]);
    assert.match(refused.errors, /there is no such place: "town\/vault", with that secret/);
    assert.ok(!(await readdir(root)).includes("wrong"));
  },
);

test(
  "Z82 of whom something is sealed whose key is not at hand is left out, and that is said; all others go on",
  { timeout: 120_000 },
  async () => {
    const [inside] = await moments("recipient", "of-recipient");
    const server = await start("recipient", "shut", "--fork", `${inRoot("of-recipient")}@#${inside}`);
    const said = await runTo(server, inside + 120);
    assert.match(said, /note: 3 of its programs cannot be had as they were, for what is known of them is sealed: .* --place-keys/);
    const lived = await opened("recipient", "shut", async (reader) => [...reader.turns()].map(({ program, turn }) => `${program} ${turn}`));
    for (const program of ["dweller-1", "dweller-2", "runner"]) assert.ok(lived.includes(`${program} 1`), `${program} begins anew`);
    assert.ok(lived.some((turn) => turn.startsWith("walker ")) && !lived.includes("walker 1"), "the walker goes on");
  },
);

test("Z83 who rested in a closed room is in a fork that has its key, and is there again", { timeout: 120_000 }, async () => {
  await cp(inRoot("of-recipient"), inRoot("closed"), { recursive: true });
  const tick = await opened("recipient", "closed", async (reader) => Number(reader.setting("tick")));
  await runTo(await start("recipient", "closed"), tick + 100);
  // After another start with the key the tail of then is in a block.
  await cp(inRoot("closed"), inRoot("closed-once"), { recursive: true });
  await runTo(await start("recipient", "closed-once", ...withKeys), tick + 200);
  for (const from of ["closed", "closed-once"]) {
    const fork = `rests-${from}`;
    const said = await runTo(await start("recipient", fork, "--fork", `${inRoot(from)}@#${tick + 50}`, ...withKeys), tick + 150);
    assert.doesNotMatch(said, /cannot be had|anew|closed/);
    assert.ok((await saying("recipient", fork, "dweller-1", "amber")).length > 0, `${from}: it speaks inside`);
    const firsts = await opened("recipient", fork, async (reader) => [...reader.turns()].filter(({ turn }) => turn === 1).length);
    assert.equal(firsts, 0, "nobody begins anew");
    assert.ok(!(await onDisk(fork)).includes("amber"));
  }
});

test(
  "Z84 a record from before rooms were sealed is forked as it was, and what was inside is sealed from then on",
  { timeout: 120_000 },
  async () => {
    const fixture = fileURLToPath(new URL("../fixtures/record-1", import.meta.url));
    const { tick: last } = unpack(fixture, inRoot("before"));
    const loaded = await loadFrom(join(fixture, "world"));
    const reader = openRecordReader(inRoot("before"));
    const rooms = await PastRooms.open(reader, loaded, []);
    let at: number | null = null;
    for (let tick = last; tick > 0 && at === null; tick -= 7) {
      const past = await readPast(rooms, loaded, tick);
      for (const { live } of past.maps) {
        const stretch = (await reader.stretch(live.map.name, past.origin.tick))!;
        const told = playedTo(live.map, stretch, past.origin.tick);
        assert.deepEqual(live.state.keyframe(), told.keyframe(), `${live.map.name} at tick ${tick}`);
        if (live.unseen().length > 0) at = past.origin.tick;
      }
    }
    reader.close();
    assert.ok(at !== null, "somebody is in a hidden room");
    const flags = ["--port", "0", "--world", join(fixture, "world"), "--data", inRoot("after"), "--speed", "max"];
    await runTo(await startServer([...flags, "--fork", `${inRoot("before")}@#${at}`]), at + 5);
    const fork = openRecordReader(inRoot("after"));
    const places = await Places.of(loaded.maps);
    for (const { map, room } of places.rooms) {
      const [first] = [...fork.entries(map.name)];
      assert.ok(first?.kind === "keyframe" && first.tick === at);
      for (const { tile } of MapState.fromKeyframe(map, first.bytes).bodies()) assert.notEqual(map.hiddenAt![tile], room);
    }
    const unseen = JSON.parse(fork.setting("unseen")!) as Record<string, readonly string[]>;
    assert.ok(Object.values(unseen).flat().length > 0, "who was inside is");
    fork.close();
  },
);

test("Z85 what is exported of a record with sealed streams has nothing of inside, nor has what differs between two", async () => {
  const [positions, speech] = [inRoot("positions.csv"), inRoot("speech.csv")];
  const [dir, world] = [inRoot("of-secret"), ["--world", inRoot("secret")]];
  const { code, errors } = await runElsewhere(["record", "export", dir, ...world, "--positions", positions, "--speech", speech]);
  assert.equal(code, 0, errors);
  const [moved, said] = await Promise.all([positions, speech].map((path) => readFile(path, "utf8")));
  assert.match(said!, /pebble/);
  assert.match(moved!, /runner.*gone/);
  // The room begins at column 10.
  const columns = moved!
    .trim()
    .split("\r\n")
    .slice(1)
    .map((row) => Number(row.split(",")[6]));
  assert.ok(columns.length > 50 && columns.every((x) => x < 10), `${columns.length} rows up to column ${Math.max(...columns)}`);
  await runTo(await start("secret", "another", "--seed", "6"), 300);
  const compared = await runElsewhere(["record", "compare", dir, inRoot("another"), ...world]);
  assert.match(compared.out, /town: different from tick[^]*sealed, and not compared/);
  for (const text of [moved, said, compared.out]) assert.doesNotMatch(text!, /amber|vault|the lamp/);
});
