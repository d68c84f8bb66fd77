/** What a host keeps of a program besides its heap: `ProgramRow.state`, committed together with the turn it follows. */
import { ElsewhereError, type ErrorJson, type PerceptKind, type Quota } from "@elsewhere/protocol";
import type { Luggage } from "@elsewhere/world";
import type { ProgramRow } from "../storage/contract.ts";
import type { KeptChange } from "./history.ts";

/** What has to be kept of a program of which `world.json` does not say it: one that another started, or that has crossed. */
export interface Spawned {
  readonly name: string;
  /** Its module, relative to the world's folder; null for one that came from another host, and its code with it. */
  readonly codeFile: string | null;
  /** The program whose quota its own was taken from; null once that one has ended without a parent. */
  readonly parent: string | null;
  readonly owner: string;
  readonly quota: Quota;
  readonly spawns: readonly string[];
  readonly walks: boolean;
}

/** A program that goes to another host, or has gone there. No turn of it begins. */
export type Travel =
  /** It waits to leave, since that world time (milliseconds since 1970). `body`: as it was when it went, null as long as it is here. */
  | { readonly kind: "held"; readonly attempt: string; readonly now: number; readonly body: Departed | null }
  /** It lives there. `host`: what that host was called here then; null where nobody knows. */
  | { readonly kind: "left"; readonly attempt: string; readonly host: string | null };

/** A body that was taken out of the world, and where it stood. */
export interface Departed {
  readonly map: string;
  readonly tile: number;
  readonly luggage: Luggage;
}

/** How a heap came here from another host. */
export interface Arrived {
  /** Hash of the image it came as. */
  readonly image: string;
  /** By how much this world's clock is ahead of that of the world it comes from, milliseconds. */
  readonly shiftMs: number;
  /** Its intent that is answered here. */
  readonly n: number;
  /** It stands on that very image: it is still to be told where it is. */
  readonly isNew: boolean;
}

const sets = new Map<string, ReadonlySet<PerceptKind>>();
/** Far more than any world has combinations of; a program that makes ever new ones fills nothing. */
const setsMax = 1_000;

/** One set for all programs that listen to the same: most of them do. */
export function wantsOf(kinds: readonly PerceptKind[]): ReadonlySet<PerceptKind> {
  const key = kinds.toSorted().join();
  const known = sets.get(key);
  if (known) return known;
  if (sets.size >= setsMax) sets.clear();
  const made = new Set(kinds);
  sets.set(key, made);
  return made;
}

export interface Kept {
  /** sha256 of the code its heap was made with: under other code the heap is of no use. */
  readonly codeHash: string;
  /** The last turn of its present heap; 0 before the first. */
  readonly turn: number;
  readonly imageTurn: number;
  /** How much its heap differed from the base at its last image, bytes. */
  readonly heapBytes: number;
  /** The last delivery it has taken. */
  readonly throughSeq: number;
  /** World time, milliseconds since 1970. */
  readonly wakeAt: number | null;
  readonly wants: ReadonlySet<PerceptKind>;
  readonly lastN: number;
  /** JSON of its `memory`. */
  readonly memory: string;
  /** Since the program was first here. */
  readonly turns: number;
  readonly faults: number;
  readonly faultsInRow: number;
  /** Good turns since the last fault, counted until they are enough to forget the faults. */
  readonly goodInRow: number;
  /** Its heap is an older one, and it has had no turn since. */
  readonly rewound: boolean;
  /** The seed from which its chance is to go on with its next turn; null leaves it as it is. */
  readonly chance: number | null;
  readonly suspended: ErrorJson | null;
  readonly ended: boolean;
  readonly crossing: Travel | null;
  /** Null for a heap that began here. */
  readonly arrived: Arrived | null;
  /** How many programs it has ever started. */
  readonly children: number;
  readonly spawned: Spawned | null;
  /** What changed since its last turn and does not follow from its turns. */
  readonly since: readonly KeptChange[];
}

const keptVersion = 2;

/** Shared, so that a row can leave it out. */
export const noChanges: readonly KeptChange[] = [];

export function freshKept(codeHash: string, lastN: number, memory: string, spawned: Spawned | null): Kept {
  return {
    codeHash,
    turn: 0,
    imageTurn: 0,
    heapBytes: 0,
    throughSeq: 0,
    wakeAt: null,
    wants: wantsOf([]),
    lastN,
    memory,
    turns: 0,
    faults: 0,
    faultsInRow: 0,
    goodInRow: 0,
    rewound: false,
    chance: null,
    suspended: null,
    ended: false,
    crossing: null,
    arrived: null,
    children: 0,
    spawned,
    since: noChanges,
  };
}

/** The same program with a heap still to be made: it keeps its memory and its history, and forgets the rest. */
export function startAnew(kept: Kept, codeHash: string, lastN: number): Kept {
  const { memory, turns, faults, throughSeq, children, spawned } = kept;
  return { ...freshKept(codeHash, Math.max(lastN, kept.lastN), memory, spawned), turns, faults, throughSeq, children };
}

/** Whether its next turn is due whatever its mail and its timers say. */
export const isNewHeap = ({ turn, rewound, arrived }: Kept): boolean => turn === 0 || rewound || arrived?.isNew === true;

/** Whether its body is in this world, or should be. */
export const hasBody = ({ ended, crossing }: Kept): boolean =>
  !ended && (crossing === null || (crossing.kind === "held" && crossing.body === null));

/** Before its beginning. What is still so a row leaves out: there may be a hundred thousand of them. */
export const unborn = freshKept("", 0, "{}", null);

export function keptRow(program: string, kept: Kept): ProgramRow {
  const row: Record<string, unknown> = { version: keptVersion };
  for (const key of Object.keys(unborn) as (keyof Kept)[]) {
    const value = kept[key];
    if (key === "memory" || value === unborn[key]) continue;
    row[key] = key === "wants" ? [...kept.wants] : value;
  }
  const state = JSON.stringify(row);
  return { program, state: kept.memory === unborn.memory ? state : `${state.slice(0, -1)},"memory":${kept.memory}}` };
}

/** Throws `corrupt`. The row was written here and its sum is right, so only its version and kind are looked at. */
export function parseKept({ program, state }: ProgramRow): Kept {
  const row = parseObject(program, state);
  if (row["version"] !== keptVersion || typeof row["codeHash"] !== "string") throw broken(program);
  const { version: _, wants, memory, ...rest } = row as { version: number; wants?: readonly PerceptKind[]; memory?: unknown };
  return {
    ...unborn,
    ...(rest as Partial<Kept>),
    wants: wantsOf(wants ?? []),
    memory: memory === undefined ? unborn.memory : JSON.stringify(memory),
  };
}

function parseObject(program: string, state: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(state);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw broken(program);
}

const broken = (program: string): ElsewhereError =>
  new ElsewhereError("corrupt", `what was kept of program ${program} cannot be read`, { field: program });
