import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReplayOrder } from "@elsewhere/protocol";
import { Perceiver } from "../state/perceiver.ts";
import { Film, type Viewpoint } from "./film.ts";
import { bodyAt, standsAt, tickOf, viewOf, Wire } from "./testing/wire.ts";

const own: Viewpoint = { kind: "own", body: 7, name: "Ada" };

function filmOf(viewpoint: Viewpoint = own, at: number | null = 60_000): { readonly film: Film; readonly wire: Wire } {
  const wire = new Wire();
  return { wire, film: new Film({ url: "ws://host/ws", token: "t", viewpoint, at, now: 0 }, wire) };
}

const ada = bodyAt(7, "Ada", 1);

test("K105 the hello says whose past and which moment, and acting is no part of it", () => {
  for (const [viewpoint, said] of [
    [own, { at: 60_000 }],
    [
      { kind: "map", map: "inn" },
      { map: "inn", at: 60_000 },
    ],
    [
      { kind: "as", who: "program:baker", body: 3, name: "Marta" },
      { as: "program:baker", at: 60_000 },
    ],
  ] as const) {
    const { wire } = filmOf(viewpoint);
    wire.last.begins();
    assert.deepEqual(wire.last.sent[0], { type: "hello", version: 2, token: "t", frames: "binary", replay: said });
  }
  const { wire } = filmOf(own, null);
  wire.last.begins();
  assert.deepEqual(wire.last.sent[0]!["replay"], {}, "the newest moment is asked for by naming none");
});

test("K106 what is shown is a whole moment: views replace, ticks go on, and who is gone is not shown", () => {
  const { film, wire } = filmOf();
  wire.last.begins(standsAt(60_000), viewOf("inn", 60_000, [ada, bodyAt(8, "Bea", 4)]));
  assert.deepEqual([film.map, film.now, film.bodies.size, film.state.kind], ["inn", 60_000, 2, "open"]);
  wire.last.says(tickOf(66_000, { moves: [[8, 5, 2, 1]], percepts: [{ kind: "vanished", body: { id: 7, name: "Ada" } }] }));
  assert.deepEqual(
    [...film.bodies.values()].map(({ id, x, facing }) => [id, x, facing]),
    [[8, 5, "east"]],
  );
  wire.last.says(standsAt(72_000, { gone: "away" }));
  assert.deepEqual([film.bodies.size, film.now], [0, 72_000]);
  wire.last.says(tickOf(78_000, { moves: [[99, 1, 1, 0]] }));
  assert.deepEqual(wire.last.sent.at(-1), { type: "resync" }, "a body nobody knows calls for a view");
});

test("K106 another moment is no walk there: the log begins anew and nobody glides", () => {
  const { film, wire } = filmOf();
  const seer = new Perceiver(film);
  film.on("leap", () => seer.leap());
  const glides: number[] = [];
  film.on("view", () => glides.push(film.tickMs));
  wire.last.begins(standsAt(60_000), viewOf("inn", 60_000, [ada]));
  const bea = { id: 8, name: "Bea" };
  wire.last.says(tickOf(66_000, { percepts: [{ kind: "heard", from: bea, how: "say", text: "Good day." }] }));
  assert.deepEqual(
    seer.log.value.entries.map(({ text }) => text),
    ["Bea says: Good day."],
  );
  film.order({ at: 300_000 });
  wire.last.says(standsAt(300_000), viewOf("inn", 300_000, [ada]));
  assert.deepEqual(seer.log.value.entries, []);
  assert.deepEqual(glides, [1, 1]);
  assert.equal(film.tickMs, 100, "then a step glides as a tick does");
  film.order({ speed: 60 });
  wire.goOn(100);
  wire.last.says(standsAt(306_000, { speed: 60 }), viewOf("inn", 312_000, [ada]));
  assert.equal(seer.leaps.value, 2, "going on fast is no leap");
});

test("K107 a lost line is made again at the same moment, at the same speed, and as the same one", () => {
  const { film, wire } = filmOf({ kind: "map", map: "inn" });
  wire.last.begins(standsAt(60_000, { as: null, map: "inn" }), viewOf("inn", 60_000, [ada]));
  film.order({ map: "mill", speed: 10 });
  wire.last.says(standsAt(60_000, { as: null, map: "mill", speed: 10 }), viewOf("mill", 60_000, []), tickOf(90_000));
  wire.last.breaks();
  assert.equal(film.state.kind, "waiting");
  film.order({ step: 1 });
  wire.goOn(500);
  assert.equal(wire.sockets.length, 2);
  wire.last.begins();
  assert.deepEqual(wire.last.sent[0]!["replay"], { map: "mill", at: 90_000 });
  wire.goOn(500);
  assert.deepEqual(wire.last.orders, [{ step: 1 }], "what was asked for meanwhile is done, and a step stands still");
});

test("K107 a host that lost it goes on as fast as before", () => {
  const { film, wire } = filmOf();
  wire.last.begins(standsAt(60_000), viewOf("inn", 60_000, [ada]));
  film.order({ speed: -60 });
  wire.last.says(standsAt(60_000, { speed: -60 }));
  wire.last.says({ type: "bye", reason: "closing", error: null });
  wire.goOn(500);
  wire.last.begins();
  assert.deepEqual(wire.last.orders, [{ speed: -60 }]);
});

test("K107 an order that is never answered, as well as a line that never opens, is given up", () => {
  const { film, wire } = filmOf();
  wire.goOn(31_000);
  assert.equal(wire.sockets.length, 2);
  wire.last.begins(standsAt(60_000), viewOf("inn", 60_000, [ada]));
  wire.goOn(100_000);
  assert.equal(wire.sockets.length, 2, "standing still is no silence");
  film.order({ at: 0 });
  wire.goOn(31_000);
  assert.equal(wire.sockets.length, 3);
});

test("K107 what the host refuses ends the film with its reason, and what it cannot do does not", () => {
  const { film, wire } = filmOf();
  wire.last.begins(standsAt(60_000), viewOf("inn", 60_000, [ada]));
  const refusals: string[] = [];
  film.on("refused", ({ message }) => refusals.push(message));
  wire.last.says({ type: "error", n: null, error: { code: "unknown", message: "no such map" } });
  assert.deepEqual([refusals, film.state.kind], [["no such map"], "open"]);
  wire.last.says({ type: "bye", reason: "refused", error: { code: "limit", message: "16 replays run already" } });
  assert.equal(film.state.kind === "closed" && film.state.error?.message, "16 replays run already");
  assert.equal(wire.last.open, false);
  film.order({ at: 1 });
  wire.goOn(100_000);
  assert.equal(wire.sockets.length, 1, "over is over");
});

test("K104 what is asked for before the host has let one in is asked for then", () => {
  const { film, wire } = filmOf();
  const wanted: ReplayOrder[] = [{ at: 1000 }, { at: 2000 }, { speed: 60 }];
  for (const order of wanted) film.order(order);
  wire.goOn(300);
  assert.deepEqual(wire.last.sent, []);
  wire.last.begins();
  wire.goOn(300);
  assert.deepEqual(wire.last.orders, [{ at: 2000, speed: 60 }]);
});
