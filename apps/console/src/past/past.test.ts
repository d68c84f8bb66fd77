import assert from "node:assert/strict";
import { afterEach, beforeEach, type TestContext, test } from "node:test";
import type { ProgramInfo } from "@elsewhere/protocol";
import { operatorToken } from "../state/operator.ts";
import { Perceiver, type Seeing } from "../state/perceiver.ts";
import { presence } from "../state/session.ts";
import { followed, eyes, acts } from "../state/operator.ts";
import { shownMap } from "../state/world.ts";
import {
  askingToken,
  backToLive,
  goTo,
  goToNext,
  holdStill,
  letGo,
  lookFrom,
  mayLookBack,
  moment,
  play,
  setPace,
  step,
  trouble,
  viewpoint,
} from "./past.ts";
import { past } from "./shown.ts";
import { bodyAt, standsAt, tickOf, viewOf, Wire } from "./testing/wire.ts";

let wire = new Wire();

beforeEach((t) => {
  wire = new Wire();
  const context = t as TestContext;
  context.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.WebSocket = wire.WebSocket;
  globalThis.location = { origin: "https://host" } as Location;
});

afterEach(() => {
  backToLive();
  setPace(1);
  presence.value = { kind: "arriving", note: null };
  operatorToken.value = null;
  followed.value = null;
  shownMap.value = null;
});

const ada = bodyAt(7, "Ada", 1);

/** Somebody who is inside the world in the present. */
function enterAda(): void {
  const world: Seeing = {
    me: { id: 7, name: "Ada" },
    state: { kind: "open" },
    map: "harbour",
    bodies: new Map(),
    doors: new Map(),
    tick: 100,
    now: 600_000,
    tickMs: 100,
    observing: false,
    token: "ada's",
    on: () => () => {},
  };
  const seer = new Perceiver(world) as unknown as Extract<typeof presence.value, { kind: "inside" }>["perceiver"];
  presence.value = { kind: "inside", perceiver: seer };
}

test("K105 K113 somebody inside goes into their own past and nobody else's, and cannot act there", () => {
  assert.equal(mayLookBack.value, false);
  enterAda();
  assert.deepEqual([mayLookBack.value, acts.value, askingToken.value], [true, true, "ada's"]);
  goTo(60_000);
  assert.equal(eyes.value?.world.token, "ada's");
  assert.equal(acts.value, true, "until the past is here the present is shown");
  wire.last.begins(standsAt(60_000), viewOf("harbour", 60_000, [ada]));
  assert.deepEqual(wire.last.sent[0]!["replay"], { at: 60_000 });
  assert.deepEqual([acts.value, eyes.value?.self?.name, moment.value, viewpoint.value?.kind], [false, "Ada", 60_000, "own"]);
  backToLive();
  assert.deepEqual([acts.value, past.value, moment.value, wire.last.open], [true, null, null, false]);
});

test("K105 an operator sees all of a map, or as somebody else did, whom they already look through first", () => {
  operatorToken.value = "op";
  lookFrom({ kind: "map", map: "inn" });
  wire.last.begins(standsAt(60_000, { as: null, map: "inn" }), viewOf("inn", 60_000, [ada]));
  assert.deepEqual([wire.last.sent[0]!["token"], askingToken.value], ["op", "op"]);
  lookFrom({ kind: "map", map: "mill" });
  assert.deepEqual(wire.last.orders, [{ map: "mill" }], "another map is shown on the same line");
  const whole = wire.last;
  lookFrom({ kind: "as", who: "program:baker", body: 3, name: "Marta" });
  assert.equal(past.value?.film.map, "inn", "what is shown stays until there is something else to show");
  wire.last.begins(standsAt(60_000, { as: "program:baker" }), viewOf("inn", 60_000, [bodyAt(3, "Marta", 1)]));
  assert.deepEqual(wire.last.sent[0]!["replay"], { as: "program:baker", at: 60_000 });
  assert.deepEqual([eyes.value?.self?.name, whole.open], ["Marta", false]);
  backToLive();
  const info = { program: "miller", name: "Odo" } satisfies Partial<ProgramInfo>;
  const world = {
    ...past.value,
    me: { id: 4, name: "Odo" },
    on: () => () => {},
    bodies: new Map(),
    doors: new Map(),
    map: "",
    observing: true,
  };
  followed.value = { ...info, perceiver: new Perceiver(world as unknown as Seeing) as never };
  goTo(0);
  assert.deepEqual(viewpoint.value, { kind: "as", who: "program:miller", body: 4, name: "Odo" });
});

test("K104 the handle stays where it was put until the past is there, and then goes with it", () => {
  enterAda();
  goTo(60_000);
  wire.last.begins(standsAt(60_000), viewOf("harbour", 60_000, [ada]));
  goTo(300_000);
  wire.last.says(tickOf(66_000));
  assert.equal(moment.value, 300_000);
  wire.last.says(standsAt(300_000), viewOf("harbour", 300_000, [ada]));
  play(1);
  wire.last.says(tickOf(306_000));
  assert.equal(moment.value, 306_000);
});

test("K104 a handle that is held stands still, and goes on as fast as before when it is let go", (t) => {
  enterAda();
  goTo(60_000);
  wire.last.begins(standsAt(60_000), viewOf("harbour", 60_000, [ada]));
  setPace(60);
  play(-1);
  const orders = (): unknown => {
    wire.goOn(200);
    t.mock.timers.tick(200);
    return wire.last.orders.at(-1);
  };
  assert.deepEqual(orders(), { speed: -60 });
  wire.last.says(standsAt(54_000, { speed: -60 }));
  setPace(1000);
  assert.deepEqual(orders(), { speed: -1000 }, "a new pace is taken at once");
  wire.last.says(standsAt(48_000, { speed: -1000 }));
  holdStill();
  assert.deepEqual(orders(), { speed: 0 });
  wire.last.says(standsAt(48_000));
  goTo(90_000);
  letGo();
  assert.deepEqual(orders(), { speed: -1000 });
  assert.deepEqual(wire.last.orders.at(-2), { at: 90_000 });
  step(-1);
  assert.deepEqual(orders(), { step: -1 });
});

test("K108 the next time somebody speaks is asked for, and none is said to be none", () => {
  enterAda();
  goToNext("heard", "Marta", false);
  wire.last.begins(standsAt(60_000), viewOf("harbour", 60_000, [ada]));
  assert.deepEqual(wire.last.orders, [{ next: { kind: "heard", back: false, who: "Marta" } }]);
  wire.last.says(standsAt(60_000, { found: false }));
  assert.match(trouble.value!, /^Marta never speaks after this moment/);
  goToNext("did", null, true);
  assert.equal(trouble.value, null);
});

test("K112 a past that cannot be begun leaves one in the present and says why; one that breaks off, too", () => {
  enterAda();
  goTo(60_000);
  wire.last.says({ type: "bye", reason: "refused", error: { code: "limit", message: "16 replays run already: come again later" } });
  assert.deepEqual([past.value, trouble.value], [null, "The past cannot be shown: 16 replays run already: come again later"]);
  goTo(60_000);
  wire.last.begins(standsAt(60_000), viewOf("harbour", 60_000, [ada]));
  wire.last.says({ type: "bye", reason: "refused", error: { code: "corrupt", message: "a block does not match its hash" } });
  assert.deepEqual([past.value, acts.value], [null, true]);
  assert.match(trouble.value!, /^The past cannot be shown: A block does not match/);
});

test("K112 other eyes that cannot be looked through leave what was shown", () => {
  operatorToken.value = "op";
  lookFrom({ kind: "map", map: "inn" });
  const whole = wire.last;
  whole.begins(standsAt(60_000, { as: null, map: "inn" }), viewOf("inn", 60_000, [ada]));
  lookFrom({ kind: "as", who: "Nobody", body: 9, name: "Nobody" });
  wire.last.begins({ type: "bye", reason: "refused", error: { code: "unknown", message: "nobody is called Nobody" } });
  assert.deepEqual([past.value?.film.map, viewpoint.value, whole.open], ["inn", { kind: "map", map: "inn" }, true]);
  assert.equal(trouble.value, "Nobody is called Nobody");
});
