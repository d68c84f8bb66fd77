/** A hidden room that is opened while the disk takes nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { type Peer, TestHost } from "./support/host.ts";
import { coordinates, worldWith } from "./support/street.ts";

test("Z48 a room that is opened while the disk refuses is open once it takes writes again, with all that was in it, and not before", async () => {
  let full = false;
  const storage = openMemory({ refuse: () => (full ? new ElsewhereError("storage", "no room on the disk") : null) });
  const start = async (placeKeys: readonly string[]): Promise<TestHost> =>
    TestHost.open(storage, { loaded: await worldWith("recipient"), placeKeys });
  const standing = async (host: TestHost, peer: Peer): Promise<unknown> => {
    peer.send({ type: "resync" });
    await host.tick(2);
    const { x, y } = peer.last("view")!.bodies.find(({ id }) => id === peer.last("welcome")!.body)!;
    return [x, y];
  };
  let host = await start([coordinates]);
  const bea = await host.enter("bea");
  bea.act({ kind: "walk", to: coordinates });
  await host.tick(60);
  const stood = await standing(host, bea);
  host = await start([]);
  await host.tick(3);
  full = true;
  const seen = { opened: false };
  const opening = host.host.openPlace(coordinates).then((told) => {
    seen.opened = true;
    return told;
  });
  for (let i = 0; i < 100 && host.host.view.health().status === "ok"; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await host.tick();
  }
  const early = host.connect();
  early.send({ type: "hello", version: 2, token: "person:bea" });
  await host.tick(5);
  assert.deepEqual([host.host.view.health().status, seen.opened, early.last("welcome")], ["paused", false, undefined]);
  full = false;
  await host.time.pass(limits.storageRetryMs);
  for (let i = 0; i < 100 && !seen.opened; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await host.tick();
  }
  assert.deepEqual(await opening, { map: "town", place: "vault", opened: true });
  assert.deepEqual(await standing(host, await host.enter("bea")), stood);
  assert.deepEqual(host.failures, []);
});
