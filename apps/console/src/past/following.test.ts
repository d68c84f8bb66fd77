import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Film, type Viewpoint } from "./film.ts";
import { kept, keepTo, whereabouts } from "./following.ts";
import { bodyAt, standsAt, viewOf, Wire } from "./testing/wire.ts";

const marta = { body: 3, name: "Marta", who: "program:baker" };
const wholeOf = (map: string): { as: null; map: string } => ({ as: null, map });

beforeEach(() => (kept.value = null));

function follow(viewpoint: Viewpoint) {
  const wire = new Wire();
  const film = new Film({ url: "ws://host/ws", token: "t", viewpoint, at: 0, now: 0 }, wire);
  const main = wire.last;
  const focus: (number | null)[] = [];
  const stop = keepTo(film, (body) => focus.push(body), {
    scout: (from, at) => new Film({ url: "ws://host/ws", token: "t", viewpoint: from, at, now: at }, wire),
    after: wire.after,
  });
  return { wire, film, main, focus, stop };
}

test("K110 whoever is followed goes to another map, and the picture goes after them", () => {
  const { wire, main, focus } = follow({ kind: "map", map: "harbour" });
  main.begins(standsAt(6000, wholeOf("harbour")), viewOf("harbour", 6000, [bodyAt(3, "Marta", 4)]));
  kept.value = marta;
  assert.equal(focus.at(-1), 3);
  main.says(viewOf("harbour", 12_000, []));
  assert.deepEqual([whereabouts.value, wire.sockets.length], [{ kind: "looking" }, 2]);
  wire.last.begins(standsAt(12_000), viewOf("bakery", 12_000, [bodyAt(3, "Marta", 1)]));
  assert.deepEqual(wire.last.sent[0]!["replay"], { as: "program:baker", at: 12_000 });
  assert.deepEqual(main.orders, [{ map: "bakery" }]);
  main.says(standsAt(12_000, wholeOf("bakery")), viewOf("bakery", 12_000, [bodyAt(3, "Marta", 1)]));
  assert.deepEqual([whereabouts.value, focus.at(-1), wire.last.open], [{ kind: "here" }, 3, false]);
});

test("K110 K111 why somebody is on no map is told, and looked at again as time goes on", () => {
  const { wire, main } = follow({ kind: "map", map: "harbour" });
  main.begins(standsAt(6000, wholeOf("harbour")), viewOf("harbour", 6000, []));
  kept.value = marta;
  const scout = wire.last;
  scout.begins(standsAt(6000, { gone: "before" }));
  assert.deepEqual(whereabouts.value, { kind: "gone", why: "before" });
  wire.goOn(5000);
  assert.deepEqual(scout.orders, [], "while nothing moves nothing is asked");
  for (let now = 12_000; now < 180_000; now += 6000) {
    wire.goOn(100);
    main.says(viewOf("harbour", now, []));
  }
  assert.ok(scout.orders.length >= 2 && scout.orders.length <= 4, `asked ${scout.orders.length} times in 2.8 s`);
  kept.value = null;
  assert.equal(scout.open, false);
});

test("K111 who is between two maps, or whom the host does not tell of, is said to be", () => {
  const { wire, main } = follow({ kind: "map", map: "harbour" });
  main.begins(standsAt(6000, wholeOf("harbour")), viewOf("harbour", 6000, []));
  kept.value = marta;
  wire.last.begins(standsAt(6000));
  wire.goOn(1000);
  assert.deepEqual(whereabouts.value, { kind: "between" });
  wire.last.says({ type: "bye", reason: "refused", error: { code: "unknown", message: "nobody of that name" } });
  assert.deepEqual(whereabouts.value, { kind: "lost", why: "nobody of that name" });
});

test("K110 through anybody's own eyes one is followed only as far as they see", () => {
  const { wire, main, focus } = follow({ kind: "own", body: 7, name: "Ada" });
  main.begins(standsAt(6000), viewOf("harbour", 6000, [bodyAt(3, "Marta", 4)]));
  kept.value = marta;
  main.says(viewOf("harbour", 12_000, []));
  assert.deepEqual([whereabouts.value, focus.at(-1), wire.sockets.length], [{ kind: "unseen" }, null, 1]);
});
