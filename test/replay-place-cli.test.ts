/** `elsewhere replay` of a world with a hidden room. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadMaps } from "../packages/server/src/maps/load.ts";
import { placeKey } from "../packages/server/src/sealing/place-key.ts";
import { openSqlite } from "../packages/server/src/storage/sqlite/sqlite.ts";
import { worldOfMap } from "../packages/server/src/worlds/load.ts";
import { area, layer, objects, townJson } from "../packages/world/src/maps/fixtures/towns.ts";
import { filesOf } from "../packages/world/src/tiled/fixtures/files.ts";
import { TestHost } from "./support/host.ts";
import { runElsewhere } from "./support/server.ts";

const secret = "the lamp is out";
const vault = `town/vault~${secret}`;
const { recipient } = await placeKey("town", "vault", secret);

test("Z76 what was in a hidden place is shown with its coordinates alone, whether its map tells the secret or not", async (context) => {
  for (const opens of [{ "world:secret": secret }, { "world:recipient": recipient }]) {
    const folder = await mkdtemp(join(tmpdir(), "elsewhere-replay-"));
    context.after(() => rm(folder, { recursive: true }));
    const map = townJson({
      layers: [
        layer("ground", ["xxxxx###", "xxxxxxx#", "xxxxx###"]),
        layer("start", ["........", "x.......", "........"]),
        objects("o", area("vault", [5, 0, 3, 3], { "world:hidden": true, ...opens })),
      ],
    });
    await mkdir(join(folder, "maps"));
    await writeFile(join(folder, "maps/town.tmj"), map);
    const data = join(folder, "data");
    const loaded = worldOfMap("", await loadMaps(filesOf({ "maps/town.tmj": map }), "maps/town.tmj"));
    const storage = await openSqlite(data);
    const host = await TestHost.open(storage, { loaded, placeKeys: [vault] });
    const tick = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        await host.tick();
        await storage.setting("tick");
      }
    };
    const bea = host.connect();
    bea.send({ type: "hello", version: 2, token: "person:bea" });
    await tick(3);
    bea.act({ kind: "walk", to: vault });
    await tick(60);
    bea.act({ kind: "emote", text: "counts moonstones" });
    await tick(3);
    await host.host.close();
    const replay = (...flags: string[]): ReturnType<typeof runElsewhere> =>
      runElsewhere(["replay", data, "--world", join(folder, "maps/town.tmj"), "--speed", "max", ...flags]);
    for (const look of [
      ["--map", "town"],
      ["--as", "person:bea"],
    ]) {
      const shown = await replay(...look, "--place", vault);
      assert.deepEqual([shown.code, shown.errors], [0, ""]);
      if (look[0] === "--map") assert.match(shown.out, /moonstones/);
      assert.doesNotMatch(shown.out, /out of sight/);
      const hidden = await replay(...look);
      assert.equal(hidden.code, 0);
      assert.doesNotMatch(hidden.out, /moonstones|vault/);
      if (look[0] === "--as") assert.match(hidden.out, /person:bea is out of sight/);
    }
    const found = await replay("--map", "town", "--place", vault, "--next", "emoted:bea");
    assert.match(found.out, /moonstones/);
    for (const wrong of [`${vault}!`, `town/cellar~${secret}`]) {
      const refused = await replay("--map", "town", "--place", vault, "--place", wrong);
      assert.deepEqual([refused.code, refused.out], [1, ""]);
      assert.match(refused.errors, /^elsewhere: there is no such place: "town\/(vault|cellar)", with that secret\n$/);
    }
  }
});
