import { hash } from "node:crypto";
import type { Luggage, Transfer } from "@elsewhere/world";
import type { LiveMap } from "./live-map.ts";

/** Ids fit into 31 bits; none is 0. */
const idMax = 0x7fff_ffff;

/**
 * Gives bodies their ids: a keyed hash of who it is, so that an id tells nothing of how many others there are and who
 * came before whom. Whose an id is stays known, for two may come to the same hash.
 */
export class BodyIds {
  readonly #seed: number;
  readonly #whoHas = new Map<number, string>();

  constructor(seed: number, maps: readonly LiveMap[], transit: readonly Transfer[]) {
    this.#seed = seed;
    for (const { state } of maps) {
      for (const body of state.bodies()) this.#keep(body);
      for (const { luggage } of state.away.values()) this.#keep(luggage);
    }
    for (const { luggage } of transit) this.#keep(luggage);
  }

  /** The id of a new body; somebody who was in the world before and is gone for good gets the same id again. */
  of(who: string): number {
    for (let attempt = 0; ; attempt++) {
      const id = (parseInt(hash("sha256", `${this.#seed}:body:${attempt}:${who}`).slice(0, 8), 16) % idMax) + 1;
      const other = this.#whoHas.get(id);
      if (other !== undefined && other !== who) continue;
      this.#whoHas.set(id, who);
      return id;
    }
  }

  #keep({ id, who, carried }: Pick<Luggage, "id" | "who" | "carried">): void {
    this.#whoHas.set(id, who);
    for (const thing of carried) this.#keep(thing);
  }
}
