import { ElsewhereError, limits, type PairingInfo, parseCoordinates, type Quota } from "@elsewhere/protocol";
import { z } from "zod";
import { defaultQuota, within } from "../programs/quotas.ts";
import type { Storage } from "../storage/contract.ts";
import { fingerprintPattern, hostNameOf, pairingLineOf, parseAddress, parsePairingLine } from "./address.ts";
import type { Admission, Peers } from "./contract.ts";
import type { Offer } from "./messages.ts";
import { admissionBy, admitsSchema, usualPolicy } from "./policy.ts";

const key = "pairings";

/** A name has no slash, since a place may follow it, and looks like neither an address nor a line. */
const nameSchema = z
  .string()
  .max(limits.nameCharsMax)
  .regex(/^(?!elsewhere:)[^\s/#~@\p{Cc}]+$/u, "a name has no spaces and none of / # ~ @");
const terms = {
  name: nameSchema,
  admits: admitsSchema,
  guestsMax: z.int().min(0).max(limits.programsMax),
  heapBytesMax: z.int().min(0).max(limits.heapBytesMax),
  spawns: z.array(z.string().min(1).max(limits.spawnCodeCharsMax)).max(limits.pairingSpawnsMax),
};
const inPlaceOf = z.string().regex(fingerprintPattern, "a fingerprint, please");
const stored = z.array(
  z.strictObject({ ...terms, host: z.string().regex(fingerprintPattern), address: z.string(), inPlaceOf: inPlaceOf.nullable() }),
);

/** Whom to pair with, by the line they say of themselves, and on what terms; what is left out stays as it was, or is as usual. */
export const pairingRequest = z.strictObject({
  line: z.string().max(limits.urlCharsMax),
  name: terms.name.optional(),
  admits: terms.admits.optional(),
  guestsMax: terms.guestsMax.optional(),
  heapBytesMax: terms.heapBytesMax.optional(),
  spawns: terms.spawns.optional(),
  inPlaceOf: inPlaceOf.optional(),
});
export type PairingRequest = z.infer<typeof pairingRequest>;

export interface PairingsOptions {
  /** What the disk refuses is tried again by `commit` itself, as long as it takes. */
  readonly storage: Pick<Storage, "setting" | "commit">;
  /** Fingerprint of this host. */
  readonly self: string;
  /** Where others reach it. */
  readonly address: string;
}

/** The hosts that this one is paired with. A change counts once it is durable, one after the other. */
export class Pairings implements Peers {
  /** What this host says of itself, for others to be paired with it. */
  readonly line: string;
  readonly #options: PairingsOptions;
  /** By name, as they are shown. */
  #all: readonly PairingInfo[];
  #changed: Promise<unknown> = Promise.resolve();

  private constructor(options: PairingsOptions, all: readonly PairingInfo[]) {
    this.#options = options;
    this.#all = all;
    this.line = pairingLineOf({ address: options.address, host: options.self });
  }

  /** Rejects with `corrupt` if what is stored is damaged. */
  static async load(options: PairingsOptions): Promise<Pairings> {
    const text = await options.storage.setting(key);
    if (text === null) return new Pairings(options, []);
    try {
      return new Pairings(options, stored.parse(JSON.parse(text)));
    } catch (cause) {
      throw new ElsewhereError("corrupt", "the stored list of paired hosts is damaged", { field: key }, { cause });
    }
  }

  list(): readonly PairingInfo[] {
    return this.#all;
  }

  /**
   * Pairs with a host, or changes the terms of a pairing. One in the place of an earlier host takes over its name and terms, and the
   * earlier one is paired no longer. Rejects with `malformed`, `limit`, `taken` (a name, address or place that another has).
   */
  pair(request: PairingRequest): Promise<PairingInfo> {
    return this.#change((all) => {
      const pairing = this.#paired(request, all);
      const others = all.filter(({ host }) => host !== pairing.host && host !== pairing.inPlaceOf);
      requireUnlike(pairing, others);
      if (others.length >= limits.pairingsMax) {
        const limit = limits.pairingsMax;
        throw new ElsewhereError("limit", `a host is paired with at most ${limit} others`, { field: "line", limit });
      }
      return { all: [...others, pairing].toSorted((a, b) => (a.name < b.name ? -1 : 1)), result: pairing };
    });
  }

  /** Those who came from there stay. Rejects with `unknown` if it is not paired. */
  unpair(host: string): Promise<void> {
    return this.#change((all) => {
      const others = all.filter((each) => each.host !== host);
      if (others.length === all.length) throw new ElsewhereError("unknown", "this host is paired with none such", { field: "host" });
      return { all: others, result: undefined };
    });
  }

  /** Where a paired host is, `elsewhere://HOST:PORT`; null if it is not paired. */
  addressOf(host: string): string | null {
    return this.#of(host)?.address ?? null;
  }

  find(to: string): { readonly host: string; readonly place: string | null } | null {
    try {
      return to.startsWith("elsewhere:") ? this.#byAddress(to) : this.#byName(to);
    } catch (error) {
      // What is no address is none of anybody's; which of the two it was helps nobody who asks from inside a world.
      if (error instanceof ElsewhereError) return null;
      throw error;
    }
  }

  nameOf(host: string): string {
    return this.#of(this.successorOf(host))?.name ?? host;
  }

  isPaired(host: string): boolean {
    return this.#of(host) !== undefined;
  }

  admission(offer: Offer, host: string, guests: readonly { readonly heapBytes: number }[]): Admission {
    return admissionBy(this.#of(host) ?? { ...usualPolicy, admits: "never" }, offer.heapBytes, guests.length);
  }

  grantedTo(host: string, quota: Quota): Quota {
    const { heapBytesMax } = this.#of(host) ?? usualPolicy;
    return within(quota, { ...defaultQuota(true), heapBytes: heapBytesMax });
  }

  spawnsFor(host: string): readonly string[] {
    return this.#of(host)?.spawns ?? [];
  }

  predecessorOf(host: string): string | null {
    return this.#of(host)?.inPlaceOf ?? null;
  }

  successorOf(host: string): string {
    return this.#all.find(({ inPlaceOf }) => inPlaceOf === host)?.host ?? host;
  }

  #of(host: string): PairingInfo | undefined {
    return this.#all.find((each) => each.host === host);
  }

  #byAddress(to: string): { readonly host: string; readonly place: string | null } | null {
    const { address, place } = parseAddress(to, "to");
    const pairing = this.#all.find((each) => each.address === address);
    return pairing === undefined ? null : { host: pairing.host, place };
  }

  #byName(to: string): { readonly host: string; readonly place: string | null } | null {
    const slash = to.indexOf("/");
    const name = slash < 0 ? to : to.slice(0, slash);
    const pairing = this.#all.find((each) => each.name === name);
    if (pairing === undefined) return null;
    const place = slash < 0 ? "" : to.slice(slash + 1);
    if (place !== "") parseCoordinates(place);
    return { host: pairing.host, place: place === "" ? null : place };
  }

  #paired({ line, ...given }: PairingRequest, all: readonly PairingInfo[]): PairingInfo {
    const { address, host } = parsePairingLine(line, "line");
    const known = all.find((each) => each.host === host);
    const before = known ?? all.find((each) => each.host === given.inPlaceOf);
    const pairing: PairingInfo = {
      host,
      address,
      name: given.name ?? before?.name ?? hostNameOf(address).slice(0, limits.nameCharsMax),
      admits: given.admits ?? before?.admits ?? usualPolicy.admits,
      guestsMax: given.guestsMax ?? before?.guestsMax ?? usualPolicy.guestsMax,
      heapBytesMax: given.heapBytesMax ?? before?.heapBytesMax ?? usualPolicy.heapBytesMax,
      spawns: given.spawns ?? before?.spawns ?? [],
      inPlaceOf: given.inPlaceOf ?? known?.inPlaceOf ?? null,
    };
    const { self } = this.#options;
    if (host === self) throw new ElsewhereError("malformed", "this is the line of this very host: take the other's", { field: "line" });
    if (pairing.inPlaceOf === host || pairing.inPlaceOf === self) {
      throw new ElsewhereError("malformed", "a host speaks for an earlier one, and for neither itself nor this host", {
        field: "inPlaceOf",
      });
    }
    return pairing;
  }

  #change<T>(decide: (all: readonly PairingInfo[]) => { readonly all: readonly PairingInfo[]; readonly result: T }): Promise<T> {
    const changed = this.#changed.then(async () => {
      const { all, result } = decide(this.#all);
      await this.#options.storage.commit({ settings: [{ key, value: JSON.stringify(all) }] });
      this.#all = all;
      return result;
    });
    // Who asked is told of what failed; the next change is another matter.
    this.#changed = changed.catch(() => {});
    return changed;
  }
}

function requireUnlike(pairing: PairingInfo, others: readonly PairingInfo[]): void {
  for (const other of others) {
    const same = (["name", "address"] as const).find((field) => other[field] === pairing[field]);
    if (same === "name") throw new ElsewhereError("taken", `another host is called ${other.name} here: give a name`, { field: "name" });
    if (same === "address") {
      const what = `another host, ${other.name}, is paired at ${other.address}: if this one was restored from it, say in whose place it is`;
      throw new ElsewhereError("taken", what, { field: "line" });
    }
    if (other.inPlaceOf === pairing.host) {
      const what = `${other.name} speaks for that host, from which it was restored: end the pairing with it first`;
      throw new ElsewhereError("taken", what, { field: "line" });
    }
    if (pairing.inPlaceOf !== null && other.inPlaceOf === pairing.inPlaceOf) {
      throw new ElsewhereError("taken", `${other.name} speaks for that earlier host already`, { field: "inPlaceOf" });
    }
  }
}
