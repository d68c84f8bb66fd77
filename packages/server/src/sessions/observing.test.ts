import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostFrame } from "@elsewhere/protocol";
import { type Luggage, MapState, type WorldMap } from "@elsewhere/world";
import { WorldClock } from "../ticks/clock.ts";
import { LiveMap } from "../ticks/live-map.ts";
import { World } from "../ticks/world.ts";
import { Sessions } from "./sessions.ts";

const side = 8;
const grid = side * side;
const room: WorldMap = {
  name: "room",
  width: side,
  height: side,
  tile: { width: 32, height: 32 },
  blocked: new Uint8Array(grid),
  silent: new Uint8Array(grid),
  roomOf: new Uint16Array(grid),
  rooms: [],
  hiddenAt: null,
  closed: new Set(),
  layerAt: null,
  places: [],
  entries: [{ name: "start", tiles: Int32Array.of(0) }],
  exits: [],
  worldExits: [],
  doors: [],
  things: [],
  sightTiles: 16,
  hearingTiles: 8,
  properties: {},
};

function baker(id: number): Luggage {
  const nothing = { traits: {}, marks: {}, description: "", portable: false, carried: [], holds: [], errand: null };
  return {
    id,
    who: `program:${id}`,
    kind: "program",
    name: `Baker ${id}`,
    epoch: 1,
    lastN: 0,
    layerOn: 1,
    layerSees: 1,
    speed: 6,
    ...nothing,
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("S9 who looks through a program's eyes is shown what the program itself does not listen to, and only as long", async () => {
  const world = new World([new LiveMap(room, MapState.fresh(room))], [], 1);
  const sessions = new Sessions({
    world,
    worldName: "room",
    time: { monotonicMs: () => 0, after: () => () => {}, soon: setImmediate },
    policy: {
      verify: async () => ({ role: "operator" }),
      newGuest: () => Promise.reject(new Error("no guests")),
      guestAllowed: () => false,
      isProgram: () => true,
      nameTaken: () => false,
    },
    clock: new WorldClock({ tick: 0, now: 0, worldMsPerTick: 100 }, 100),
    tickMs: 100,
    speed: 1,
    start: { map: "room", entry: "start" },
    walkingSpeed: 6,
  });
  let tick = 0;
  const pass = (): ReadonlySet<number> => {
    sessions.before();
    const step = world.step(
      ++tick,
      () => true,
      (body) => sessions.wants(body) ?? new Set<never>(),
    );
    const taken = sessions.after(tick, tick, step);
    taken.prepare?.();
    taken.publish();
    return new Set(step.observations.keys());
  };
  for (const id of [1, 2, 3]) world.post("room", { kind: "enter", luggage: baker(id), at: null });
  let n = 0;
  const wave = (): void => world.post("room", { kind: "intent", body: 3, epoch: 1, n: ++n, intent: { kind: "do", verb: "wave" } });
  pass();
  const frames: HostFrame[] = [];
  const send = (frame: HostFrame): void => void frames.push(frame);
  const connection = { loopback: true, bufferedBytes: 0, send, sendBytes: () => {}, close: () => {} };
  const events = sessions.connect(connection);
  events.received(JSON.stringify({ type: "hello", version: 2, token: "operator", observe: "1" }));
  await settle();
  pass();
  wave();
  assert.deepEqual(pass(), new Set([1, 3]), "the one that is observed, and the one that is answered");
  const told = frames.flatMap((frame) => (frame.type === "tick" ? frame.percepts : []));
  assert.deepEqual(told, [{ kind: "did", from: { id: 3, name: "Baker 3" }, verb: "wave", data: null, to: null }]);
  events.closed();
  wave();
  assert.deepEqual(pass(), new Set([3]));
});
