// The crossings of real hosts, under clocks, disks, wires and people that a seed decides about. A failing test says the command
// that tells the story again. `ELSEWHERE_SEED` fixes the first seed; `ELSEWHERE_CROSSINGS` says how many programs are to come to
// life at another host before it is enough, besides that there are so many seeds.
import assert from "node:assert/strict";
import { after, test, type TestContext } from "node:test";
import { plants } from "./planted.ts";
import { pastSeeds } from "./seeds.ts";
import type { Verdict } from "./simulation.ts";
import { SimulationThread } from "./thread.ts";

const crossingsWanted = Number(process.env["ELSEWHERE_CROSSINGS"] ?? 20_000);
const seedsMin = 2_000;
const firstSeed = Number(process.env["ELSEWHERE_SEED"] ?? Math.floor(Math.random() * 1_000_000_000));
/** Every so many seeds one is run twice. */
const twiceEvery = 100;
/** Seeds within which what is wrong on purpose has to be found. */
const plantedSeedsMax = 200;

const thread = new SimulationThread();
after(() => thread.close());

const holds = async (seed: number): Promise<Verdict> => {
  const verdict = await thread.simulate({ seed, plant: null });
  const { failure } = verdict;
  assert.equal(failure, null, `${failure?.what}: ${failure?.how}\n  node --conditions=source simulator/hosts/main.ts ${seed}`);
  return verdict;
};

test("V90, V91, V92, V93, V94 and V95 hold for new seeds, some of which are run twice", async (t: TestContext) => {
  let [seed, crossings, letters, turns] = [firstSeed, 0, 0, 0];
  t.diagnostic(`from seed ${firstSeed} on`);
  for (; crossings < crossingsWanted || seed < firstSeed + seedsMin; seed++) {
    const verdict = await holds(seed);
    crossings += verdict.crossings;
    letters += verdict.letters;
    turns += verdict.turns;
    if (seed % twiceEvery === 0) assert.equal((await holds(seed)).hash, verdict.hash, `seed ${seed} was not the same twice`);
  }
  t.diagnostic(`${seed - firstSeed} seeds: ${crossings} crossings, ${turns} turns, ${letters} letters`);
});

for (const { seed, found } of pastSeeds)
  test(`V96 seed ${seed}: ${found}`, async () => {
    await holds(seed);
  });

for (const plant of plants) {
  test(`V97 is found: ${plant.name}`, async (t: TestContext) => {
    for (let seed = 1; seed <= plantedSeedsMax; seed++) {
      const { failure } = await thread.simulate({ seed, plant: plant.name });
      if (failure === null || !plant.breaks.includes(failure.what)) continue;
      t.diagnostic(`seed ${seed}: ${failure.what}: ${failure.how.split("\n")[0]}`);
      return;
    }
    assert.fail(`not found in ${plantedSeedsMax} seeds`);
  });
}
