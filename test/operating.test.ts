/** What an operator has done with programs, in a whole host. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, type Percept, type ProgramCommand, type ProgramInfo } from "@elsewhere/protocol";
import type { TurnInput } from "../packages/server/src/programs/contract.ts";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import type { Storage } from "../packages/server/src/storage/contract.ts";
import { twoFields } from "./support/fields.ts";
import { TestHost } from "./support/host.ts";
import { type Script, scriptedPool, scriptedProgram } from "./support/scripted-pool.ts";

/** Wakes in every tick. */
function restless(inputs: TurnInput[]): Script {
  return (input) => {
    inputs.push(input);
    return { wakeAt: input.now + 1, intents: [{ n: input.turn, intent: { kind: "look" } }] };
  };
}

class Operated {
  readonly inputs: TurnInput[] = [];
  readonly storage: Storage = openMemory();
  host!: TestHost;

  static async open(script?: Script): Promise<Operated> {
    const operated = new Operated();
    await operated.start(script);
    return operated;
  }

  async start(script: Script = restless(this.inputs)): Promise<void> {
    const loaded = twoFields({ programs: [scriptedProgram("baker", "The baker", "east/start")] });
    const bundle = { code: "new", codeHash: "2".repeat(64), codeBytes: 3, map: "{}", files: [] };
    this.host = await TestHost.open(this.storage, {
      loaded: { ...loaded, bundle: async () => bundle },
      pool: scriptedPool({ baker: script }),
    });
  }

  async command(command: ProgramCommand): Promise<void> {
    const done = this.host.host.view.command("baker", command);
    const ticks = this.host.tick(12);
    await Promise.all([done, ticks]);
  }

  async info(): Promise<ProgramInfo> {
    const detail = this.host.host.view.program("baker");
    await this.host.tick();
    return (await detail)!.info;
  }
}

test("P39 a suspended program has no turns, after a restart neither, until it is resumed; its mail waits", async () => {
  const operated = await Operated.open();
  await operated.host.tick(8);
  await operated.command({ kind: "suspend" });
  await operated.host.tick(2);
  const turns = operated.inputs.length;
  await operated.host.tick(10);
  assert.equal(operated.inputs.length, turns);
  const { status, reason } = await operated.info();
  assert.deepEqual([status, reason], ["suspended", "suspended by the operator"]);
  await operated.start();
  await operated.host.tick(5);
  assert.equal(operated.inputs.length, turns);
  await operated.command({ kind: "resume" });
  await operated.host.tick(5);
  assert.ok(operated.inputs.length > turns);
  assert.equal(operated.inputs[turns]!.turn, turns + 1);
  assert.ok(operated.inputs[turns]!.percepts.some((percept) => percept.kind === "reply" && percept.n === turns));
  await assert.rejects(operated.command({ kind: "resume" }), { code: "forbidden" });
});

test("P39 an upgraded program starts anew with its memory and numbers on", async () => {
  const inputs: TurnInput[] = [];
  const operated = await Operated.open((input) => {
    inputs.push(input);
    const intents = [{ n: (input.start?.lastN ?? 0) + input.turn, intent: { kind: "look" as const } }];
    return { wakeAt: input.now + 1, intents: input.turn < 4 ? intents : [], memory: { turn: input.turn } };
  });
  await operated.host.tick(12);
  await operated.command({ kind: "upgrade" });
  await operated.host.tick(4);
  const again = inputs.filter(({ start }) => start !== null);
  assert.equal(again.length, 2);
  assert.deepEqual(again[1]!.start!.lastN, 3);
  assert.ok(Number(again[1]!.start!.memory["turn"]) > 3);
});

test("P39 a program is not taken back to an image that is not its own, or of which nobody can tell whose it is", async () => {
  const operated = await Operated.open();
  await operated.host.tick(4 * limits.turnsBetweenImagesMax);
  const detail = operated.host.host.view.program("baker");
  await operated.host.tick();
  const image = (await detail)!.images[0]!;
  const before = operated.inputs.at(-1)!.turn;
  assert.ok(image.turn < before);
  await assert.rejects(operated.command({ kind: "rewind", hash: "0".repeat(64) }), { code: "unknown" });
  // A scripted image has no envelope, so that its code cannot be told: such a one is never gone back to.
  await assert.rejects(operated.command({ kind: "rewind", hash: image.hash }), { code: "forbidden" });
});

test("P39 a program that was ended leaves the world for good, and commands for it or for nobody are refused", async () => {
  const operated = await Operated.open();
  await operated.host.tick(6);
  await operated.command({ kind: "end" });
  await operated.host.tick(3);
  assert.deepEqual([(await operated.info()).status, operated.host.host.view.stats().bodies], ["ended", 0]);
  const turns = operated.inputs.length;
  await operated.start();
  await operated.host.tick(5);
  assert.deepEqual([operated.inputs.length, operated.host.host.view.stats().bodies], [turns, 0]);
  await assert.rejects(operated.command({ kind: "resume" }), { code: "forbidden" });
  await assert.rejects(operated.host.host.view.command("nobody", { kind: "end" }), { code: "unknown" });
  assert.equal(
    await operated.host.host.view.program("nobody").then(
      (found) => found,
      () => "hangs",
    ),
    null,
  );
});

test("P28 an intent with a forged number that was used before is refused, and what it asks for is not done", async () => {
  const answers: Percept[] = [];
  const operated = await Operated.open((input) => {
    answers.push(...input.percepts.filter(({ kind }) => kind === "reply"));
    return { wakeAt: input.now + 1, intents: input.turn <= 2 ? [{ n: 1, intent: { kind: "look" } }] : [] };
  });
  await operated.host.tick(12);
  assert.deepEqual(
    answers.map((answer) => answer.kind === "reply" && [answer.n, answer.ok || answer.error.code]),
    [
      [1, true],
      [1, "malformed"],
    ],
  );
});
