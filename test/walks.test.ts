/** People on their way through real maps, from one to the next, over a real server. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { enter, type World } from "@elsewhere/client";
import { type Server, startServer } from "./support/server.ts";

const folder = await mkdtemp(join(tmpdir(), "elsewhere-walks-"));
after(() => rm(folder, { recursive: true, force: true }));
const office = fileURLToPath(new URL("../../shared/data/tiled/workadventure-starter-kit/office.tmj", import.meta.url));

async function visit<T>(server: Server, name: string, use: (world: World) => Promise<T>): Promise<T> {
  const world = await enter({ url: server.url, name });
  try {
    return await use(world);
  } finally {
    world.close();
  }
}

test(
  "from the office of a map by others through its exit into the conference hall",
  { skip: !existsSync(office) && "the map is not here" },
  async () => {
    const server = await startServer(["--port", "0", "--map", office, "--data", join(folder, "office"), "--tick-ms", "20"]);
    try {
      await visit(server, "Ada", async (world) => {
        assert.equal(world.map, "office");
        await world.me.go("to-conference");
        assert.equal(world.map, "conference", "the walk ends on the other side of the exit");
        await world.me.go("office/clock");
        assert.equal(world.map, "office", "and leads back across maps by itself");
      });
    } finally {
      await server.stop();
    }
  },
);

test("through the harbour: into a house, a word with who is there, out of the world by an exit and back in with what one carried", async () => {
  const server = await startServer(["--port", "0", "--data", join(folder, "harbour"), "--tick-ms", "20"]);
  try {
    const token = await visit(server, "Ada", async (world) => {
      assert.equal(world.map, "harbour");
      const answers: string[] = [];
      world.on("percept", (percept) => {
        if (percept.kind === "heard") answers.push(percept.from.name);
      });
      // Somebody who has only just woken may not have heard the first time.
      for (let asked = 0; answers.length === 0 && asked < 50; asked++) {
        await world.me.say("Hello! Where do I find bread?");
        await pause(200);
      }
      assert.ok(answers.length > 0, "somebody answers");
      await world.me.go("library/reading room");
      assert.equal(world.map, "library");
      await assert.rejects(world.me.say("Is it quiet here?"), { code: "silent" });
      return world.token!;
    });
    await visitAgain(server, token);
  } finally {
    await server.stop();
  }
});

async function visitAgain(server: Server, token: string): Promise<void> {
  const world = await enter({ url: server.url, token });
  const body = world.me.id;
  await world.me.go("harbour/town gate");
  await world.leave();
  const back = await enter({ url: server.url, token });
  assert.equal(back.me.id, body, "the same body");
  assert.equal(back.map, "harbour");
  back.close();
}
