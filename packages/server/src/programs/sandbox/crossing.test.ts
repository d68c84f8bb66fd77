import assert from "node:assert/strict";
import { test } from "node:test";
import type { Percept } from "@elsewhere/protocol";
import type { TurnInput } from "../contract.ts";
import { dawn, fresh, good, type Guest, hourMs, restored, startInput, texts, turnInput } from "../testing/guest.ts";
import { done, heard } from "../testing/percepts.ts";

/** In the middle of everything when it leaves: three awaits inside each other, a generator half-way, two waits for a time. */
const traveller = `
class Purse { #pence = 3; spend() { return --this.#pence; } }
const purse = new Purse();
const stays = new Map([["born", Date.now()]]);
const note = (place) => stays.set(place, new Date().toISOString());
function* days() { yield "Monday"; yield "Tuesday"; yield "Wednesday"; }
const day = days();
day.next();
const say = (...words) => console.log(me.id, me.name, new Date().toISOString(), ...words);

sleep({ hours: 5 }).then(() => say("slept", purse.spend(), Math.random()));
me.until("heard", { where: ({ text }) => text === "never", timeout: { hours: 6 } }).then((nobody) => say("until", nobody));
me.on("heard", ({ text }) => say("heard", text));
me.on("arrived", ({ map, crossing }) => say("arrived", map, crossing.from, crossing.lost.join()));

async function inner(offer) { const arrival = await me.accept(offer); note(arrival.to); return arrival; }
async function middle(offer) { const { from, program } = await inner(offer); return from + " " + program + " " + day.next().value; }
me.on("offered", async (offer) => {
  me.go("inn").catch(({ code }) => say("no inn:", code));
  say("here I am", await middle(offer), purse.spend(), [...stays.keys()].join("|"), JSON.stringify(memory));
  memory.crossed = (memory.crossed ?? 0) + 1;
});`;

const offered: Percept = { kind: "offered", offer: "AAAAAAAAAAAAAAAAAAAAAA", to: "haven", place: null, by: "op", forSeconds: 60 };
const mailAndWelcome = (n: number): readonly Percept[] => [
  heard("safe journey"),
  { kind: "reply", n, ok: true, data: { from: "harbour", to: "haven", program: "owl@abc", body: 70 } },
  { kind: "arrived", map: "garden", x: 1, y: 1, crossing: { from: "harbour", to: "haven", awayMs: 0, lost: ["a key"] } },
];

/** The turn in which it consents, and what it leaves behind: it waits for two answers, the first of them that to its consent. */
function consent(source: Guest): number {
  good(source.run(startInput()));
  const { outcome } = good(source.run(turnInput(2, dawn + hourMs, [offered])));
  const [go, accept] = outcome.intents;
  assert.deepEqual([go?.intent.kind, accept?.intent.kind], ["walk", "accept"]);
  return accept!.n;
}

const arriving = (n: number, shiftMs: number, rewound: TurnInput["rewound"] = null): TurnInput => ({
  ...turnInput(3, dawn + hourMs + shiftMs, mailAndWelcome(n)),
  rewound,
  arrived: { id: 70, name: "The owl", shiftMs, n },
});

test("P71 from an image, at another host, a program goes on in the middle of every await, with all that it had", () => {
  const source = fresh(traveller);
  const n = consent(source);
  const image = source.image();
  const shiftMs = 365 * 24 * hourMs;
  const there = restored(traveller, image);
  const first = good(there.run(arriving(n, shiftMs)));
  const clock = new Date(dawn + hourMs + shiftMs).toISOString();
  const me = `70 The owl ${clock}`;
  assert.deepEqual(texts(first.outcome), [
    `${me} no inn: interrupted`,
    `${me} heard safe journey`,
    `${me} here I am harbour owl@abc Tuesday 2 born|haven {}`,
    `${me} arrived garden harbour a key`,
  ]);
  assert.deepEqual(first.outcome.memory, { crossed: 1 });
  assert.equal(first.outcome.wakeAt, dawn + 5 * hourMs + shiftMs);

  const again = restored(traveller, there.image());
  const rest = (guest: Guest): string[] =>
    [5, 6].flatMap((hour) => texts(good(guest.run(turnInput(hour - 1, dawn + hour * hourMs + shiftMs))).outcome));
  const expected = rest(there);
  assert.match(expected[0]!, /slept 1 0\.\d+$/);
  assert.match(expected[1]!, /until null$/);
  assert.deepEqual(rest(again), expected, "it has arrived for good: the next image says nothing of where it came from");

  const stayed = good(source.run(turnInput(3, dawn + 5 * hourMs, [done(1)])));
  assert.match(texts(stayed.outcome)[0]!, /^7 Ada .* slept 2 0\.\d+$/, "where nothing was shifted it waits as it did");
});

test("P71 the first turn at another host is the same on every machine, and a host far behind serves as well", () => {
  const source = fresh(traveller);
  const n = consent(source);
  const image = source.image();
  const [one, other] = [restored(traveller, image), restored(traveller, image)];
  const input = arriving(n, -20 * 365 * 24 * hourMs);
  const first = good(one.run(input));
  assert.equal(first.json, good(other.run(input)).json);
  assert.equal(first.outcome.wakeAt, dawn + 5 * hourMs - 20 * 365 * 24 * hourMs);
});

test("P72 a heap taken back to the image it arrived with arrives anew", () => {
  const source = fresh(traveller);
  const n = consent(source);
  const image = source.image();
  const there = restored(traveller, image);
  good(there.run(arriving(n, hourMs)));
  const back = good(restored(traveller, image).run(arriving(n, hourMs, { lastN: 90 }))).outcome;
  assert.equal(back.wakeAt, dawn + 6 * hourMs);
  const said = texts(back);
  assert.match(said[0]!, /^70 The owl .* no inn: interrupted$/);
  assert.ok(said.some((line) => line.includes("arrived garden harbour")));
  assert.ok(!said.some((line) => line.includes("here I am")), "its consent was answered to the heap that is gone");
});
