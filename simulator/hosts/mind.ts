import type { Percept } from "@elsewhere/protocol";
import type { Letter } from "../../packages/server/src/crossings/contract.ts";
import type { CrossingIntent } from "../../packages/server/src/crossings/crossings.ts";
import type { Chance } from "./chance.ts";
import type { Heap } from "./heap.ts";

/** How inclined programs are, shares from 0 to 1. */
export interface Temper {
  /** Of ticks in which one takes a turn though there is no mail. */
  idles: number;
  /** Of offers that are accepted; of the rest some are declined and some are ignored. */
  accepts: number;
  /** Of turns in which one asks to leave. */
  wanders: number;
  /** Of turns in which one accepts what it was not offered. */
  errs: number;
}

export interface Taken {
  readonly heap: Heap;
  readonly lastN: number;
  /** The last mail that it took; null if it took none. */
  readonly through: number | null;
  readonly intents: readonly { readonly n: number; readonly intent: CrossingIntent }[];
}

/** What programs make of what they are told. */
export class Mind {
  readonly #chance: Chance;
  readonly #temper: () => Temper;
  /** Where one may want to go, in the words of this host. */
  readonly #places: readonly string[];

  constructor(chance: Chance, temper: () => Temper, places: readonly string[]) {
    this.#chance = chance;
    this.#temper = temper;
    this.#places = places;
  }

  /** A turn, or null if none is due. */
  turn(heap: Heap, lastN: number, mail: readonly Letter[]): Taken | null {
    if (!this.#chance.hits(mail.length > 0 ? 0.7 : this.#temper().idles)) return null;
    const taken = mail.slice(0, 1 + this.#chance.below(mail.length + 2));
    const said: CrossingIntent[] = [];
    const took = [...heap.took];
    let { asked } = heap;
    for (const { percept } of taken) {
      if (percept.kind === "heard") took.push(percept.text);
      if (percept.kind === "reply" && percept.n === asked) asked = null;
      const intent = this.#answer(percept);
      if (intent !== null) said.push(intent);
    }
    if (this.#chance.hits(this.#temper().wanders)) said.push({ kind: "cross", to: this.#chance.pick(this.#places) });
    if (this.#chance.hits(this.#temper().errs)) said.push({ kind: "accept", offer: this.#chance.text(22) });
    const intents = said.map((intent, index) => ({ n: lastN + 1 + index, intent }));
    return {
      heap: { ...heap, count: heap.count + 1, took, asked },
      lastN: lastN + said.length,
      through: taken.at(-1)?.seq ?? null,
      intents,
    };
  }

  #answer(percept: Percept): CrossingIntent | null {
    if (percept.kind !== "offered" && percept.kind !== "knocked") return null;
    const { accepts } = this.#temper();
    if (this.#chance.hits(accepts)) return { kind: "accept", offer: percept.offer };
    return this.#chance.hits(0.5) ? { kind: "decline", offer: percept.offer, why: "not now" } : null;
  }
}
