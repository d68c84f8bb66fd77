import type { HostFrame, Percept, Seen } from "@elsewhere/protocol";
import { isHidden, type WorldMap } from "@elsewhere/world";
import { oneLine, rememberedAsText, timeText } from "../../gateways/http/remembered.ts";
import type { Gone } from "../../replay/viewpoint.ts";
import { Sight } from "./sight.ts";

const reasons: Readonly<Record<NonNullable<Gone>, string>> = {
  away: "is not in the world, or asleep",
  hidden: "is out of sight",
  before: "has not come into the world yet",
  after: "is in the world no more",
};

const namesMax = 12;

/** What a replay shows, as lines of text with world time. */
export class Telling {
  readonly sight = new Sight();
  readonly #maps: ReadonlyMap<string, WorldMap>;
  /** Whose body one looks through; null for all of a map. */
  readonly #self: { readonly who: string } | null;
  #where = "";
  #gone: Gone = null;

  constructor(maps: readonly WorldMap[], self: { readonly who: string } | null) {
    this.#maps = new Map(maps.map((map) => [map.name, map]));
    this.#self = self;
  }

  /** The lines of some frames. `body`: whose they are, 0 if nobody's. */
  tell(frames: readonly HostFrame[], body: number, standing: { readonly now: number; readonly gone: Gone }): readonly string[] {
    const lines: string[] = [];
    for (const frame of frames) {
      const percepts = this.sight.take(frame);
      const where = this.#whereNow(body);
      if (where !== "" && where !== this.#where) lines.push(`${timeText(this.sight.now)}  ${where}${this.#around(body)}`);
      this.#where = where;
      lines.push(...percepts.flatMap((percept) => this.#line(percept)));
    }
    if (standing.gone !== this.#gone && standing.gone !== null) {
      lines.push(`${timeText(standing.now)}  ${this.#self?.who ?? "The map"} ${reasons[standing.gone]}.`);
      this.sight.clear();
      this.#where = "";
    }
    this.#gone = standing.gone;
    return lines;
  }

  #line(percept: Percept): readonly string[] {
    // Where one is, is told by itself.
    return percept.kind === "arrived" ? [] : [rememberedAsText(percept, this.sight.now)];
  }

  #whereNow(body: number): string {
    const map = this.#maps.get(this.sight.map);
    if (map === undefined) return "";
    if (this.#self === null) return `All of ${map.name}.`;
    const self = this.sight.bodies.get(body);
    if (self === undefined) return "";
    const place = placeOf(map, self);
    return oneLine(`${self.name} is on ${map.name}${place === null ? "" : `, at ${place}`}.`);
  }

  #around(body: number): string {
    const others = [...this.sight.bodies.values()].filter(({ id }) => id !== body);
    const names = others.filter(({ kind }) => kind !== "thing").map(({ name }) => oneLine(name));
    const things = others.length - names.length;
    const shown = names.slice(0, namesMax);
    if (names.length > namesMax) shown.push(`${names.length - namesMax} more`);
    if (things > 0) shown.push(things === 1 ? "1 thing" : `${things} things`);
    return shown.length === 0 ? " Nothing else is in sight." : ` In sight: ${shown.join(", ")}.`;
  }
}

/** The most specific place somebody stands in that everybody may know of. */
function placeOf(map: WorldMap, { x, y }: Seen): string | null {
  const tile = Math.floor(y) * map.width + Math.floor(x);
  const isKnown = (tiles: Int32Array): boolean => tiles.includes(tile) && !tiles.some((each) => isHidden(map, each));
  return map.places.findLast(({ tiles }) => isKnown(tiles))?.name ?? null;
}
