import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteWriter, patchParts, type Percept, tickParts, writeBody, writeStep, writeTick, writeView } from "@elsewhere/protocol";
import { enter } from "./enter.ts";
import { done, outcome, ScriptedHost, seen, tick, view, welcome } from "./testing/scripted-host.ts";

const enterScripted = async (host: ScriptedHost) => {
  const entering = enter(host.options);
  host.letIn();
  return entering;
};

test("C1 entering resolves at the first view and not before", async () => {
  const host = new ScriptedHost();
  const entering = enter({ ...host.options, name: "Ada", entry: "harbour/quay" });
  assert.equal(host.last.url, "ws://host.test:7070/ws");
  host.last.accept();
  assert.deepEqual(host.last.frames, [{ type: "hello", version: 2, name: "Ada", entry: "harbour/quay", frames: "binary" }]);
  host.last.say(welcome());
  assert.equal(await outcome(entering), "waits");
  host.last.say(view());
  const world = await entering;
  assert.deepEqual(
    [world.me.id, world.me.name, world.name, world.map, world.tick, world.now],
    [7, "Ada", "Harbour", "harbour", 10, 1_000_000],
  );
  assert.deepEqual(world.state, { kind: "open" });
});

test("C1 an address that is none is refused", async () => {
  const host = new ScriptedHost();
  assert.deepEqual(await outcome(enter({ ...host.options, url: "harbour" })), { error: "malformed" });
  assert.deepEqual(await outcome(enter({ ...host.options, url: "file:///etc" })), { error: "malformed" });
  assert.equal(host.sockets.length, 0);
});

test("C2 a view replaces all that was perceived", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  host.last.say(view({ map: "hall", bodies: [seen(9, "Bo")], doors: [{ name: "gate", open: false, x: 3, y: 4 }] }));
  assert.equal(world.map, "hall");
  assert.deepEqual([...world.bodies.keys()], [9]);
  assert.deepEqual([...world.doors.keys()], ["gate"]);
});

test("C3 a tick moves bodies and shows who appeared, changed and vanished, and which door opened", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  host.last.say(view({ bodies: [seen(7, "Ada"), seen(8, "Cy")], doors: [{ name: "gate", open: false, x: 3, y: 4 }] }));
  const told: unknown[] = [];
  world.on("tick", (event) => told.push(event));
  host.last.say(
    tick(
      [
        { kind: "appeared", body: seen(9, "Bo", 5, 5) },
        { kind: "vanished", body: { id: 8, name: "Cy" } },
        { kind: "changed", body: { ...seen(7, "Ada"), traits: { hat: "red" } } },
        { kind: "door", name: "gate", open: true, x: 3, y: 4 },
      ],
      [
        [7, 1.5, 1, 1],
        [9, 5, 5.25, 2],
      ],
    ),
  );
  assert.deepEqual([...world.bodies.keys()], [7, 9]);
  assert.deepEqual(world.bodies.get(7), { ...seen(7, "Ada", 1.5, 1), facing: "east", traits: { hat: "red" } });
  assert.deepEqual(world.bodies.get(9), seen(9, "Bo", 5, 5.25));
  assert.equal(world.doors.get("gate")?.open, true);
  assert.deepEqual(told, [{ tick: 11, now: 1_006_000, moved: [7, 9] }]);
  assert.equal(host.last.countOf("resync"), 0);
});

test("C4 a move of an unknown body asks for the view, once until it comes", async () => {
  const host = new ScriptedHost();
  await enterScripted(host);
  host.last.say(tick([], [[99, 1, 1, 0]]));
  host.last.say(tick([], [[99, 1, 2, 0]]));
  assert.equal(host.last.countOf("resync"), 1);
  host.last.say(view());
  host.last.say(tick([], [[99, 1, 1, 0]]));
  assert.equal(host.last.countOf("resync"), 2);
});

test("C3 a door that comes into sight is known from then on", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  host.last.say(tick([{ kind: "door", name: "hatch", open: true, x: 3, y: 4 }]));
  assert.deepEqual([...world.doors.values()], [{ name: "hatch", open: true, x: 3, y: 4 }]);
  assert.equal(host.last.countOf("resync"), 0);
});

/** A view and the ticks after it in their binary form, of somebody who is alone and walks east. */
function binaryFrames(ticks: number): Uint8Array[] {
  const ada = { ...seen(7, "Ada"), x: 24, y: 24, facing: 2, asleep: false };
  const frame = (write: (out: ByteWriter) => void): Uint8Array => {
    const out = new ByteWriter(64);
    write(out);
    return out.since(0);
  };
  const bodies = (out: ByteWriter): number => {
    for (const number of [0, 0, 1, 1, 1, 7]) out.varint(number);
    writeBody(out, ada);
    return tickParts.fresh;
  };
  const walks = (out: ByteWriter): number => {
    out.byte(1);
    out.byte(patchParts.all);
    writeStep(out, 6, 0, 1);
    return tickParts.patches;
  };
  const head = { seq: 0, tick: 10, now: 1_000, worldMsPerTick: 100, map: "harbour", body: 7, sightTiles: 16 };
  const view = frame((out) => writeView(out, head, bodies, []));
  const later = Array.from({ length: ticks }, (_, i) =>
    frame((out) => writeTick(out, { seq: i + 1, passed: 1 }, walks, [], () => out.since(0))),
  );
  return [view, ...later];
}

test("C25 binary frames are read in their order, and where one is missing the view is asked for, once", async () => {
  const host = new ScriptedHost();
  const entering = enter(host.options);
  host.last.accept();
  host.last.say(welcome());
  const [first, ...ticks] = binaryFrames(300);
  host.last.sayBytes(first!);
  const world = await entering;
  for (const bytes of ticks.slice(0, 280)) host.last.sayBytes(bytes);
  assert.deepEqual([world.tick, world.now, world.bodies.get(7)!.x], [290, 29_000, 1.5 + (280 * 6) / 16]);
  for (const bytes of ticks.slice(281, 285)) host.last.sayBytes(bytes);
  assert.deepEqual([world.tick, host.last.countOf("resync")], [290, 1]);
  host.last.sayBytes(first!);
  host.last.sayBytes(ticks[0]!);
  assert.deepEqual([world.tick, world.bodies.get(7)!.x, host.sockets.length], [11, 1.5 + 6 / 16, 1]);
});

test("C22 a binary frame that cannot be read begins the connection anew", async () => {
  const host = new ScriptedHost();
  await enterScripted(host);
  host.last.sayBytes(Uint8Array.of(9, 9, 9));
  host.pass(1_000);
  assert.equal(host.sockets.length, 2);
});

test("C5 listeners hear a percept after the world shows it, and one that throws silences no other", async () => {
  const host = new ScriptedHost();
  const world = await enterScripted(host);
  const heard: unknown[] = [];
  world.me.on("appeared", ({ body }) => heard.push(["me", world.bodies.has(body.id)]));
  world.on("percept", () => {
    throw new Error("listener");
  });
  world.on("percept", async () => {
    throw new Error("async listener");
  });
  const stop = world.on("percept", (percept: Percept) => heard.push(["world", percept.kind]));
  host.last.say(tick([{ kind: "appeared", body: seen(9, "Bo") }]));
  stop();
  host.last.say(tick([{ kind: "emoted", from: { id: 9, name: "Bo" }, text: "waves" }]));
  assert.deepEqual(heard, [
    ["me", true],
    ["world", "appeared"],
  ]);
  await Promise.resolve();
  assert.equal(host.faults.length, 4);
});

test("C6 what the world would not read is rejected before it is sent", async () => {
  const host = new ScriptedHost();
  const { me } = await enterScripted(host);
  assert.deepEqual(await outcome(me.say("x".repeat(501))), { error: "limit" });
  assert.deepEqual(await outcome(me.say("")), { error: "malformed" });
  assert.deepEqual(await outcome(me.face("up" as "north")), { error: "malformed" });
  assert.equal(host.last.countOf("intent"), 0);
});

test("C7 an intent is settled by the reply or the error that bears its number", async () => {
  const host = new ScriptedHost();
  const { me } = await enterScripted(host);
  const [said, walked, used] = [me.say("hello"), me.go("harbour/bakery"), me.use("gate", "1234")];
  assert.deepEqual(
    host.last.intents.map(({ n }) => n),
    [1, 2, 3],
  );
  host.last.say(tick([done(1)]));
  host.last.say({ type: "error", n: 3, error: { code: "locked", message: "wrong code", field: "intent.code" } });
  assert.deepEqual(await outcome(said), { value: undefined });
  assert.deepEqual(await outcome(used), { error: "locked" });
  assert.equal(await outcome(walked), "waits");
  host.last.say(tick([{ kind: "reply", n: 2, ok: false, error: { code: "unreachable", message: "no way" } }]));
  assert.deepEqual(await outcome(walked), { error: "unreachable" });
});

test("C8 who looks through a program's eyes cannot act", async () => {
  const host = new ScriptedHost();
  const entering = enter({ ...host.options, token: "operator", observe: "baker" });
  host.last.accept();
  assert.deepEqual(host.last.frames, [{ type: "hello", version: 2, token: "operator", observe: "baker", frames: "binary" }]);
  host.last.say(welcome({ observing: true, body: 3, name: "Baker" }));
  host.last.say(view());
  const world = await entering;
  assert.equal(world.me.id, 3);
  assert.deepEqual(await outcome(world.me.say("hello")), { error: "forbidden" });
});
