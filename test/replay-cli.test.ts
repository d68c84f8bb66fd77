/** `elsewhere replay` on the directory of a world that has ended. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openSqlite } from "../packages/server/src/storage/sqlite/sqlite.ts";
import { TestHost } from "./support/host.ts";
import { runElsewhere } from "./support/server.ts";
import { until } from "./support/until.ts";
import { yardFolder } from "./support/yard.ts";

const folder = mkdtempSync(join(tmpdir(), "elsewhere-replay-"));
const world = ["--world", `${yardFolder}/maps/yard.tmj`];
let spokeAt = 0;

before(async () => {
  const host = await TestHost.open(await openSqlite(folder));
  const tick = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) await host.tick();
  };
  const ada = await host.enter("ada");
  await until(() => ada.last("view") !== undefined, "ada");
  const ben = await host.enter("ben");
  await until(() => ben.last("view") !== undefined, "ben");
  await tick(20);
  const n = ben.act({ kind: "say", text: "Good\u2028morning." });
  await tick(2);
  await until(() => ben.reply(n) !== undefined, "what is said");
  spokeAt = ben.of("tick").find(({ percepts }) => percepts.some((one) => one.kind === "reply"))!.tick;
  ada.act({ kind: "show", traits: { hat: "red" } });
  await tick(30);
  await host.host.close();
});

after(() => rmSync(folder, { recursive: true }));

const replay = (...flags: string[]): ReturnType<typeof runElsewhere> =>
  runElsewhere(["replay", folder, ...world, "--speed", "max", ...flags]);

test("D77 what somebody perceived is printed line by line with its time, from any moment on", async () => {
  const { code, out, errors } = await replay("--as", "Ada");
  assert.deepEqual([code, errors], [0, ""]);
  const lines = out.trim().split("\n");
  assert.match(lines[0]!, /person:ada has not come into the world yet/);
  assert.match(lines[1]!, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}ada is on yard/);
  assert.ok(lines.some((line) => / {2}ben came into view\.$/.test(line)));
  assert.equal(lines.filter((line) => / {2}ben said: Good morning\.$/.test(line)).length, 1);
  const later = await replay("--as", "person:ada", "--at", `#${spokeAt + 1}`);
  assert.ok(later.code === 0 && later.out.includes("ada is on yard") && !later.out.includes("morning"));
  const frames = (await replay("--map", "yard", "--json", "--until", `#${spokeAt}`)).out.trim().split("\n");
  assert.deepEqual(JSON.parse(frames.at(-1)!).percepts.at(-1).kind, "heard");
});

test("D78 it goes on to where something happened, or says that there is no such moment, or no such record", async () => {
  const { code, out } = await replay("--map", "yard", "--next", "heard:BEN", "--back");
  assert.equal(code, 0);
  assert.match(out, /ben said: Good morning\.\n$/);
  for (const [flags, what] of [
    [["--as", "ada", "--next", "used"], /nothing of that kind was perceived after/],
    [["--as", "zoe"], /nobody is called "zoe" then or at the end; there are .*ada/],
    [["--as", "ada", "--at", "#99999"], /tick 99999 is after the record: it goes from tick/],
    [["--map", "moon"], /no map "moon"/],
    [[], /say through whose eyes \(--as\), or which map is to be seen \(--map yard\)/],
    [["--as", "ada", "--next", "slept"], /there is no kind "slept"/],
  ] as const) {
    const refused = await replay(...flags);
    assert.equal(refused.code, 1);
    assert.match(refused.errors, what);
    assert.equal(refused.errors.trim().split("\n").length, 1);
  }
});

test("D79 the picture shows the one who looks in the middle of walls and others, in place", async () => {
  const { code, out } = await replay("--as", "ada", "--picture", "--at", `#${spokeAt}`, "--until", `#${spokeAt}`);
  assert.equal(code, 0);
  assert.ok(out.startsWith("\u001b[H\u001b[2J"));
  const picture = out.split("\n");
  assert.ok(
    picture.some((row) => row.includes("@")) && picture.some((row) => row.includes("#")) && picture.some((row) => row.includes(".")),
  );
  assert.ok(out.includes("ben said: Good morning."));
});
