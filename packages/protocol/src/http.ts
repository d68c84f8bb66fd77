/** The shapes in which a host answers over HTTP; docs/PROTOCOL.md describes them. */

import type { ErrorJson } from "./errors.ts";

/** Told to everybody: nothing in it depends on who is in the world. */
export interface Health {
  readonly status: "ok" | "paused" | "stopped";
  readonly tick: number;
  readonly tickLagMs: number;
  readonly maps: number;
  readonly programs: number;
  /** Committed records since the world began; never decreases. */
  readonly seq: number;
}

export interface WorldInfo {
  readonly name: string;
  readonly description: string;
  readonly maps: readonly { readonly name: string; readonly title: string; readonly entries: readonly string[] }[];
  readonly guests: boolean;
  readonly tickMs: number;
  readonly speed: number;
  readonly now: number;
  /** Fingerprint of the host's key: sha256 of its Ed25519 public key, base64url. */
  readonly host: string;
}

export interface ProgramInfo {
  readonly program: string;
  readonly name: string;
  /** Whose quota it lives on. */
  readonly owner: string;
  /** The program that started it; null for one of `world.json`. */
  readonly parent: string | null;
  readonly body: number;
  readonly map: string | null;
  readonly x: number;
  readonly y: number;
  /** `crossing`: held, on its way to another host; `crossed`: it lives elsewhere. */
  readonly status: "running" | "backing_off" | "suspended" | "ended" | "crossing" | "crossed";
  /** What is tried next with one that keeps failing: the same heap again, an older one, or a fresh one. */
  readonly next: "again" | "older" | "fresh" | null;
  readonly reason: string | null;
  /** Where its heap is: in a memory of its own, as an image in the host's memory, or in storage alone. */
  readonly residence: "live" | "parked" | "stored";
  /** Since it was first here. */
  readonly turns: number;
  readonly faults: number;
  /** How much its heap differs from the base, as of its last image. */
  readonly heapBytes: number;
  /** Of its last turn, and of all turns since the host started. */
  readonly turnMs: number;
  readonly totalMs: number;
  /** Turns within the last minute of real time. */
  readonly wakesPerMinute: number;
  readonly mailbox: number;
  /** World time of its next timer, milliseconds since 1970. */
  readonly wakeAt: number | null;
}

/** What a list of programs can be sorted by; all but `name` and `wakeAt` greatest first. */
export type ProgramOrder = "name" | "heapBytes" | "turns" | "totalMs" | "wakesPerMinute" | "faults" | "wakeAt";

export interface ProgramsPage {
  /** How many programs match. */
  readonly total: number;
  readonly offset: number;
  readonly programs: readonly ProgramInfo[];
}

/** An image an operator can take a program back to. */
export interface ProgramImage {
  readonly turn: number;
  readonly hash: string;
  readonly bytes: number;
}

/** What a program may use. */
export interface Quota {
  readonly turnsPerSecond: number;
  readonly msPerSecond: number;
  readonly heapBytes: number;
  readonly mailboxItems: number;
  readonly intentsPerTurn: number;
  readonly speechPerMinute: number;
  readonly logBytesPerMinute: number;
  /** Programs that may live on it, itself included. */
  readonly programs: number;
}

export interface ProgramDetail {
  readonly info: ProgramInfo;
  /** What is left to it of what it was given: what it gave its children is taken off. */
  readonly quota: Quota;
  /** Files whose code it may start as programs of its own. */
  readonly spawns: readonly string[];
  readonly images: readonly ProgramImage[];
  readonly log: readonly LogLine[];
}

/** What an operator can have done with a program; each is answered once it is durable. */
export type ProgramCommand =
  | { readonly kind: "suspend" }
  | { readonly kind: "resume" }
  /** Its code is read again; its heap starts anew with its `memory`. */
  | { readonly kind: "upgrade" }
  /** Goes on from an earlier image. */
  | { readonly kind: "rewind"; readonly hash: string }
  | { readonly kind: "end" };

/** How far the record of a world reaches. */
export interface RecordTimeline {
  readonly fromTick: number;
  readonly toTick: number;
  /** World time of both, ms since 1970. */
  readonly from: number;
  readonly to: number;
  /** Where the days of the world's time begin (midnight, UTC), oldest first: the last 1,000 of them. */
  readonly days: readonly { readonly tick: number; readonly now: number }[];
}

/** How much happened, in spans of equal length from `from` to `to`: how often somebody spoke, did something, came or went. */
export interface RecordDensity {
  readonly from: number;
  readonly to: number;
  readonly speech: readonly number[];
  readonly doings: readonly number[];
  readonly comings: readonly number[];
  /** Not all of it is counted yet: asked again, it goes on from there. */
  readonly more: boolean;
}

/** Who said what, newest first. */
export interface RecordSearch {
  readonly found: readonly Utterance[];
  /** The `before` with which it goes on; null when the beginning of the record is reached. */
  readonly before: number | null;
}

export interface Utterance {
  readonly tick: number;
  readonly now: number;
  /** Null where it was found in a person's memory. */
  readonly map: string | null;
  readonly name: string;
  readonly how: "say" | "whisper" | "shout";
  readonly text: string;
}

export interface LogLine {
  readonly now: number;
  readonly level: "log" | "error" | "host";
  readonly text: string;
}

export interface Stats {
  readonly tick: number;
  readonly ticksPerSecond: number;
  readonly tickMsP50: number;
  readonly tickMsP99: number;
  readonly tickLagMs: number;
  readonly commitMsP50: number;
  readonly commitMsP99: number;
  readonly bodies: number;
  readonly sessions: number;
  readonly programs: number;
  /** Programs with a memory of their own, and with an image in the host's memory. */
  readonly programsLive: number;
  readonly programsParked: number;
  readonly parkedBytes: number;
  /** Worker threads ended because a turn held them too long. */
  readonly workersLost: number;
  readonly turns: number;
  readonly faults: number;
  readonly rssBytes: number;
  readonly cpuSeconds: number;
}

/** How far a crossing is. Of one that leaves: `offered` to `lost`; of one that comes: `asked` to `void`. */
export type CrossingState =
  /** The program has not consented yet. */
  | "offered"
  /** It has consented in a turn, and is being packed. */
  | "consented"
  /** It waits to be taken; past its deadline it goes on where it is. */
  | "frozen"
  /** It is the other host's, or will be given back. */
  | "released"
  /** This host was restored, and only its operator can know whether it lives elsewhere: `take-back` runs it as the backup has it. */
  | "unclear"
  /** The other host will not have it: it is being taken back. */
  | "returning"
  /** It lives there. */
  | "closed"
  /** It did not leave; `error` says why. */
  | "stayed"
  /** Given up by the operator: it lives there, or nowhere. */
  | "lost"
  /** Somebody here is to say whether it may come. */
  | "asked"
  /** A place is reserved for it; it waits for its key. */
  | "staged"
  /** It is tried in a worker of its own. */
  | "trying"
  | "alive"
  /** It never came to life here; `error` says why. */
  | "gone"
  /** It lived here and was taken back. */
  | "void";

/** A crossing as one of its two hosts knows it. */
export interface CrossingInfo {
  readonly attempt: string;
  readonly direction: "out" | "in";
  /** Its id here; null as long as it has none. */
  readonly program: string | null;
  readonly name: string;
  /** What the other host is called here. */
  readonly host: string;
  readonly state: CrossingState;
  /** In words: what has to happen for it to go on; null when it is over. */
  readonly waitsFor: string | null;
  /** Until it is given up, seconds; null if nothing ends it but an answer. */
  readonly secondsLeft: number | null;
  readonly epoch: number;
  readonly payloadBytes: number | null;
  readonly error: ErrorJson | null;
}

/** Somebody this host is paired with. */
export interface PairingInfo {
  readonly host: string;
  readonly name: string;
  readonly address: string;
  /** Who decides when somebody comes from there: nobody (`always`, `never`), the operator (`ask`), or a program by its id. */
  readonly admits: string;
  /** Those of that host who may be here at once, and how large each may be. */
  readonly guestsMax: number;
  readonly heapBytesMax: number;
  /** Files whose code they may start here. */
  readonly spawns: readonly string[];
  /** Fingerprint of the earlier host that it was restored from and speaks for; null if it speaks for itself alone. */
  readonly inPlaceOf: string | null;
}

/** What decides of a crossing that an operator has to look at: see docs/OPERATING.md. */
export type CrossingDecision = "admit" | "refuse" | "take-back" | "let-go";
