/**
 * What is on the disk of crossings, as settings. What a start has to know is found under one prefix; the rest, which only
 * grows, is looked up by its name.
 *
 *     crossings:out:ATTEMPT     under way from here           crossings:in:ATTEMPT   under way to here
 *     crossings:void:ATTEMPT    taken back by an operator     crossings:life:LIFE    whom this host knows
 *     crossings:kept:ATTEMPT    the key of one that has left, as long as its payload is kept
 *     crossings:over:ATTEMPT    one of the last that are over, for those who look
 *     crossings:home            the host that those born here are named after
 *     crossings:fenced          the host that this one was when its witness told it what it had done before
 *     crossings:rows:LIFE       as a witness: the newest rows of a life
 *     crossings:fence:HOST      as a witness: whose rows count no longer
 *
 *     crossing:here:ATTEMPT     it came to life here          crossing:gone:ATTEMPT  it never will; kept for good
 *     crossing:payload:ATTEMPT  ciphertext, base64
 */
import type { CrossingInfo, ErrorJson } from "@elsewhere/protocol";
import { type Restored, restoredKey } from "../backups/quarantine.ts";
import type { KeptSetting, SettingRow } from "../storage/contract.ts";
import type { Journal } from "./contract.ts";
import type { About, Offer } from "./messages.ts";
import type { FenceRow, Row } from "./witness.ts";

export interface Leaving extends About {
  readonly program: string;
  readonly name: string;
  /** Fingerprint of the host it goes to, and where it would like to stand there. */
  readonly to: string;
  readonly place: string | null;
  readonly forMs: number;
  /** By the wall clock, seconds since 1970, when what it waits for now is given up. */
  readonly deadline: number;
}

/** A program on its way out, as far as it is written. */
export type Departure =
  | (Leaving & { readonly state: "offered" })
  /** `n`: of the intent by which it consented. */
  | (Leaving & { readonly state: "consented"; readonly n: number })
  | (Leaving & Frozen & { readonly state: "frozen" })
  /** `box`: what the key is sealed to; null, as `key`, where a restored host never heard of it. */
  | (Leaving & Omit<Frozen, "key"> & { readonly state: "released"; readonly key: string | null; readonly box: string | null })
  /** A restored host has it as its backup had it, and its witness says that it was to come back here later: who knows where it is? */
  | (Leaving & { readonly state: "unclear"; readonly n: number });

interface Frozen {
  readonly n: number;
  readonly key: string;
  /** Null where a restored host knows of it from its witness alone. */
  readonly offer: Offer | null;
  readonly mailThrough: number;
}

/** An attempt that an operator took back after its release: should it come to life, that life is void. */
export interface Void extends About {
  readonly to: string;
}

/** For a time the payload and its key outlast their use, should nobody hear of the program again. `until`: wall clock, seconds. */
export interface Kept {
  readonly attempt: string;
  readonly key: string | null;
  readonly until: number;
}

interface Coming extends About {
  readonly host: string;
  readonly offer: Offer;
  readonly deadline: number;
}

/** A program on its way in, as far as it is written. */
export type Arrival =
  /** `by`: the program that decides, null for the operator. `admitted`: it may come, and its payload is being fetched. */
  | (Coming & { readonly state: "asked"; readonly by: string | null; readonly admitted: boolean })
  | (Coming & { readonly state: "staged"; readonly publicKey: string; readonly privateKey: string })
  /** It lives here, and its former host has not sent the last of its mail. */
  | (Here & { readonly state: "alive" });

export type Staged = Extract<Arrival, { readonly state: "staged" }>;

/** It came to life here. */
export interface Here extends About {
  readonly program: string;
  readonly host: string;
  readonly name: string;
  /** Its mail up to this number of its former host's has come. */
  readonly mailThrough: number;
}

/** It never came to life here by that attempt. */
export interface Gone extends About {
  readonly error: ErrorJson;
}

/** `n` is greater than that of any which was over before. */
export interface Over {
  readonly n: number;
  readonly info: CrossingInfo;
}

/** A life that this host knows. */
export interface Life {
  readonly life: string;
  readonly program: string;
  /** The newest epoch that is known of. */
  readonly epoch: number;
  /** Where it came from, while it lives here and was not born here. */
  readonly guestOf: string | null;
  readonly heapBytes: number;
}

type AtStart = "out" | "kept" | "void" | "in" | "life" | "rows" | "fence" | "over";
type ByName = "payload" | "here" | "gone";
type Key = AtStart | ByName;

const byName: ReadonlySet<Key> = new Set<Key>(["payload", "here", "gone"]);
const atStart = "crossings:";
const keyOf = (kind: Key, name: string): string => `${byName.has(kind) ? "crossing:" : atStart}${kind}:${name}`;
export const homeKey = `${atStart}home`;
/** Set to a host's fingerprint once its witness has told it what it did after the backup it was restored from. */
export const fencedKey = `${atStart}fenced`;

export const put = (kind: Exclude<Key, "payload">, name: string, value: object | string): SettingRow => ({
  key: keyOf(kind, name),
  value: JSON.stringify(value),
});
export const drop = (kind: Key, name: string): SettingRow => ({ key: keyOf(kind, name), value: null });
export const putPayload = (attempt: string, bytes: Uint8Array): SettingRow => ({
  key: keyOf("payload", attempt),
  value: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
});

type Readable = Pick<Journal, "setting" | "settingsUnder">;

export async function readPayload(journal: Readable, attempt: string): Promise<Uint8Array | null> {
  const text = await journal.setting(keyOf("payload", attempt));
  return text === null ? null : Buffer.from(text, "base64");
}

interface Finished {
  readonly here: Here;
  readonly gone: Gone;
}

/** What became of an attempt that is over; null if nothing is known of it in that way. */
export async function finished<K extends keyof Finished>(journal: Readable, kind: K, attempt: string): Promise<Finished[K] | null> {
  return JSON.parse((await journal.setting(keyOf(kind, attempt))) ?? "null") as Finished[K] | null;
}

/** All that is under way, and whom this host knows, as a start finds them. */
export class CrossingRows {
  readonly departures: readonly Departure[];
  readonly kept: readonly Kept[];
  readonly voids: readonly Void[];
  readonly arrivals: readonly Arrival[];
  readonly lives: readonly Life[];
  /** Newest first. */
  readonly over: readonly Over[];
  /** Fingerprint that those born here are named after; null if nobody has left yet. */
  readonly home: string | null;
  readonly fenced: string | null;
  /** The host that this one was restored from, by a backup; null if it was not, or that one had no key. */
  readonly restoredFrom: string | null;

  readonly witness: { readonly rows: readonly (readonly Row[])[]; readonly fences: readonly FenceRow[] };

  private constructor(settings: readonly KeptSetting[], restoredFrom: string | null) {
    const under = (kind: AtStart): readonly KeptSetting[] => settings.filter(({ key }) => key.startsWith(keyOf(kind, "")));
    const all = (kind: AtStart): readonly unknown[] => under(kind).map(({ value }) => JSON.parse(value) as unknown);
    const one = (wanted: string): string | null => settings.find(({ key }) => key === wanted)?.value ?? null;
    this.departures = all("out") as Departure[];
    this.kept = all("kept") as Kept[];
    this.voids = all("void") as Void[];
    this.arrivals = all("in") as Arrival[];
    this.lives = all("life") as Life[];
    this.over = (all("over") as Over[]).toSorted((a, b) => b.n - a.n);
    this.witness = { rows: all("rows") as Row[][], fences: all("fence") as FenceRow[] };
    this.home = one(homeKey);
    this.fenced = one(fencedKey);
    this.restoredFrom = restoredFrom;
  }

  static async read(journal: Readable): Promise<CrossingRows> {
    const restored = JSON.parse((await journal.setting(restoredKey)) ?? "null") as Restored | null;
    return new CrossingRows(await journal.settingsUnder(atStart), restored?.from ?? null);
  }

  /** Fingerprint of the host that those born here are named after, where its own is `self`: a restored one has another key. */
  homeOf(self: string): string {
    return this.home ?? this.restoredFrom ?? self;
  }

  /** Whether a program that is held for a crossing is no longer this host's to run. */
  hasLeft(program: string): boolean {
    const isHeld = ({ state }: Departure): boolean => state === "consented" || state === "frozen" || state === "unclear";
    return !this.departures.some((each) => each.program === program && isHeld(each));
  }
}
