import assert from "node:assert/strict";
import { test } from "node:test";
import { engineFaults } from "./corpus/engine.ts";
import { escapes } from "./corpus/escapes.ts";
import { eavesdroppers, forgers, gropers, wreckers } from "./corpus/inhabitants.ts";
import { memoryCatchers, memoryHogs, memoryLeaks } from "./corpus/memory.ts";
import { listeners, readers } from "./corpus/reading.ts";
import { stallsInBuiltIns, stallsInPatterns } from "./corpus/stalls-in-built-ins.ts";
import { stallsInCode } from "./corpus/stalls-in-code.ts";
import { stallsInJobs, stallsOverTurns } from "./corpus/stalls-in-jobs.ts";

const groups = {
  "to stall": { atLeast: 60, programs: [...stallsInCode, ...stallsInPatterns, ...stallsInJobs, ...stallsOverTurns, ...stallsInBuiltIns] },
  "to exhaust memory": { atLeast: 30, programs: [...memoryHogs, ...memoryCatchers, ...memoryLeaks] },
  "to perceive what one may not": {
    atLeast: 30,
    programs: [...gropers, ...eavesdroppers, ...forgers, ...wreckers, ...readers, ...listeners],
  },
  "to get out": { atLeast: 60, programs: [...escapes, ...engineFaults] },
};

for (const [way, { atLeast, programs }] of Object.entries(groups)) {
  test(`the corpus has at least ${atLeast} ways ${way}, each with a name and a text of its own`, () => {
    assert.ok(programs.length >= atLeast, `${programs.length}`);
    assert.equal(new Set(programs.map(({ name }) => name)).size, programs.length);
    assert.equal(
      new Set(programs.map((program) => `${"whole" in program} ${program.source.replaceAll(/\s+/g, " ")}`)).size,
      programs.length,
    );
  });
}
