/** A small world that lives by chance alone: three maps that lead to each other, with rooms, doors, things and a hidden room. */
import type { Intent } from "@elsewhere/protocol";
import { Atlas, type Input, type Luggage, type MapState, step, type Transfer, type WorldMap } from "@elsewhere/world";
import { asciiMap } from "../../packages/world/src/testing/ascii-map.ts";
import { luggageOf } from "../../packages/world/src/testing/stage.ts";
import { randomFrom } from "./random.ts";

const drawing = `
  n.........#rrrrrrr#.....
  ..........#rrrrrrr#.....
  ...m......#rrrrrrr#...a.
  ..........###D#####.....
  .............d..........
  ####E###................
  #ssssss#......#hhhhh#...
  #ssssss#......#hhkhh#...
  #ssssss#......#hhhhh#.b.
  ########......###P###...
  .................p......
  f.......................`;

const mapNames: readonly string[] = ["square", "harbour", "hill"];

/** The maps, each with exits to the two others. */
export function smallWorld(): readonly WorldMap[] {
  return mapNames.map((name, i) =>
    asciiMap(drawing, {
      name,
      places: {
        rD: { name: "inn", room: true },
        sE: { name: "cellar", room: true },
        m: { name: "market" },
        hkP: { name: "hideout", room: true, secret: "hush" },
      },
      doors: {
        D: { name: "gate", steps: { d: { autoOpen: true, autoClose: true } } },
        E: { name: "hatch", open: true },
        P: { name: "panel", steps: { p: { autoOpen: true, autoClose: true } } },
      },
      entries: { n: "start" },
      exits: { a: { map: mapNames[(i + 1) % 3]!, entry: "start" }, b: { map: mapNames[(i + 2) % 3]!, entry: "start" } },
      worldExits: { f: "ferry" },
      sightTiles: 8,
      hearingTiles: 4,
    }),
  );
}

const walkers = 24;
const things = 6;
const kinds: readonly Intent["kind"][] = [
  "say",
  "emote",
  "use",
  "take",
  "drop",
  "give",
  "show",
  "face",
  "follow",
  "stop",
  "look",
  "whisper",
];

/** Everybody in it and what they take into their heads: the same for the same seed, whatever becomes of the states between two ticks. */
export class SmallLife {
  readonly #atlas: Atlas;
  readonly #random: () => number;
  readonly #numbers = new Map<number, number>();
  #transit: readonly Transfer[] = [];
  #begun = false;

  constructor(maps: readonly WorldMap[], seed: number) {
    this.#atlas = new Atlas(maps);
    this.#random = randomFrom(seed);
  }

  /** One tick of all maps; gives what each has to record. */
  step(states: readonly MapState[]): readonly { readonly map: string; readonly bytes: Uint8Array | null }[] {
    const arrivals = this.#transit;
    this.#transit = [];
    const results = states.map((state) => {
      const arriving = arrivals.filter(({ map }) => map === state.map.name);
      const inputs = [...arriving.map(({ luggage, entry }): Input => ({ kind: "arrive", luggage, entry })), ...this.#deeds(state)];
      const { record, transfers } = step(state.map, state, inputs, this.#atlas);
      this.#transit = [...this.#transit, ...transfers];
      return { map: state.map.name, bytes: record };
    });
    this.#begun = true;
    return results;
  }

  #deeds(state: MapState): readonly Input[] {
    if (!this.#begun) return this.#first(mapNames.indexOf(state.map.name));
    // Who is present here does something every minute or two of a hundred ticks.
    const inputs: Input[] = [];
    while (this.#random() < 0.1) {
      const body = this.#below(walkers) + 1;
      const view = state.body(body);
      if (view === null) continue;
      const chance = this.#random();
      if (chance < 0.02) inputs.push({ kind: "detach", body, epoch: view.epoch }, { kind: "attach", body, epoch: view.epoch + 1 });
      else inputs.push({ kind: "intent", body, epoch: view.epoch, n: this.#next(body), intent: this.#intent() });
    }
    return inputs;
  }

  #first(map: number): readonly Input[] {
    const ids = Array.from({ length: walkers + things }, (_, i) => i + 1).filter((id) => id % mapNames.length === map);
    return ids.map((id): Input => ({ kind: "enter", luggage: luggageFor(id), at: null }));
  }

  #intent(): Intent {
    const somebody = this.#below(walkers) + 1;
    const thing = walkers + 1 + this.#below(things);
    if (this.#random() < 0.6) return { kind: "walk", to: this.#goal() };
    const kind = kinds[this.#below(kinds.length)]!;
    switch (kind) {
      case "say":
      case "emote":
        return { kind, text: `what was said the ${this.#below(1000)}th time` };
      case "whisper":
        return { kind, text: "hush", to: somebody };
      case "use":
        return { kind, target: ["gate", "hatch", "panel", somebody][this.#below(4)]! };
      case "take":
      case "drop":
        return { kind, thing };
      case "give":
        return { kind, thing, to: somebody };
      case "show":
        return { kind, traits: { mood: this.#below(5) } };
      case "face":
        return { kind, direction: (["north", "east", "south", "west"] as const)[this.#below(4)]! };
      case "follow":
        return { kind, body: somebody };
      case "stop":
        return { kind: "stop" };
      default:
        return { kind: "look" };
    }
  }

  #goal(): string {
    const names = ["inn", "cellar", "market", "hideout~hush", ...mapNames.map((name) => `${name}/start`)];
    return this.#random() < 0.5 ? `@${this.#below(24)},${this.#below(12)}` : names[this.#below(names.length)]!;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #next(body: number): number {
    const n = (this.#numbers.get(body) ?? 0) + 1;
    this.#numbers.set(body, n);
    return n;
  }
}

function luggageFor(id: number): Luggage {
  if (id > walkers) return luggageOf(id, { kind: "thing", name: `lamp ${id}`, speed: 0 });
  return luggageOf(id, { kind: id % 2 === 0 ? "person" : "program", speed: 8 + (id % 3) * 4 });
}
