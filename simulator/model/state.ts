// What the model of a crossing consists of. Everything here is a value: a step gives a new state and changes none.
//
// Durable is what survives a crash of its host; only `memory` and `opened` do not. `consented` and `admitted` are kept by
// the model for its checks, and no host reads them.

/** Where the source stands: it runs the program, or has begun to give it away, or has. */
export type SourceStatus = "running" | "frozen" | "released" | "closed";

/** Where a destination stands in one attempt. */
export type StayStatus = "unknown" | "staged" | "alive" | "gone";

/** What the source has on its disk, and in a backup. */
export interface Source {
  readonly status: SourceStatus;
  /** The attempt under way or, while running, the one last given up; 0 for none. */
  readonly attempt: number;
  /** Whether it has the key of the attempt under way. Only a restored source lacks it. */
  readonly hasKey: boolean;
  /** The attempt that the program last consented to; 0 for none. */
  readonly consent: number;
  /** Even: a program that leaves gets an odd epoch, one that is given back the next even one. */
  readonly epoch: number;
  /** Whether the letter waits here. */
  readonly box: boolean;
  /** How often the program's heap has taken the letter. */
  readonly read: number;
  readonly hasQuota: boolean;
  /** Restored, and not yet told by the witness what became of the program since. */
  readonly quarantined: boolean;
  /** 0, and 1 once restored. In truth it is drawn at random, so that no backup can bring it back. */
  readonly incarnation: number;
}

/** What the source loses in a crash. */
export interface Memory {
  readonly isInTurn: boolean;
  readonly hasReceipt: boolean;
  readonly knowsGone: boolean;
}

/** One attempt: what is fixed when the source freezes, what the destination has made of it, and the carrier's parcel. */
export interface Attempt {
  /** Which destination it goes to: 0 or 1. */
  readonly to: number;
  /** Of the program when it was frozen. */
  readonly epoch: number;
  /** The letter as it is inside the payload. */
  readonly payload: { readonly box: boolean; readonly read: number };
  readonly stay: Stay;
  readonly parcel: { readonly isHeld: boolean; readonly isPast: boolean; readonly hasKey: boolean };
}

export interface Stay {
  readonly status: StayStatus;
  readonly isAdmitted: boolean;
  readonly isHeld: boolean;
  /** Volatile: decrypted and on trial in a worker. */
  readonly isOpened: boolean;
  readonly box: boolean;
  readonly read: number;
  readonly hasQuota: boolean;
}

export interface Witness {
  /** Row number e: what epoch e ended with, an attempt (it left) or 0 (it was given back). */
  readonly rows: readonly number[];
  /** Of the source. Rows asked for by an earlier one are refused. */
  readonly incarnation: number;
}

export interface State {
  readonly source: Source;
  readonly memory: Memory;
  readonly attempts: readonly Attempt[];
  /** Free places for programs at each destination. */
  readonly rooms: readonly number[];
  readonly witness: Witness;
  /** Messages ever sent, a bit each: about the program, about attempt 1, about attempt 2. See messages.ts. */
  readonly sent: readonly number[];
  readonly backup: { readonly source: Source; readonly witness: Witness } | null;
  readonly isRestored: boolean;
  readonly isMailSent: boolean;
  /** A bit for each attempt that the program has consented to. */
  readonly consented: number;
}

/** Programs that a destination has room for. */
export const roomsMax = 1;

export const noMemory: Memory = { isInTurn: false, hasReceipt: false, knowsGone: false };
export const nothingSent: readonly number[] = [0, 0, 0];

export const initial: State = {
  source: {
    status: "running",
    attempt: 0,
    hasKey: false,
    consent: 0,
    epoch: 0,
    box: false,
    read: 0,
    hasQuota: true,
    quarantined: false,
    incarnation: 0,
  },
  memory: noMemory,
  attempts: [],
  rooms: [roomsMax, roomsMax],
  witness: { rows: [], incarnation: 0 },
  sent: nothingSent,
  backup: null,
  isRestored: false,
  isMailSent: false,
  consented: 0,
};

/** What can be wrong with the protocol on purpose, so that the checks are seen to find it. */
export const bugs = [
  "no fence after restore",
  "commit before witness",
  "commit honoured after gone",
  "accept not bound to its attempt",
  "discard before gone is durable",
  "consent not bound",
  "alive without admission",
  "carrier keeps its parcel",
  "key not sealed",
  "mail not known by its number",
  "room not given back",
  "freeze amid a turn",
  "return without the witness",
  "gone not repeated",
  "gone forgotten",
  "fence only asks",
] as const;

export type Bug = (typeof bugs)[number];

export interface Rules {
  readonly bounds: Bounds;
  /** Whose store the witness's rows are in: a third host's, or the source's, which a restore sets back with all else. */
  readonly witness: "third host" | "source";
  readonly bug: Bug | "none";
}

/** Given every state that one step leads to, with what the step is called and the attempt it is about (0 for none). */
export type Emit = (next: State, name: string, attempt: number) => void;

/** What is explored: how often a thing may happen. Crashes and messages under way are not bounded. */
export interface Bounds {
  readonly attemptsMax: 1 | 2;
  readonly restoresMax: 0 | 1;
  readonly lettersMax: 0 | 1;
}

export const updateSource = (state: State, change: Partial<Source>, memory: Memory = state.memory): State => ({
  ...state,
  source: { ...state.source, ...change },
  memory,
});

export function updateAttempt(state: State, attempt: number, change: Partial<Attempt>): State {
  const attempts = state.attempts.map((each, index) => (index === attempt - 1 ? { ...each, ...change } : each));
  return { ...state, attempts };
}

export const updateStay = (state: State, attempt: number, change: Partial<Stay>): State =>
  updateAttempt(state, attempt, { stay: { ...state.attempts[attempt - 1]!.stay, ...change } });
