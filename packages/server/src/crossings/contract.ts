/**
 * What crossings are made of. `Crossings` decides and writes; everything it needs of this host and of the world outside is
 * one of the interfaces here, so that it runs the same on a real host and under a simulated clock, disk and network.
 */
import type { ErrorJson, JsonObject, Percept, PerceptKind, Quota } from "@elsewhere/protocol";
import type { CommitBatch, KeptSetting } from "../storage/contract.ts";
import type { Message, Offer } from "./messages.ts";

/** A program as it crosses, in the clear: nobody but the two hosts ever has it. */
export interface Parcel {
  readonly name: string;
  readonly description: string;
  readonly traits: JsonObject;
  readonly marks: JsonObject;
  readonly walks: boolean;
  /** World time at the source when it was packed, milliseconds since 1970: its timers go on from there. */
  readonly now: number;
  readonly code: { readonly hash: string; readonly text: string; readonly map: string };
  /** Its heap after its last turn; it stands on nothing but an engine and a base. */
  readonly image: Uint8Array;
  readonly heapBytes: number;
  readonly memory: JsonObject;
  readonly wants: readonly PerceptKind[];
  readonly wakeAt: number | null;
  /** The last intent number it has used, and that of the intent by which it consented, to be answered where it goes on. */
  readonly lastN: number;
  readonly n: number;
  readonly turns: number;
  readonly faults: number;
  readonly quota: Quota;
  /** Unread, by its numbers here; what comes later is forwarded from `mailThrough` on. */
  readonly mail: readonly Letter[];
  readonly mailThrough: number;
  /** What it held here and does not take along, in words an author understands. */
  readonly lost: readonly string[];
}

export interface Letter {
  readonly seq: number;
  readonly percept: Percept;
}

/** What `Travellers.pack` says of a parcel before anybody has opened it. */
export interface Stands {
  /** Hashes, hex. */
  readonly engine: string;
  readonly base: string;
}

/**
 * The programs of this host, as far as crossings concern them. `program` is always its id here. What gives a batch is called
 * within a tick, before its step, and the batch is committed with that tick; it throws `ElsewhereError` for what cannot be.
 */
export interface Travellers {
  /** Why this program may not leave now, null if it may: `unknown`, `forbidden` (in a hidden room, has children here, …). */
  mayLeave(program: string): ErrorJson | null;
  /** Whether it has a life here: it has neither ended nor left. */
  livesHere(program: string): boolean;
  /** What is kept of its name, for those who look at crossings. */
  nameOf(program: string): string;
  /** Mail for it; false if it does not listen to that kind. */
  tell(program: string, percept: Percept, tick: number): CommitBatch | null;
  /** It has consented in the turn that this tick takes: no turn of it begins from now on, not after a restart either. */
  hold(program: string, attempt: string, tick: number): CommitBatch;
  /** While held: all that goes along, the same whenever it is asked for but for mail that has come since. */
  pack(program: string, n: number): Promise<{ readonly parcel: Parcel; readonly stands: Stands }>;
  /** It is released: its body goes, in the tick after. */
  depart(program: string): void;
  /** Whether its body has gone, so that no more mail can come. */
  hasDeparted(program: string): boolean;
  /** Its mail after that number. */
  mailAfter(program: string, seq: number): readonly Letter[];
  /** It stays, or is back where it stood: its intent `n` is answered by `error`, and it has turns again. */
  remain(program: string, n: number, error: ErrorJson, tick: number, now: number): CommitBatch;
  /** It lives for good at the host that is called so here: its mail goes, and what is kept of it is that it has left, and where to. */
  bury(program: string, host: string, tick: number): CommitBatch;
  /** Why a heap on these may not run here, null if it may: `unsupported`. */
  runs(stands: Stands): ErrorJson | null;
  /** Runs its next turn in a worker of its own, and forgets it. Why it cannot live here, null if it can. */
  tryOut(parcel: Parcel, from: Welcome): Promise<ErrorJson | null>;
  /** It comes alive, in a new body; gives its id here. Its intent `n` is answered, and it perceives that it has arrived. */
  admit(parcel: Parcel, from: Welcome, tick: number, now: number): { readonly program: string; readonly batch: CommitBatch };
  /** Mail that came for it where it was. It is told only what it listens to. */
  forwarded(program: string, letters: readonly Letter[], tick: number): CommitBatch;
  /** Its life here is void: somebody took it back who had the right to. It ends. */
  revoke(program: string, tick: number, now: number): CommitBatch;
}

/** What is known of where somebody comes from, and what is granted to it here. */
export interface Welcome {
  /** Which life it is: `FINGERPRINT/ID`, the host where it was born and its id there. */
  readonly life: string;
  /** What this host calls the one it comes from; whose quota it lives on here, too. */
  readonly host: string;
  /** Where it is to stand, `map/place`; null where people come in. */
  readonly place: string | null;
  /** Files whose code it may start here. */
  readonly spawns: readonly string[];
}

/** Whom this host is paired with, and on what terms. */
export interface Peers {
  /** Fingerprint of the host that an address (`elsewhere://host:port/place`) or a name given here means; null if it is paired with none such. */
  find(to: string): { readonly host: string; readonly place: string | null } | null;
  /** What it is called here; its fingerprint if it is not paired. */
  nameOf(host: string): string;
  isPaired(host: string): boolean;
  /** What becomes of an offer: refused with a reason, taken, or somebody is asked. `guests`: those of that host who are here or have a place reserved. */
  admission(offer: Offer, host: string, guests: readonly { readonly heapBytes: number }[]): Admission;
  /** What somebody who comes from there is given of the quota it had. */
  grantedTo(host: string, quota: Quota): Quota;
  /** Files whose code those who come from there may start. */
  spawnsFor(host: string): readonly string[];
  /** A restored host that speaks for an earlier one, by what the operator said; null if it speaks for itself alone. */
  predecessorOf(host: string): string | null;
  /** The host that speaks for that one now: the one that was restored from it, or itself. */
  successorOf(host: string): string;
}

export type Admission =
  | { readonly kind: "taken" }
  | { readonly kind: "refused"; readonly error: ErrorJson }
  /** `program` decides for this world; null is its operator. */
  | { readonly kind: "asked"; readonly program: string | null };

/** What carries messages and payloads. Nothing here rejects but `fetch`; what is lost is sent again. */
export interface Network {
  send(host: string, message: Message): void;
  /** Gives a payload to a carrier, which has it for that long. */
  deposit(carrier: string, attempt: string, bytes: Uint8Array, forMs: number): void;
  /** A payload from a carrier, or, where that is null, from the host itself. Rejects with `unreachable` or `unknown`. */
  fetch(host: string, carrier: string | null, attempt: string, bytesMax: number): Promise<Uint8Array>;
}

/** Seals and opens. All secrets are base64url text, so that they can be written down. */
export interface Cipher {
  /** Encrypts under a fresh key, with `bound` authenticated along. */
  encrypt(plain: Uint8Array, bound: string): Promise<{ readonly key: string; readonly bytes: Uint8Array }>;
  /** Rejects with `corrupt`. */
  decrypt(bytes: Uint8Array, key: string, bound: string): Promise<Uint8Array>;
  /** A key pair for one attempt. */
  newBox(): Promise<{ readonly publicKey: string; readonly privateKey: string }>;
  sealKey(key: string, publicKey: string, bound: string): Promise<string>;
  /** Rejects with `corrupt`. */
  openKey(sealed: string, privateKey: string, bound: string): Promise<string>;
  /** sha256, hex. */
  hash(bytes: Uint8Array | string): string;
  /** A name nobody else ever draws: 16 random bytes, base64url. */
  draw(): string;
}

/** Parcels as bytes. `unpack` rejects with `corrupt`, `malformed` or `limit`; nothing in the bytes is trusted. */
export interface Packing {
  pack(parcel: Parcel): Uint8Array;
  unpack(bytes: Uint8Array): Promise<Parcel>;
}

/** The disk. What is written becomes durable in the order of calls, and what it makes known is made known after it. */
export interface Journal {
  /** Null writes nothing and keeps the order. */
  write(batch: CommitBatch | null, durable: () => void): void;
  setting(key: string): Promise<string | null>;
  /** All settings whose key begins so. */
  settingsUnder(prefix: string): Promise<readonly KeptSetting[]>;
}

/** Clocks. Neither is compared with another host's. */
export interface CrossingClock {
  /** Real, monotonic, ms. */
  nowMs(): number;
  /** Real time, seconds since 1970: after a restart it tells how long one was away, and may be wrong by any amount. */
  wallSeconds(): number;
}

export interface CrossingsOptions {
  /** Fingerprint of this host. */
  readonly self: string;
  readonly travellers: Travellers;
  readonly peers: Peers;
  readonly network: Network;
  readonly cipher: Cipher;
  readonly packing: Packing;
  readonly journal: Journal;
  readonly clock: CrossingClock;
  /** The next tick is to come at once, where it can: somebody has no life anywhere until it does. */
  readonly hasten: () => void;
  /** The host whose store has the rows of the witness; null is this host's own. */
  readonly witness: string | null;
  /** Address of a carrier that payloads go by; null hands them over directly. */
  readonly carrier: string | null;
  /** A line for the person who runs the host. */
  readonly say: (line: string) => void;
}
