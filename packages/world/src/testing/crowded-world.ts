import type { Intent } from "@elsewhere/protocol";
import type { Input } from "../inputs.ts";
import type { WorldMap } from "../map.ts";
import { asciiMap } from "./ascii-map.ts";
import { luggageOf } from "./stage.ts";

/** Numbers from a seed: the same seed makes the same world, and the same days in it. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to `sides`. */
  roll(sides: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * sides);
  }

  of<T>(list: readonly T[]): T {
    return list[this.roll(list.length)]!;
  }
}

/** Layers a body may be on or see, in bits: the common one, two others, several at once. */
const layers = [1, 1, 1, 2, 3, 4, 5, 7];

/** A map of many cells with rooms, some of them hidden, thresholds between them and open ground, and places on other layers. */
export function crowdedMap(dice: Dice): WorldMap {
  const [width, height] = [20 + dice.roll(21), 14 + dice.roll(11)];
  const drawn: string[][] = Array.from({ length: height }, () => Array.from({ length: width }, () => (dice.roll(14) === 0 ? "#" : ".")));
  for (let block = 0; block < 7; block++) {
    const letter = dice.of(["r", "s", "h", "k", "l", "m", "."]);
    const [x, y] = [dice.roll(width - 6), dice.roll(height - 5)];
    for (let row = y; row < y + 3 + dice.roll(3); row++) for (let column = x; column < x + 6; column++) drawn[row]![column] = letter;
  }
  drawn[0]![0] = "n";
  return asciiMap(drawn.map((row) => row.join("")).join("\n"), {
    places: {
      r: { name: "red", room: true },
      s: { name: "sun", room: true },
      h: { name: "hideout", room: true, secret: "hush" },
      k: { name: "keep", room: true, secret: "quiet" },
      l: { name: "loft", layer: 1 },
      m: { name: "mist", layer: 2 },
    },
    entries: { n: "start" },
    sightTiles: 2 + dice.roll(6),
    hearingTiles: 1 + dice.roll(4),
  });
}

/** Brings in as many people as that, wherever they may stand. */
export function comingIn(map: WorldMap, people: number, dice: Dice): readonly Input[] {
  return Array.from({ length: people }, (_, i) => {
    const holds = dice.of([[], [], ["square/hideout"], ["square/hideout", "square/keep"]]);
    const seen = { layerOn: dice.of(layers), layerSees: dice.of(layers) };
    const luggage = luggageOf(i + 1, { name: `body<${i + 1}>`, speed: dice.of([5, 16, 40]), holds, ...seen });
    return { kind: "enter", luggage, at: { tile: dice.roll(map.width * map.height) } };
  });
}

/** What people do in a tick: mostly they walk, and everybody looks. */
export class Days {
  readonly #map: WorldMap;
  readonly #people: number;
  readonly #dice: Dice;
  readonly #numbers: number[];

  constructor(map: WorldMap, people: number, dice: Dice) {
    this.#map = map;
    this.#people = people;
    this.#dice = dice;
    this.#numbers = Array.from({ length: people + 1 }, () => 0);
  }

  next(): readonly Input[] {
    const dice = this.#dice;
    const inputs: Input[] = [];
    for (let body = 1; body <= this.#people; body++) {
      const chance = dice.roll(40);
      if (chance < 14) inputs.push(this.#ask(body, this.#intent()));
      else if (chance === 14) inputs.push({ kind: "detach", body, epoch: 1 });
      else if (chance < 18) inputs.push({ kind: "attach", body, epoch: 1 });
      else if (chance === 18) inputs.push({ kind: "layers", body, on: dice.of(layers), sees: dice.of(layers) });
      inputs.push(this.#ask(body, { kind: "look" }));
      inputs.push(this.#ask(body, { kind: "look", at: 1 + dice.roll(this.#people) }));
    }
    return inputs;
  }

  #ask(body: number, intent: Intent): Input {
    return { kind: "intent", body, epoch: 1, n: ++this.#numbers[body]!, intent };
  }

  #intent(): Intent {
    const dice = this.#dice;
    const walk = { kind: "walk", to: `@${dice.roll(this.#map.width)},${dice.roll(this.#map.height)}` } as const;
    const text = `word ${dice.roll(1_000)}`;
    return dice.of<Intent>([
      walk,
      walk,
      walk,
      { kind: "walk", to: dice.of(["red", "sun", "loft", "hideout~hush", "keep~quiet", "hideout", "keep~hush"]) },
      { kind: dice.of(["say", "shout"] as const), text },
      { kind: "emote", text },
      { kind: "do", verb: "juggle", data: text },
      { kind: "show", traits: { hat: dice.roll(3) } },
      { kind: "face", direction: dice.of(["north", "east"] as const) },
    ]);
  }
}
