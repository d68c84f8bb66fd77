import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { enter, type EnterOptions } from "./enter.ts";
import type { ConnectionState } from "./state.ts";
import { done, outcome, ScriptedHost, tick, view, welcome } from "./testing/scripted-host.ts";

const enterScripted = async (host: ScriptedHost, more: Partial<EnterOptions> = {}) => {
  const entering = enter({ ...host.options, ...more });
  host.letIn();
  return entering;
};

const numbers = (host: ScriptedHost): readonly number[] => host.last.intents.map(({ n }) => n);

test("C9 a lost connection is tried again, each time after twice as long, up to a limit", async () => {
  const host = new ScriptedHost();
  const states: ConnectionState[] = [];
  const world = await enterScripted(host, { onState: (state) => states.push(state) });
  for (let attempt = 1; attempt <= 7; attempt += 1) {
    host.last.drop();
    const state = world.state;
    assert.equal(state.kind, "waiting");
    host.pass(state.retryMs - 1);
    assert.equal(host.sockets.length, attempt);
    host.pass(1);
    assert.equal(host.sockets.length, attempt + 1);
  }
  const waits = states.filter((state) => state.kind === "waiting").map(({ attempt, retryMs }) => [attempt, retryMs]);
  // The upper half is by chance, and chance here is 0.5.
  assert.deepEqual(waits, [
    [1, 375],
    [2, 750],
    [3, 1500],
    [4, 3000],
    [5, 6000],
    [6, 11_250],
    [7, 11_250],
  ]);
  host.letIn();
  assert.deepEqual(world.state, { kind: "open" });
  host.last.drop();
  assert.deepEqual(world.state, { kind: "waiting", attempt: 1, retryMs: 375, error: null });
});

test("C9 a host that never answers the call is given up and called again", async () => {
  const host = new ScriptedHost();
  const entering = enter(host.options);
  host.pass(limits.connectMsMax);
  assert.equal(host.last.over, true);
  host.pass(1000);
  assert.equal(host.sockets.length, 2);
  host.letIn();
  assert.equal((await entering).state.kind, "open");
});

test("C10 it comes back with its token, also with the one a guest was given", async () => {
  const host = new ScriptedHost();
  const entering = enter({ ...host.options, name: "Ada" });
  host.last.accept();
  host.last.say(welcome({ token: "guest-token" }));
  host.last.say(view());
  const world = await entering;
  assert.equal(world.token, "guest-token");
  host.last.drop();
  host.pass(1000);
  host.last.accept();
  assert.deepEqual(host.last.frames, [{ type: "hello", version: 2, token: "guest-token", name: "Ada", frames: "binary" }]);
  host.last.say(welcome({ token: null }));
  assert.equal(world.token, "guest-token");
});

test("C11 what the world did not take is sent again with its number, in order", async () => {
  const host = new ScriptedHost();
  const { me } = await enterScripted(host);
  const said = [me.say("one"), me.say("two"), me.say("three")];
  host.last.say(tick([done(1)]));
  host.last.drop();
  host.pass(1000);
  host.letIn(1);
  assert.deepEqual(host.last.intents, [
    { n: 2, intent: { kind: "say", text: "two" } },
    { n: 3, intent: { kind: "say", text: "three" } },
  ]);
  host.last.say(tick([done(2), done(3)]));
  assert.deepEqual(await Promise.all(said.map(outcome)), [{ value: undefined }, { value: undefined }, { value: undefined }]);
});

test("C12 what the world took and did not answer is done, but a walk goes on and a look is asked afresh", async () => {
  const host = new ScriptedHost();
  const { me } = await enterScripted(host);
  const [said, walked, looked, late] = [me.say("one"), me.go("bakery"), me.look(), me.say("late")];
  host.last.drop();
  host.pass(1000);
  host.letIn(3);
  assert.deepEqual(host.last.intents, [
    { n: 4, intent: { kind: "say", text: "late" } },
    { n: 5, intent: { kind: "walk", to: "bakery" } },
    { n: 6, intent: { kind: "look" } },
  ]);
  assert.deepEqual(await outcome(said), { value: undefined });
  // The old walk ends in favour of the new one: its answer is nobody's.
  host.last.say(tick([{ kind: "reply", n: 2, ok: false, error: { code: "interrupted", message: "another walk" } }]));
  assert.equal(await outcome(walked), "waits");
  assert.equal(await outcome(looked), "waits");
  const look = { map: "harbour" };
  host.last.say(tick([done(4), done(5), { kind: "reply", n: 6, ok: true, data: look }]));
  assert.deepEqual(await outcome(walked), { value: undefined });
  assert.deepEqual(await outcome(looked), { value: look });
  assert.deepEqual(await outcome(late), { value: undefined });
});

test("C12 a walk that a later movement took the place of is not walked again", async () => {
  const host = new ScriptedHost();
  const { me } = await enterScripted(host);
  const [first, second, third] = [me.go("bakery"), me.go("quay"), me.go("market")];
  host.last.drop();
  host.pass(1000);
  host.letIn(2);
  assert.deepEqual(host.last.intents, [{ n: 3, intent: { kind: "walk", to: "market" } }]);
  assert.deepEqual(
    [await outcome(first), await outcome(second), await outcome(third)],
    [{ error: "interrupted" }, { error: "interrupted" }, "waits"],
  );
  void me.stop();
  host.last.drop();
  host.pass(1000);
  host.letIn(4);
  assert.deepEqual(host.last.intents, []);
  assert.deepEqual(await outcome(third), { error: "interrupted" });
});

test("C13 numbering goes on after the greater of its own and the world's last number", async () => {
  const host = new ScriptedHost();
  const entering = enter({ ...host.options, token: "t" });
  host.letIn(41);
  const { me } = await entering;
  void me.stop();
  assert.deepEqual(numbers(host), [42]);
  host.last.drop();
  host.pass(1000);
  host.letIn(42);
  void me.stop();
  assert.deepEqual(numbers(host), [43]);
  host.last.drop();
  host.pass(1000);
  host.letIn(50);
  void me.stop();
  assert.deepEqual(numbers(host), [51]);
});

test("C14 intents made while the connection is down are sent once it stands", async () => {
  const host = new ScriptedHost();
  const { me } = await enterScripted(host);
  host.last.drop();
  const said = me.say("while away");
  host.pass(1000);
  host.last.accept();
  void me.say("before the welcome");
  assert.deepEqual(numbers(host), []);
  host.last.say(welcome());
  assert.deepEqual(numbers(host), [1, 2]);
  host.last.say(view());
  host.last.say(tick([done(1)]));
  assert.deepEqual(await outcome(said), { value: undefined });
});

test("C14 no more than a limit wait", async () => {
  const host = new ScriptedHost();
  const { me } = await enterScripted(host);
  host.last.drop();
  for (let i = 0; i < limits.unansweredIntentsMax; i += 1) void me.stop();
  assert.deepEqual(await outcome(me.stop()), { error: "limit" });
});

for (const [reason, code] of [
  ["fenced", "fenced"],
  ["refused", "forbidden"],
  ["withdrawn", "away"],
  ["left", "away"],
] as const) {
  test(`C15 ${reason} is final: what waits is rejected and nothing is tried again`, async () => {
    const host = new ScriptedHost();
    const world = await enterScripted(host);
    const said = world.me.say("hello");
    host.last.say({ type: "bye", reason, error: null });
    assert.deepEqual(world.state, { kind: "closed", reason, error: null });
    assert.deepEqual(await outcome(said), { error: code });
    assert.deepEqual(await outcome(world.me.say("again")), { error: code });
    assert.equal(host.last.over, true);
    host.pass(1_000_000);
    assert.equal(host.sockets.length, 1);
    assert.equal(host.timersLeft, 0);
  });
}

test("C15 a refusal before the first view rejects entering with the host's reason", async () => {
  const host = new ScriptedHost();
  const entering = enter({ ...host.options, token: "old" });
  host.last.accept();
  host.last.say({ type: "bye", reason: "refused", error: { code: "forbidden", message: "token has expired", field: "token" } });
  await assert.rejects(entering, { code: "forbidden", message: "token has expired" });
});

test("C15 a host of another version is refused", async () => {
  const host = new ScriptedHost();
  const entering = enter(host.options);
  host.last.accept();
  host.last.say(welcome({ version: 1 }));
  assert.deepEqual(await outcome(entering), { error: "unsupported" });
});

test("C16 closing is not final, and its reason is shown", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  host.last.say({ type: "bye", reason: "closing", error: { code: "limit", message: "the world is full" } });
  assert.equal(world.state.kind, "waiting");
  assert.equal(world.state.error?.code, "limit");
  host.pass(1000);
  host.letIn();
  assert.deepEqual(world.state, { kind: "open" });
});

test("C17 leaving resolves when the world says one has left, with or without a reply", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  const leaving = world.leave();
  host.last.say({ type: "bye", reason: "left", error: null });
  assert.deepEqual(await outcome(leaving), { value: undefined });
  assert.equal(world.state.kind, "closed");
});

test("C12 C17 who left as the line was lost, and was brought back in by the next one, leaves again", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  const leaving = world.leave();
  host.last.drop();
  host.pass(1000);
  host.letIn(1);
  assert.equal(await outcome(leaving), "waits");
  assert.deepEqual(host.last.intents, [{ n: 2, intent: { kind: "leave" } }]);
  host.last.say({ type: "bye", reason: "left", error: null });
  assert.deepEqual(await outcome(leaving), { value: undefined });
  assert.equal(world.state.kind, "closed");
});

test("C17 leaving where there is no exit rejects and one stays", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  const leaving = world.leave();
  host.last.say(tick([{ kind: "reply", n: 1, ok: false, error: { code: "out_of_reach", message: "no exit here" } }]));
  assert.deepEqual(await outcome(leaving), { error: "out_of_reach" });
  assert.equal(world.state.kind, "open");
});

test("C18 close ends it for good and leaves no timer", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  const walked = world.me.go("bakery");
  world.close();
  assert.deepEqual(world.state, { kind: "closed", reason: "closed", error: null });
  assert.deepEqual(await outcome(walked), { error: "away" });
  assert.equal(host.timersLeft, 0);
  host.last.say(view({ map: "too late" }));
  assert.equal(world.map, "harbour");
});

test("C18 a signal gives up before and after entering", async () => {
  const host = new ScriptedHost();
  const early = new AbortController();
  const never = enter({ ...host.options, signal: early.signal });
  host.last.drop();
  early.abort();
  assert.deepEqual(await outcome(never), { error: "away" });
  assert.equal(host.timersLeft, 0);
  const late = new AbortController();
  const world = await enterScripted(host, { signal: late.signal });
  late.abort();
  assert.equal(world.state.kind, "closed");
  assert.deepEqual(await outcome(enter({ ...host.options, signal: late.signal })), { error: "away" });
});

test("C18 closed from within a listener, nothing is dialled any more", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  world.on("state", ({ kind }) => kind === "connecting" && world.close());
  host.last.drop();
  host.pass(1000);
  assert.equal(world.state.kind, "closed");
  assert.equal(host.sockets.length, 1);
});

test("C19 it sends no faster than the host reads", async () => {
  const host = new ScriptedHost();
  const { me } = await enterScripted(host);
  for (let i = 0; i < 200; i += 1) void me.stop();
  assert.ok(host.last.frames.length <= limits.framesPerSecondMax);
  for (let second = 1; second < 10; second += 1) {
    host.pass(1000);
    host.last.say(tick([]));
    assert.ok(host.last.frames.length <= limits.framesPerSecondMax * (second + 1));
  }
  assert.deepEqual(
    numbers(host),
    Array.from({ length: 200 }, (_, i) => i + 1),
  );
});

test("C20 a host that falls silent is asked for a view and then given up", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  host.pass(limits.quietMsMax);
  assert.equal(host.last.countOf("resync"), 1);
  host.last.say(view());
  host.pass(limits.quietMsMax);
  assert.equal(host.last.countOf("resync"), 2);
  assert.equal(world.state.kind, "open");
  host.pass(limits.quietMsMax);
  assert.equal(world.state.kind, "waiting");
});

test("C21 a world that holds its breath is shown as paused and waited for", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  host.last.say({ type: "paused", reason: "the disk is full" });
  assert.deepEqual(world.state, { kind: "paused", reason: "the disk is full" });
  host.pass(10 * limits.quietMsMax);
  assert.equal(world.state.kind, "paused");
  host.last.say({ type: "paused", reason: null });
  assert.deepEqual(world.state, { kind: "open" });
});

for (const text of ["{", "null", "[]", '{"n":1}', '{"type":"tick"}', '{"type":"view"}', '{"type":"bye","reason":"fenced","error":3']) {
  test(`C22 after a frame that cannot be read the line is begun anew: ${text}`, async () => {
    const host = new ScriptedHost();
    const world = await enterScripted(host);
    host.last.sayText(text);
    assert.equal(world.state.kind, "waiting");
    assert.equal(world.state.error?.code, "malformed");
    assert.equal(host.last.over, true);
    assert.deepEqual([world.map, world.bodies.size], ["harbour", 1]);
  });
}

test("C22 frames of a type it does not know are passed over, complaints that are no answer are told", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  const complaints: string[] = [];
  world.on("error", ({ code }) => complaints.push(code));
  host.last.sayText('{"type":"weather","rain":true}');
  host.last.say({ type: "error", n: null, error: { code: "malformed", message: "frame is not JSON" } });
  assert.deepEqual(world.state, { kind: "open" });
  assert.deepEqual(complaints, ["malformed"]);
});
