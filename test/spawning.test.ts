/** Programs that start others, in a whole host: bodies, quotas and restarts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Percept, ProgramDetail, ProgramInfo } from "@elsewhere/protocol";
import type { TurnInput } from "../packages/server/src/programs/contract.ts";
import { defaultQuota } from "../packages/server/src/programs/quotas.ts";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import type { LoadedProgram, LoadedWorld } from "../packages/server/src/worlds/load.ts";
import { twoFields } from "./support/fields.ts";
import { TestHost } from "./support/host.ts";
import { type Script, scriptedPool, scriptedProgram } from "./support/scripted-pool.ts";

const chick = "programs/chick.ts";
const quota = { ...defaultQuota(true), programs: 4 };

const hen: LoadedProgram = { ...scriptedProgram("hen", "The hen", "east/start"), quota, spawns: [chick] };

function yardOf(programs: readonly LoadedProgram[] = [hen]): LoadedWorld {
  const loaded = twoFields({ programs });
  const bundle = { code: "", codeHash: "1".repeat(64), codeBytes: 0, map: "{}", files: [] };
  return { ...loaded, bundles: new Map([...loaded.bundles, [chick, bundle]]) };
}

/** Asks for a child in each of its first turns, and keeps the answers. */
function broody(count: number, answers: Percept[], code = chick): Script {
  return ({ turn, percepts }: TurnInput) => {
    answers.push(...percepts.filter(({ kind }) => kind === "reply"));
    return turn > count ? [] : [{ n: turn, intent: { kind: "spawn", code, name: `Chick ${turn}`, memory: { turn }, share: 0.5 } }];
  };
}

const still: Script = () => [];

async function listed(host: TestHost): Promise<readonly ProgramInfo[]> {
  const page = host.host.view.programs({ order: "name", offset: 0, itemsMax: 20, search: "" });
  await host.tick();
  return (await page).programs;
}

async function detailOf(host: TestHost, program: string): Promise<ProgramDetail> {
  const detail = host.host.view.program(program);
  await host.tick();
  return (await detail)!;
}

test("W102 a child is on its parent's layers, and sees what its parent sees", async () => {
  const sights: string[][] = [];
  for (const layers of [
    { on: 2, sees: 3 },
    { on: 1, sees: 1 },
  ]) {
    const pool = scriptedPool({ hen: broody(1, []), "hen.1": still });
    const host = await TestHost.open(openMemory(), { loaded: yardOf([{ ...hen, layers }]), pool });
    await host.tick(6);
    const ada = await host.enter("ada");
    sights.push(
      ada
        .last("view")!
        .bodies.map(({ name }) => name)
        .toSorted(),
    );
  }
  assert.deepEqual(sights, [["ada"], ["Chick 1", "The hen", "ada"]]);
});

test("P37 a program starts another where it stands, with a body, a memory and part of its quota, and is told of it", async () => {
  const answers: Percept[] = [];
  const starts: TurnInput["start"][] = [];
  const pool = scriptedPool({
    hen: broody(1, answers),
    "hen.1": ({ start }) => {
      if (start !== null) starts.push(start);
      return [];
    },
  });
  const host = await TestHost.open(openMemory(), { loaded: yardOf(), pool });
  await host.tick(6);
  const [first, second] = await listed(host);
  assert.deepEqual([first!.program, first!.name, first!.parent, first!.owner], ["hen.1", "Chick 1", "hen", "world"]);
  assert.deepEqual([first!.map, first!.x, first!.y], [second!.map, second!.x, second!.y]);
  assert.notEqual(first!.body, second!.body);
  assert.deepEqual(answers, [{ kind: "reply", n: 1, ok: true, data: { program: "hen.1", body: first!.body } }]);
  assert.deepEqual([starts[0]!.id, starts[0]!.name, starts[0]!.memory], [first!.body, "Chick 1", { turn: 1 }]);
  const [own, child] = [await detailOf(host, "hen"), await detailOf(host, "hen.1")];
  assert.equal(own.quota.turnsPerSecond + child.quota.turnsPerSecond, quota.turnsPerSecond);
  assert.equal(own.quota.programs + child.quota.programs, quota.programs);
});

test("P37 a family grows to what its first program was given and no further, and a file without a grant is refused", async () => {
  const answers: Percept[] = [];
  const pool = scriptedPool({ hen: broody(6, answers), "hen.1": still, "hen.2": still, "hen.3": still });
  const host = await TestHost.open(openMemory(), { loaded: yardOf(), pool });
  await host.tick(20);
  const children = (await listed(host)).length - 1;
  assert.ok(children >= 1 && children < quota.programs);
  const refused = answers.flatMap((answer) => (answer.kind === "reply" && !answer.ok ? answer.error.code : []));
  assert.ok(refused.length === 6 - children && refused.every((code) => code === "limit"), refused.join());

  const told: Percept[] = [];
  const forbidden = scriptedPool({ hen: broody(1, told, "programs/fox.ts") });
  await (await TestHost.open(openMemory(), { loaded: yardOf(), pool: forbidden })).tick(6);
  assert.deepEqual(
    told.map((answer) => (answer.kind === "reply" && !answer.ok ? answer.error.code : "ok")),
    ["forbidden"],
  );
});

test("P37 children are there again after a crash with what they were given, and what they had goes back when they end", async () => {
  const storage = openMemory();
  const turns: number[] = [];
  const pool = scriptedPool({
    hen: broody(1, []),
    "hen.1": ({ turn }) => {
      turns.push(turn);
      return [];
    },
  });
  const before = await TestHost.open(storage, { loaded: yardOf(), pool });
  await before.tick(6);
  const { info, quota: given } = await detailOf(before, "hen.1");

  const host = await TestHost.open(storage, { loaded: yardOf(), pool });
  await host.tick(6);
  const again = await detailOf(host, "hen.1");
  assert.deepEqual([again.info.body, again.info.parent, again.quota], [info.body, "hen", given]);
  assert.deepEqual(turns, [1], "it did not start anew");

  const ended = host.host.view.command("hen.1", { kind: "end" });
  await host.tick(3);
  await ended;
  assert.deepEqual((await detailOf(host, "hen")).quota, quota);
  assert.deepEqual([(await detailOf(host, "hen.1")).info.status, host.host.view.stats().bodies], ["ended", 1]);
  const last = await TestHost.open(storage, { loaded: yardOf(), pool });
  await last.tick(3);
  assert.deepEqual([(await detailOf(last, "hen.1")).info.status, last.host.view.stats().bodies], ["ended", 1]);
});

test("P37 a child whose code the world no longer has is suspended and says so", async () => {
  const storage = openMemory();
  const pool = scriptedPool({ hen: broody(1, []), "hen.1": still });
  await (await TestHost.open(storage, { loaded: yardOf(), pool })).tick(6);
  const host = await TestHost.open(storage, { loaded: twoFields({ programs: [hen] }), pool });
  await host.tick(3);
  const { info } = await detailOf(host, "hen.1");
  assert.deepEqual([info.status, info.reason], ["suspended", "this world has no programs/chick.ts any more"]);
});
