import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What of the world's state, its events or its past can be got at outside the kernel, by the words that get at it. */
const sources =
  /\blive\.state\b|\{ state \} of|\bMapState\b|\.(?:bodyOf|bodies|locate|awayOf|viewer|drawing|memory|mailboxes|bodyCount|keyframes?)\(|\.bodyCount\b|\.observations\b|\.transit\b|\bdoorsInSight\(|\bdrawings\b|\bapplyRecord\(|\boverseen(?:Percept)?\(|\breadEvents\(|\bopenRecordReader\(/;

/** How a body looks, whoever asks. */
const looks = /\bcoldOf\(|\bseenBody\(|\.cold\[/;

/** Either nothing leaves the world there, or it is covered by the tests of these rules. */
type Way = { readonly inside: string } | { readonly covered: readonly string[] };

const inside = (why: string): Way => ({ inside: why });
const covered = (...rules: string[]): Way => ({ covered: rules });

const server: Readonly<Record<string, Way>> = {
  "sessions/showing.ts": covered("X20", "Y3", "S6"),
  "sessions/stream.ts": covered("X20", "Y3"),
  "sessions/sessions.ts": covered("X20", "S9", "S15"),
  "sessions/memories.ts": covered("X20", "S7"),
  "programs/taking-part.ts": covered("X20", "X12"),
  "programs/leaving.ts": covered("P101", "P102"),
  "programs/arriving.ts": inside("asks whether a map has room"),
  "gateways/http/memory.ts": covered("X20", "G18"),
  "gateways/http/gateway.ts": covered("G65", "G18"),
  "gateways/http/maps.ts": covered("G65"),
  "cli/backup-record.ts": inside("looks whether there is a record"),
  "cli/compare-records.ts": covered("R92", "R94"),
  "record/compare/event-words.ts": covered("R92", "R94"),
  "record/compare/words.ts": covered("R92", "R94"),
  "export/overseen.ts": covered("R130", "R137"),
  "export/film-entries.ts": covered("R137", "R138"),
  "cli/export-record.ts": inside("opens the record for what is exported of it"),
  "host-view.ts": covered("G65", "G70"),
  "programs-view.ts": covered("G66"),
  "replay/past-map.ts": covered("X22", "X23"),
  "replay/inside.ts": covered("Z71", "Z72"),
  "replay/closed-rooms.ts": covered("Z72", "Z77"),
  "replay/reel.ts": inside("hands on to those above"),
  "replay/past-world.ts": covered("X22", "X23"),
  "replay/eyes.ts": covered("X22", "D63"),
  "replay/finding.ts": covered("X22", "X23", "D66", "Z73"),
  "replay/replay.ts": covered("X22", "X23"),
  "replay/overseer.ts": covered("X23", "D64", "Z73"),
  "cli/replay-record.ts": covered("D77", "D78", "Z76"),
  "replay/observer.ts": covered("D78"),
  "replay/scan.ts": covered("X23", "D73", "D74"),
  "replay/survey.ts": covered("X23", "D73", "D74"),
  "ticks/outlook.ts": inside("hands on to those above"),
  "ticks/world.ts": inside("hands on to those above"),
  "ticks/live-map.ts": inside("hands on to those above"),
  "ticks/ticker.ts": inside("puts away what is on its way between maps"),
  "ticks/body-ids.ts": inside("knows which ids are taken"),
  "host.ts": inside("wires, stores, and compares names for who comes in"),
  "fork/maps.ts": inside("reads another world's record into a new one's"),
  "fork/rooms.ts": inside("reads another world's hidden rooms, for who has their keys"),
  "fork/resealing.ts": inside("seals them for the new one"),
  "fork/fork.ts": inside("writes the new world's record"),
  "cli/fork.ts": inside("opens the record of another world to take a new one from it"),
  "populate.ts": inside("puts bodies in"),
  "wake-programs.ts": inside("puts programs' bodies in"),
  "recover.ts": inside("reads the world's own record back"),
  "maps/load.ts": inside("reads maps before there is a world"),
  "worlds/load.ts": inside("reads maps before there is a world"),
  "sealing/cover.ts": inside("looks which rows that are stored are sealed, to seal what follows on them"),
  "sealing/streams.ts": inside("stores what happens in hidden rooms, sealed"),
  "sealing/tail.ts": inside("reads that back, for who has the key"),
  "sealing/uncover.ts": inside("opens rows for those who read them back, each listed here"),
  "record/verify.ts": inside("holds a record against itself and tells its faults"),
  "storage/sqlite/record-reader.ts": inside("reads the record for those who verify it"),
  "storage/memory/memory.ts": inside("stores"),
  "storage/sqlite/worker.ts": inside("stores"),
};

const world: Readonly<Record<string, Way>> = {
  "perception.ts": covered("W42", "W27"),
  "hearsay.ts": covered("W19", "W44"),
  "sight.ts": covered("W44", "X20"),
  "overseeing.ts": covered("X23", "D64"),
  "sights/encoder.ts": covered("Y3", "X20"),
  "context.ts": inside("names who did something, for those in its scope"),
  "before.ts": inside("names who vanishes, for those who saw it"),
  "intents/things.ts": covered("W28", "X11"),
  "intents/doings.ts": inside("compares a body's looks with what it shows now"),
  "goals.ts": inside("asks what a walker itself holds"),
  "claims.ts": inside("asks what a walker itself holds"),
  "sealing/insiders.ts": inside("names who is in hidden rooms, for the record to leave them out"),
  "sealing/join.ts": inside("reads the record"),
  "comings.ts": inside("names who came and went, for the record"),
  "luggage.ts": inside("packs what goes with a body"),
  "journal.ts": inside("writes the record"),
  "replay.ts": inside("reads the record"),
  "state.ts": inside("shows bodies to those who run the world"),
  "bodies.ts": inside("keeps them"),
};

function filesIn(folder: string): readonly string[] {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !/(^|\/)(testing|testing\.ts|contract-suite\.ts)/.test(file))
    .toSorted();
}

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

function touching(folder: string, pattern: RegExp): readonly string[] {
  return filesIn(folder).filter((file) => pattern.test(withoutComments(readFileSync(`${root}${folder}/${file}`, "utf8"))));
}

/** Rules that the titles of tests cite. */
function cited(): ReadonlySet<string> {
  const files = ["packages", "test"].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts") && !file.includes("node_modules"))
      .map((file) => `${root}${folder}/${file}`),
  );
  return new Set(
    files.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/test\(\s*[`"]((?:[A-Z]+\d+ )+)/g)].flatMap(([, rules]) => rules!.trim().split(" ")),
    ),
  );
}

test("X21 every place from which the world's state can leave it is known, and each way out is covered by a test", () => {
  const rules = cited();
  for (const [folder, pattern, table] of [
    ["packages/server/src", sources, server],
    ["packages/world/src", looks, world],
  ] as const) {
    const advice = `${folder}: a file gets at the world's state, or does so no more. Whether something can leave the world there stands in this table, with the tests that cover it.`;
    assert.deepEqual(touching(folder, pattern), Object.keys(table).toSorted(), advice);
    for (const [file, way] of Object.entries(table)) {
      if ("inside" in way) continue;
      for (const rule of way.covered) assert.ok(rules.has(rule), `${file} is said to be covered by ${rule}, which no test cites`);
    }
  }
});

test("X21 a way out that nobody has listed is found", () => {
  assert.match("const all = [...world.maps.values()].flatMap((live) => [...live.state.bodies()]);", sources);
  assert.match("return c.json(bodyTable.coldOf(slot).traits);", looks);
  assert.doesNotMatch(withoutComments("/** Asks live.state.bodies() */ const one = 1;"), sources);
});
