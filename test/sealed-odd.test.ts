/** Hidden rooms in worlds that are changed, crowded or oddly made. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyRecord } from "../packages/server/src/record/verify.ts";
import { scriptedProgram } from "./support/scripted-pool.ts";
import { coordinates, Street, walkIn } from "./support/street.ts";

const scribes = [scriptedProgram("scribe", "The scribe", "town/start")];

test("Z45 where somebody stands who lay open, a room without its key is not hidden by any start: nothing could be told of them", async (context) => {
  for (const ends of ["by a kill", "cleanly"]) {
    const street = await Street.make(context, "nothing", scribes);
    let host = await street.start();
    const bea = await street.enter(host, "bea");
    bea.act({ kind: "walk", to: "vault" });
    await street.tick(host, 60);
    const stood = await street.look(host, bea);
    assert.match(stood, /^[56],1$/);
    if (ends === "cleanly") await host.host.close();
    street.knows = "recipient";
    await assert.rejects(street.start(), { code: "forbidden", message: /start once with its coordinates/ });
    host = await street.start([coordinates]);
    await street.tick(host, 2);
    const again = await street.enter(host, "bea");
    assert.equal(await street.look(host, again), stood);
    again.act({ kind: "say", text: "moonstones under the stair" });
    await street.tick(host, 10);
    assert.ok(!(await street.onDisk()).includes("moonstones"));
    // From now on it may be closed.
    host = await street.start();
    await street.tick(host, 12);
    assert.match(host.said.join("\n"), /closed: nobody gets in, and 1 on this map rest/);
    await street.kill();
    const { ok, problems } = await verifyRecord(street.directory);
    assert.ok(ok, JSON.stringify(problems));
  }
});

test("Z45 whoever is in a hidden room or out of it because the map was changed is there once, after every start", async (context) => {
  const street = await Street.make(context, "secret");
  let host = await street.start();
  const bea = await street.enter(host, "bea");
  await walkIn(street, host, bea);
  // Cyn comes to where bea was while nothing is hidden there, and is hidden with her.
  street.knows = "nothing";
  host = await street.start();
  const cyn = await street.enter(host, "cyn");
  cyn.act({ kind: "walk", to: "vault" });
  await street.tick(host, 60);
  street.knows = "secret";
  for (const name of ["first", "second"]) {
    host = await street.start();
    await street.tick(host, 2);
    for (const each of ["bea", "cyn"]) assert.match(await street.look(host, await street.enter(host, each)), /^[56],1$/, name);
  }
  // Both go out, and are where they went.
  for (const each of ["bea", "cyn"]) (await street.enter(host, each)).act({ kind: "walk", to: "town/start" });
  await street.tick(host, 60);
  // The room becomes larger than it was by where they stand, and smaller again.
  for (const from of [1, 5]) {
    street.from = from;
    for (const name of ["first", "second"]) {
      host = await street.start();
      await street.tick(host, 3);
      for (const each of ["bea", "cyn"]) {
        const again = await street.enter(host, each);
        assert.match(await street.look(host, again), /^[0-4],[0-2]$/, `${each} in a room from ${from} on, at the ${name} start`);
        again.act({ kind: "say", text: `${each} is here` });
      }
      await street.tick(host, 5);
      assert.deepEqual(host.failures, []);
    }
  }
  await street.kill();
  const { ok, problems } = await verifyRecord(street.directory);
  assert.ok(ok, JSON.stringify(problems));
});

test("Z42 a room that is opened before the first tick of a start is open, and what was inside is there after the next", async (context) => {
  const street = await Street.make(context, "recipient", scribes);
  let host = await street.start([coordinates]);
  const bea = await street.enter(host, "bea");
  const stood = await walkIn(street, host, bea);
  host = await street.start();
  await street.tick(host, 2);
  host = await street.start();
  const opening = host.host.openPlace(coordinates);
  // All that it takes but a tick.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await street.tick(host, 2);
  assert.equal((await opening).opened, true);
  await street.tick(host, 5);
  for (const keys of [[], [coordinates]]) {
    host = await street.start(keys);
    await street.tick(host, 2);
  }
  assert.equal(await street.look(host, await street.enter(host, "bea")), stood);
  await street.kill();
  const { ok, problems } = await verifyRecord(street.directory);
  assert.ok(ok, JSON.stringify(problems));
});
