import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostFrame, Intent } from "@elsewhere/protocol";
import { type Input, type Luggage, MapState, type WorldMap } from "@elsewhere/world";
import { asciiMap } from "../packages/world/src/testing/ascii-map.ts";
import { luggageOf } from "../packages/world/src/testing/stage.ts";
import { WorldClock } from "../packages/server/src/ticks/clock.ts";
import { LiveMap } from "../packages/server/src/ticks/live-map.ts";
import { World } from "../packages/server/src/ticks/world.ts";
import { Sessions } from "../packages/server/src/sessions/sessions.ts";

const ticks = 150;
const seeds = 40;

/** Open ground to the left, a hall and a hidden cellar in the middle, and to the right what nobody on the left can see. */
const square: WorldMap = asciiMap(
  Array.from({ length: 16 }, (_, y) => {
    const wall = y === 2 || y === 13;
    const middle =
      y < 2 || y > 13 ? "............" : wall ? "############" : y === 7 ? "rrrrr#hhhhhh" : y === 8 ? "#rrrr#hhhhh#" : "#rrrr#hhhhh#";
    return `${".".repeat(14)}${middle}${".".repeat(30)}`;
  }).join("\n"),
  {
    places: { r: { name: "hall", room: true }, h: { name: "cellar", room: true, hidden: true, secret: "lantern" } },
    sightTiles: 6,
    hearingTiles: 4,
  },
);

/** Where each of those nobody may know of keeps to: columns from and to. All rows but the outermost are theirs. */
const haunts = { hall: [15, 18], cellar: [20, 24], beyond: [40, 54], ghosts: [0, 55] } as const;
type Haunt = keyof typeof haunts;

/** A number from 0 up to `below`, the same in every run. */
class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(below: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * below);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const spot = (chance: Chance, [from, to]: readonly [number, number]): readonly [number, number] => [
  from + chance.below(to - from + 1),
  3 + chance.below(10),
];

/** Something to do for somebody who keeps to some columns. */
function randomIntent(chance: Chance, columns: readonly [number, number], shouts: boolean): Intent {
  const [x, y] = spot(chance, columns);
  return chance.of<Intent>([
    { kind: "walk", to: `@${x},${y}` },
    { kind: "walk", to: `@${x},${y}` },
    { kind: shouts ? "shout" : "say", text: `word ${chance.below(100)}` },
    { kind: "emote", text: "waves" },
    { kind: "do", verb: "juggle", data: chance.below(9) },
    { kind: "show", traits: { hat: chance.below(3) } },
    { kind: "face", direction: chance.of(["north", "east", "south", "west"] as const) },
    { kind: "look" },
    { kind: "stop" },
  ]);
}

/** A world with two people and a program that all may know of, run by a seed; and, by another, with others that those may not know of. */
class Stage {
  readonly world = new World([new LiveMap(square, MapState.fresh(square))], [], 1);
  readonly sessions = new Sessions({
    world: this.world,
    worldName: "square",
    time: { monotonicMs: () => 0, after: () => () => {}, soon: setImmediate },
    clock: new WorldClock({ tick: 0, now: 0, worldMsPerTick: 100 }, 100),
    policy: {
      verify: async (token) => ({ role: "person", who: `person:${token}`, name: token }),
      newGuest: () => Promise.reject(new Error("no guests")),
      guestAllowed: () => false,
      isProgram: () => false,
      nameTaken: () => false,
    },
    tickMs: 100,
    speed: 1,
    start: { map: "square", entry: "start" },
    walkingSpeed: 6,
  });
  /** All that leaves the world for those outside the hall and the cellar, in order. */
  readonly told: string[] = [];
  tick = 0;
  readonly #numbers = new Map<number, number>();

  come(name: string, frames: "json" | "binary"): (text: string) => void {
    const send = (frame: HostFrame): void => void this.told.push(`${name} ${JSON.stringify(frame)}`);
    const sendBytes = (bytes: Uint8Array): void => void this.told.push(`${name} ${Buffer.from(bytes).toString("hex")}`);
    const events = this.sessions.connect({ loopback: true, bufferedBytes: 0, send, sendBytes, close: () => {} });
    events.received(JSON.stringify({ type: "hello", version: 2, token: name, frames }));
    return events.received;
  }

  post(input: Input): void {
    this.world.post("square", input);
  }

  /** Has a body without a session do something. */
  ask(body: number, intent: Intent): void {
    const n = (this.#numbers.get(body) ?? 0) + 1;
    this.#numbers.set(body, n);
    this.post({ kind: "intent", body, epoch: 1, n, intent });
  }

  pass(): void {
    const programs = (who: string): boolean => who === "person:ada" || who === "person:ben" || who === "program:carl";
    this.sessions.before();
    const step = this.world.step(++this.tick, programs, (body) => this.sessions.wants(body) ?? null);
    const { batch, prepare, publish } = this.sessions.after(this.tick, this.tick, step);
    prepare?.();
    publish();
    for (const memory of batch.memories ?? []) this.told.push(`memory ${JSON.stringify(memory)}`);
    for (const [body, { percepts }] of step.observations) if (body === carl) this.told.push(`carl ${JSON.stringify(percepts)}`);
  }
}

const carl = 77;
const lurker = (id: number, change: Partial<Luggage>): Luggage => luggageOf(id, { kind: "program", speed: 6, ...change });

/** Those nobody else may know of, living by their own seed. */
class Lurkers {
  readonly #chance: Chance;
  readonly #haunts: Haunt[] = [];

  constructor(seed: number) {
    this.#chance = new Chance(seed);
  }

  act(stage: Stage): void {
    const chance = this.#chance;
    if (this.#haunts.length < 24 && chance.below(3) === 0) {
      const haunt = chance.of<Haunt>(["hall", "cellar", "beyond", "ghosts"]);
      const [x, y] = spot(chance, haunts[haunt]);
      const layers = haunt === "ghosts" ? { layerOn: chance.of([2, 4]), layerSees: 7 } : {};
      const holds = { holds: haunt === "cellar" ? ["square/cellar"] : [] };
      stage.post({
        kind: "enter",
        luggage: lurker(1_000 + this.#haunts.length, { ...layers, ...holds }),
        at: { tile: y * square.width + x },
      });
      this.#haunts.push(haunt);
    }
    this.#haunts.forEach((haunt, i) => {
      const mood = chance.below(60);
      // In the open a shout is heard further than one sees.
      if (mood < 20) stage.ask(1_000 + i, randomIntent(chance, haunts[haunt], haunt !== "beyond"));
      else if (mood < 22) stage.post({ kind: mood === 20 ? "detach" : "attach", body: 1_000 + i, epoch: 1 });
    });
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function toldIn(seed: number, lurkers: Lurkers | null): Promise<readonly string[]> {
  const stage = new Stage();
  const chance = new Chance(seed);
  for (let i = 0; i < 20; i++) lurkers?.act(stage);
  stage.pass();
  stage.told.length = 0;
  const people = [stage.come("ada", "json"), stage.come("ben", "binary")];
  await settle();
  stage.post({ kind: "enter", luggage: lurker(carl, { who: "program:carl", name: "Carl" }), at: { tile: 5 * square.width + 6 } });
  const numbers = [0, 0];
  for (let i = 0; i < ticks; i++) {
    lurkers?.act(stage);
    people.forEach((send, who) => {
      if (i > 2 && chance.below(4) === 0) {
        const intent = intentOutside(chance);
        send(JSON.stringify({ type: "intent", n: ++numbers[who]!, intent }));
      }
    });
    if (chance.below(4) === 0) stage.ask(carl, intentOutside(chance));
    if (chance.below(40) === 0) people[0]!(JSON.stringify({ type: "resync" }));
    stage.pass();
  }
  return stage.told;
}

/** What those outside try: also to get at what they do not know of. */
function intentOutside(chance: Chance): Intent {
  return chance.below(3) > 0
    ? randomIntent(chance, [0, 13], true)
    : chance.of<Intent>([
        { kind: "walk", to: "cellar" },
        { kind: "walk", to: "square/cellar~candle" },
        { kind: "walk", to: "@22,7" },
        { kind: "walk", to: { body: 1_000 + chance.below(24) } },
        { kind: "follow", body: 1_000 + chance.below(24) },
        { kind: "look", at: 1_000 + chance.below(24) },
        { kind: "whisper", text: "psst", to: 1_000 + chance.below(24) },
        { kind: "use", target: 1_000 + chance.below(24) },
        { kind: "do", verb: "poke", to: 1_000 + chance.below(24) },
        { kind: "take", thing: 1_000 + chance.below(24) },
      ]);
}

test("X20 whatever happens where one may not know of it, everything one is told is the same to the byte", async () => {
  let frames = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const alone = await toldIn(seed, null);
    frames += alone.length;
    for (const lurking of [1, 2]) {
      const among = await toldIn(seed, new Lurkers(1_000 * seed + lurking));
      const at = alone.findIndex((line, i) => line !== among[i]);
      assert.equal(among[at], alone[at], `seed ${seed} with lurkers ${lurking}, message ${at}`);
      assert.equal(among.length, alone.length);
    }
  }
  assert.ok(frames > seeds * ticks * 2, `only ${frames} messages were compared`);
});

test("X20 the comparison would notice one who can be perceived", async () => {
  const alone = await toldIn(1, null);
  class Intruder extends Lurkers {
    #there = false;
    override act(stage: Stage): void {
      if (!this.#there) stage.post({ kind: "enter", luggage: lurker(2_000, {}), at: { tile: 8 * square.width + 10 } });
      this.#there = true;
    }
  }
  assert.notDeepEqual(await toldIn(1, new Intruder(1)), alone);
});
