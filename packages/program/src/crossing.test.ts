import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, type Percept, type PerceptOf } from "@elsewhere/protocol";
import { Runtime } from "./runtime.ts";
import { done, heard, settled, starting, turn } from "./testing/turn.ts";

const offer: PerceptOf<"offered"> = {
  kind: "offered",
  offer: "AAAAAAAAAAAAAAAAAAAAAA",
  to: "haven",
  place: null,
  by: "operator",
  forSeconds: 60,
};
const knock: PerceptOf<"knocked"> = {
  kind: "knocked",
  offer: "BBBBBBBBBBBBBBBBBBBBBB",
  name: "Owl",
  host: "harbour",
  heapBytes: 9,
  forSeconds: 60,
};
const arrival = { from: "harbour", to: "haven", program: "owl@abc", body: 12 };
const arrived: Percept = {
  kind: "arrived",
  map: "garden",
  x: 1,
  y: 2,
  crossing: { from: "harbour", to: "haven", awayMs: 3, lost: ["spawns of programs/chick.ts"] },
};
const yes = (n: number): Percept => ({ kind: "reply", n, ok: true, data: arrival });
const head = { id: 12, name: "Owl", shiftMs: 0, n: 1 };

const begun = async (): Promise<Runtime> => {
  const runtime = new Runtime();
  await turn(runtime, 1000, { start: starting });
  return runtime;
};

test("P70 what is offered is accepted and declined, by itself or by its name, and `ask` tells where it wants to go", async () => {
  const runtime = await begun();
  const { me } = runtime;
  const pending = [
    me.accept(offer),
    me.accept(knock),
    me.accept("CCCCCCCCCCCCCCCCCCCCCC"),
    me.decline(offer),
    me.decline(knock, "full"),
    me.ask({ cross: "elsewhere://haven.example/garden" }),
  ];
  const { intents } = await turn(runtime, 2000);
  assert.deepEqual(
    intents.map(({ intent }) => intent),
    [
      { kind: "accept", offer: offer.offer },
      { kind: "accept", offer: knock.offer },
      { kind: "accept", offer: "CCCCCCCCCCCCCCCCCCCCCC" },
      { kind: "decline", offer: offer.offer },
      { kind: "decline", offer: knock.offer, why: "full" },
      { kind: "cross", to: "elsewhere://haven.example/garden" },
    ],
  );
  await turn(runtime, 3000, { percepts: [done(2), done(4), done(5)] });
  assert.deepEqual(await Promise.all(pending.map(settled)), [
    "waits",
    { value: undefined },
    "waits",
    { value: undefined },
    { value: undefined },
    "waits",
  ]);
});

test("P70 who stays hears the reason", async () => {
  const runtime = await begun();
  const stays = assert.rejects(runtime.me.accept(offer), { code: "unreachable", message: "haven did not answer in time" });
  await turn(runtime, 2000);
  const error = { code: "unreachable", message: "haven did not answer in time" } as const;
  await turn(runtime, 3000, { percepts: [{ kind: "reply", n: 1, ok: false, error }] });
  await stays;
});

test("P71 where it goes on it is somebody else, what it waited for is rejected first, and then its consent is answered", async () => {
  const runtime = await begun();
  const { me } = runtime;
  const order: unknown[] = [];
  const note = (what: unknown): number => order.push([what, me.id, me.name]);
  const crossing = me.accept(offer).then(note);
  for (const asked of [me.go("inn"), me.say("wait")]) asked.catch(({ code, message }) => note(`${code}: ${message}`));
  me.on("heard", ({ text }) => note(text));
  me.on("arrived", ({ crossing: change }) => note(change?.lost));
  await turn(runtime, 2000);
  await turn(runtime, 500, { arrived: head, percepts: [heard("safe journey"), yes(1), arrived] });
  await crossing;
  const interrupted = "interrupted: this program has crossed to another host: what it had asked for there may be done or not";
  assert.deepEqual(
    order,
    [interrupted, interrupted, "safe journey", arrival, ["spawns of programs/chick.ts"]].map((what) => [what, 12, "Owl"]),
  );
  void me.say("so");
  assert.equal((await turn(runtime, 600)).intents[0]?.n, 4, "its numbers go on");
});

for (const shiftMs of [-5_000_000, 0, 86_400_000.5]) {
  test(`P71 by a clock that is ${shiftMs} ms ahead every wait for a time lasts as long as it would have`, async () => {
    const runtime = await begun();
    const ended: string[] = [];
    void runtime.me.until("emoted", { timeout: { ms: 300 } }).then((nobody) => ended.push(`until ${nobody?.kind}`));
    void runtime.me.until("heard", { timeout: { ms: 350 } }).then((some) => ended.push(`heard ${some?.kind}`));
    void runtime.sleep({ ms: 200 }).then(() => ended.push("sleep"));
    void runtime.at(new Date(1400)).then(() => ended.push("at"));
    assert.equal((await turn(runtime, 1000)).wakeAt, 1200);
    void runtime.me.ask({ cross: "haven" });
    await turn(runtime, 1100);
    const there = 1150 + shiftMs;
    assert.equal((await turn(runtime, there, { arrived: { ...head, shiftMs }, percepts: [yes(1)] })).wakeAt, 1200 + shiftMs);
    assert.deepEqual(ended, []);
    assert.equal((await turn(runtime, 1200 + shiftMs)).wakeAt, 1300 + shiftMs);
    await turn(runtime, 1300 + shiftMs);
    const { wakeAt } = await turn(runtime, 1300 + shiftMs, { percepts: [heard("hello")] });
    assert.equal(wakeAt, 1400 + shiftMs, "the timer of a wait that is over is gone too");
    assert.equal((await turn(runtime, 1400 + shiftMs)).wakeAt, null);
    assert.deepEqual(ended, ["sleep", "until undefined", "heard heard", "at"]);
  });
}

test("P71 a time that ran out on the way is over in the first turn there, before the mail", async () => {
  const runtime = await begun();
  const order: string[] = [];
  runtime.me.say("hello").catch(({ code }) => order.push(code));
  void runtime.sleep({ ms: 50 }).then(() => order.push("slept"));
  runtime.me.on("heard", ({ text }) => order.push(text));
  await turn(runtime, 1000);
  await turn(runtime, 9060, { arrived: { ...head, shiftMs: 8000, n: 7 }, percepts: [heard("mail")] });
  assert.deepEqual(order, ["interrupted", "slept", "mail"]);
});

test("P72 taken back to where it arrived it arrives anew, and what it still waits for is rejected, its consent too", async () => {
  const runtime = await begun();
  const { me } = runtime;
  const crossing = me.accept(offer);
  const rejected = assert.rejects(crossing, { code: "interrupted", message: /taken back to an earlier state/ });
  const walk = assert.rejects(me.go("inn"), { code: "interrupted", message: /crossed to another host/ });
  void runtime.sleep({ ms: 500 });
  await turn(runtime, 1000);
  const { wakeAt } = await turn(runtime, 2000, { arrived: { ...head, shiftMs: 1000 }, rewound: { lastN: 40 }, percepts: [yes(1)] });
  await Promise.all([rejected, walk]);
  assert.deepEqual([wakeAt, me.id, me.name], [2500, 12, "Owl"]);
  void me.say("so");
  assert.equal((await turn(runtime, 2100)).intents[0]?.n, 41);
});

test("P71 a heap full of waits and unanswered intents goes on", async () => {
  const runtime = await begun();
  const { me } = runtime;
  const naps = Array.from({ length: limits.timersMax }, (_, i) => runtime.sleep({ ms: 100 + i }));
  const asked = Array.from({ length: limits.intentsPerTurnMax - 1 }, () => me.emote("waves").catch(({ code }: { code: string }) => code));
  const crossing = me.ask({ cross: "haven" });
  await turn(runtime, 1000);
  const n = limits.intentsPerTurnMax;
  await turn(runtime, 11_000, { arrived: { ...head, shiftMs: 10_000, n }, percepts: [yes(n)] });
  assert.deepEqual(await crossing, arrival);
  assert.deepEqual(new Set(await Promise.all(asked)), new Set(["interrupted"]));
  await turn(runtime, 11_099 + limits.timersMax);
  await Promise.all(naps);
});
