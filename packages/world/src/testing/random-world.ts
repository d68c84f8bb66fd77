import type { Direction, Intent } from "@elsewhere/protocol";
import fc from "fast-check";
import type { Input } from "../inputs.ts";
import type { WorldMap } from "../map.ts";
import { asciiMap } from "./ascii-map.ts";
import { luggageOf } from "./stage.ts";

const width = 10;
const height = 7;
/** Bodies that may come in, and the ids that intents speak of: one of them is nobody. */
const walkers = [1, 2, 3, 4, 5, 6];
const things = [7, 8, 9];
const thing = fc.constantFrom(...things, 1);
const anybody = fc.constantFrom(...walkers, ...things, 10);

/**
 * Letters of a random map: ground, walls, two rooms, two doors with their steps, exits of both kinds, silence; a hidden room
 * with an entry, an exit and a door of its own, and a place on another layer.
 */
const letters: readonly fc.WeightedArbitrary<string>[] = [
  { arbitrary: fc.constant("."), weight: 50 },
  { arbitrary: fc.constant("#"), weight: 14 },
  { arbitrary: fc.constantFrom("r", "s"), weight: 6 },
  { arbitrary: fc.constantFrom("D", "d", "E", "e", "O"), weight: 10 },
  { arbitrary: fc.constantFrom("x", "y", "f", "q", "m"), weight: 6 },
  { arbitrary: fc.constantFrom("h", "k", "z", "g", "P", "p", "l"), weight: 9 },
];

/** A room is a block, so that there is an inside worth crossing into. */
const block = fc.record({ x: fc.nat(width - 4), y: fc.nat(height - 3), letter: fc.constantFrom("r", "s", "h", "l") });

/** The hidden room of every random map that has one. */
export const hideout = { name: "hideout", room: true, secret: "hush" } as const;

export const randomMap: fc.Arbitrary<WorldMap> = fc
  .record({
    cells: fc.array(fc.oneof(...letters), { minLength: width * height, maxLength: width * height }),
    rooms: fc.array(block, { maxLength: 4 }),
  })
  .map(({ cells, rooms }) => {
    const drawn = [...cells];
    for (const { x, y, letter } of rooms) {
      for (let row = y; row < y + 3; row++) for (let column = x; column < x + 4; column++) drawn[row * width + column] = letter;
    }
    drawn[0] = "n";
    const rows = Array.from({ length: height }, (_, y) => drawn.slice(y * width, (y + 1) * width).join(""));
    return asciiMap(rows.join("\n"), {
      places: {
        r: { name: "red", room: true },
        s: { name: "sun", room: true },
        m: { name: "market" },
        hkzgP: hideout,
        l: { name: "loft", layer: 1 },
      },
      doors: {
        D: { name: "gate", steps: { d: { autoOpen: true, autoClose: true } }, blocksOpen: "O" },
        E: { name: "hatch", open: true, steps: { e: { autoClose: true, code: "7" } } },
        P: { name: "panel", steps: { p: { autoOpen: true, autoClose: true } } },
      },
      entries: { n: "start", k: "den" },
      exits: { x: { map: "square", entry: "start" }, z: { map: "square", entry: "den" }, y: { map: "far" } },
      worldExits: { f: "ferry", g: "hole" },
      silent: "q",
      sightTiles: 4,
      hearingTiles: 2,
    });
  });

export const farMap = asciiMap("....", { name: "far" });

const spot = fc.tuple(fc.nat(width - 1), fc.nat(height - 1)).map(([x, y]) => `@${x},${y}`);
const text = fc.constantFrom("hello", "bread");
const randomIntent: fc.Arbitrary<Intent> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant("walk" as const), to: spot }), weight: 8 },
  fc.record({
    kind: fc.constant("walk" as const),
    to: fc.constantFrom("red", "sun", "market", "ferry", "far@2,0", "start", "nowhere", "square/red", "den", "hole"),
  }),
  {
    arbitrary: fc.record({
      kind: fc.constant("walk" as const),
      to: fc.constantFrom("hideout", "hideout~hush", "square/hideout~hush", "hideout~loud", "red~hush"),
    }),
    weight: 3,
  },
  fc.record({ kind: fc.constant("walk" as const), to: fc.record({ body: anybody }) }),
  fc.record({ kind: fc.constant("follow" as const), body: anybody }),
  fc.record({ kind: fc.constant("stop" as const) }),
  fc.record({ kind: fc.constant("face" as const), direction: fc.constantFrom<Direction>("north", "east", "south", "west") }),
  fc.record({ kind: fc.constantFrom("say" as const, "shout" as const), text }),
  fc.record({ kind: fc.constant("whisper" as const), text, to: anybody }),
  fc.record({ kind: fc.constant("emote" as const), text }),
  fc.record({ kind: fc.constant("look" as const) }),
  fc.record({ kind: fc.constant("look" as const), at: anybody }),
  fc.record({
    kind: fc.constant("use" as const),
    target: fc.oneof(anybody, fc.constantFrom("gate", "hatch", "panel")),
    code: fc.constantFrom("7", "8"),
  }),
  { arbitrary: fc.record({ kind: fc.constant("take" as const), thing }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant("drop" as const), thing }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("give" as const), thing, to: anybody }), weight: 2 },
  fc.record({ kind: fc.constant("show" as const), traits: fc.nat(2).map((hat) => ({ hat })) }),
  fc.record({ kind: fc.constant("do" as const), verb: fc.constant("juggle"), data: fc.nat(3), to: anybody }),
  fc.record({ kind: fc.constant("leave" as const) }),
);

/** An input, but for the number of an intent, which whoever runs it fills in. */
export type Deed =
  | Exclude<Input, { kind: "intent" | "arrive" }>
  | { readonly kind: "ask"; readonly body: number; readonly epoch: number; readonly intent: Intent };

const at = fc.oneof(
  fc.constant(null),
  fc.nat(width * height - 1).map((tile) => ({ tile })),
  fc.constantFrom({ place: "start" }, { place: "ferry" }, { place: "den" }),
);
const walker = fc.constantFrom(...walkers);
const layers = fc.integer({ min: 1, max: 3 });
const epoch = fc.integer({ min: 1, max: 2 });
const enters: fc.Arbitrary<Deed> = fc
  .record({ id: fc.constantFrom(...walkers, ...things), speed: fc.constantFrom(5, 16, 40), layers, at })
  .map((one) => {
    const isThing = things.includes(one.id);
    const luggage = luggageOf(one.id, {
      kind: isThing ? "thing" : "person",
      speed: isThing ? 0 : one.speed,
      layerOn: one.layers,
      layerSees: one.layers,
    });
    return { kind: "enter", luggage, at: one.at };
  });

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    arbitrary: fc.record({ kind: fc.constant("ask" as const), body: walker, epoch: fc.constantFrom(2, 2, 2, 1), intent: randomIntent }),
    weight: 24,
  },
  { arbitrary: enters, weight: 14 },
  fc.record({ kind: fc.constant("attach" as const), body: walker, epoch }),
  fc.record({ kind: fc.constant("detach" as const), body: walker, epoch }),
  { arbitrary: fc.record({ kind: fc.constant("remove" as const), body: anybody }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant("layers" as const), body: anybody, on: layers, sees: layers }), weight: 1 },
);

/** What is asked of a map, tick by tick, beginning with everybody coming in. */
export const randomDays: fc.Arbitrary<readonly (readonly Deed[])[]> = fc
  .tuple(fc.array(enters, { minLength: 6, maxLength: 9 }), fc.array(fc.array(deed, { maxLength: 4 }), { minLength: 20, maxLength: 80 }))
  .map(([first, ticks]) => [first, ...ticks]);

/** The same days when everybody holds the hidden room. */
export const holdersDays: typeof randomDays = randomDays.map((days) =>
  days.map((deeds) =>
    deeds.map((deed) => {
      if (deed.kind !== "enter" || deed.luggage.kind === "thing") return deed;
      return { ...deed, luggage: { ...deed.luggage, holds: [`square/${hideout.name}`] } };
    }),
  ),
);
