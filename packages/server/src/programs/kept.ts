/** What a host keeps of a program besides its heap: `ProgramRow.state`, committed together with the turn it follows. */
import { ElsewhereError, type ErrorJson, type JsonObject, type PerceptKind } from "@elsewhere/protocol";
import { z } from "zod";
import type { ProgramRow } from "../storage/contract.ts";

const keptSchema = z.object({
  version: z.literal(1),
  /** What its heap was made with: other code or another base and the heap is of no use. */
  codeHash: z.string(),
  base: z.string(),
  /** The last turn of its present heap; 0 before the first. */
  turn: z.int().min(0),
  imageTurn: z.int().min(0),
  throughSeq: z.int().min(0),
  wakeAt: z.number().nullable(),
  wants: z.array(z.string()),
  lastN: z.int().min(0),
  memory: z.record(z.string(), z.json()),
  /** Since the program was first here. */
  turns: z.int().min(0),
  faults: z.int().min(0),
  faultsInRow: z.int().min(0),
  suspended: z.unknown(),
});

export interface Kept extends Omit<z.infer<typeof keptSchema>, "wants" | "memory" | "suspended"> {
  readonly wants: readonly PerceptKind[];
  readonly memory: JsonObject;
  readonly suspended: ErrorJson | null;
}

export function freshKept(codeHash: string, base: string, lastN: number, memory: JsonObject): Kept {
  return {
    version: 1,
    codeHash,
    base,
    turn: 0,
    imageTurn: 0,
    throughSeq: 0,
    wakeAt: null,
    wants: [],
    lastN,
    memory,
    turns: 0,
    faults: 0,
    faultsInRow: 0,
    suspended: null,
  };
}

/** The same program with a heap still to be made: it keeps its memory and its history, and forgets the rest. */
export function startAnew(kept: Kept, codeHash: string, base: string, lastN: number): Kept {
  const { memory, turns, faults, throughSeq } = kept;
  return { ...freshKept(codeHash, base, Math.max(lastN, kept.lastN), memory), turns, faults, throughSeq };
}

export function parseKept(row: ProgramRow): Kept {
  const result = keptSchema.safeParse(JSON.parse(row.state));
  if (result.success) return result.data as Kept;
  const issue = result.error.issues[0]!;
  throw new ElsewhereError("corrupt", `state of program ${row.program}: ${issue.path.join(".")}: ${issue.message}`, { field: row.program });
}
