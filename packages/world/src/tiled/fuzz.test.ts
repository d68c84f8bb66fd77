import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import { interpretMap } from "../maps/interpret.ts";
import { report } from "../maps/report.ts";
import { filesOf } from "./fixtures/files.ts";
import { Dice, mutate } from "./fixtures/mutate.ts";
import { seedMaps } from "./fixtures/seeds.ts";
import { readTiledMap } from "./read.ts";

const mutationsPerSeed = 250;

/** No map here is larger than a few hundred bytes of text; one that takes this long hangs. */
const readMsMax = 5_000;

/** The outcome of reading and understanding a map: its code, or `map`. Anything but a named error is thrown. */
async function outcome(files: Readonly<Record<string, Uint8Array>>, file: string): Promise<string> {
  try {
    const map = await readTiledMap(filesOf(files), file);
    report(interpretMap(map, { name: "fuzz", profile: null, mapNamed: (path) => path, imageOf: () => null }));
    return "map";
  } catch (error) {
    if (!(error instanceof ElsewhereError)) throw error;
    assert.ok(!error.message.includes("\n"), error.message);
    assert.ok(error.detail.field, error.message);
    assert.doesNotMatch(error.message, /cannot be (read|understood) as a map/, `an unforeseen fault: ${String(error.cause)}`);
    return error.code;
  }
}

test("M9 thousands of damaged maps end in a map or in a named error", { timeout: readMsMax * 6 }, async () => {
  const outcomes = new Map<string, number>();
  let count = 0;
  for (const [s, { file, files }] of seedMaps.entries()) {
    assert.equal(await outcome(files, file), "map", `${file} itself is sound`);
    const names = Object.keys(files);
    for (let i = 0; i < mutationsPerSeed; i++) {
      const dice = new Dice(s * 100_003 + i + 1);
      const victim = names[dice.below(names.length)]!;
      const seen = await outcome({ ...files, [victim]: mutate(files[victim]!, dice) }, file);
      outcomes.set(seen, (outcomes.get(seen) ?? 0) + 1);
      count++;
    }
  }
  assert.ok(count >= 2000, `${count} maps`);
  // A fuzz that only ever breaks the syntax, or never breaks anything, shows nothing.
  for (const kind of ["map", "malformed", "limit"]) assert.ok((outcomes.get(kind) ?? 0) > count / 100, JSON.stringify([...outcomes]));
});
