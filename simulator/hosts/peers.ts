import type { Quota } from "@elsewhere/protocol";
import type { Admission, Peers } from "../../packages/server/src/crossings/contract.ts";
import type { Offer } from "../../packages/server/src/crossings/messages.ts";
import type { Census } from "./census.ts";
import type { Chance } from "./chance.ts";
import type { Stage } from "./stage.ts";

/** What a host does with those who want to come. */
export interface Hospitality {
  /** Shares of offers that are refused, and that somebody is asked about. The rest is taken. */
  readonly refuses: number;
  readonly asks: number;
  readonly guestsMax: number;
}

interface Pairing {
  readonly name: string;
  readonly predecessor: string | null;
}

/** Whom a host is paired with. It outlives crashes, as a real one's does. */
export class SimPeers implements Peers {
  readonly #name: string;
  readonly #chance: Chance;
  readonly #census: Census;
  readonly #hospitality: Hospitality;
  readonly #pairings = new Map<string, Pairing>();
  /** Programs of this host that may be asked. */
  readonly #porters: () => readonly string[];

  constructor(
    porters: () => readonly string[],
    name: string,
    { chance, census }: Pick<Stage, "chance" | "census">,
    hospitality: Hospitality,
  ) {
    this.#porters = porters;
    this.#name = name;
    this.#chance = chance;
    this.#census = census;
    this.#hospitality = hospitality;
  }

  /** One in the place of an earlier host takes over its name; with the earlier one it is paired no longer. */
  pair(host: string, name: string, predecessor: string | null): void {
    if (predecessor !== null) this.#pairings.delete(predecessor);
    this.#pairings.set(host, { name, predecessor });
  }

  find(to: string): { host: string; place: string | null } | null {
    for (const [host, { name }] of this.#pairings) if (name === to) return { host, place: null };
    return null;
  }

  nameOf(host: string): string {
    return this.#pairings.get(this.successorOf(host))?.name ?? host;
  }

  isPaired(host: string): boolean {
    return this.#pairings.has(host);
  }

  admission(offer: Offer, _host: string, guests: readonly { readonly heapBytes: number }[]): Admission {
    const { refuses, asks, guestsMax } = this.#hospitality;
    if (guests.length >= guestsMax) return refused("limit", "this host is full");
    if (this.#chance.hits(refuses)) return refused("forbidden", "not today");
    if (this.#chance.hits(asks)) {
      const porters = this.#porters();
      return { kind: "asked", program: porters.length > 0 && this.#chance.hits(0.5) ? this.#chance.pick(porters) : null };
    }
    this.#census.mayCome(this.#name, offer.attempt);
    return { kind: "taken" };
  }

  spawnsFor(): readonly string[] {
    return [];
  }

  successorOf(host: string): string {
    for (const [successor, { predecessor }] of this.#pairings) if (predecessor === host) return successor;
    return host;
  }

  grantedTo(_host: string, quota: Quota): Quota {
    return quota;
  }

  predecessorOf(host: string): string | null {
    return this.#pairings.get(host)?.predecessor ?? null;
  }
}

const refused = (code: "limit" | "forbidden", message: string): Admission => ({ kind: "refused", error: { code, message } });
