/** What programs have come to by a tick. */
import type { ErrorJson, Intent } from "@elsewhere/protocol";
import type { CommitBatch, GroundRow, ImageRow, LogRow, ProgramRow, TurnRow } from "../storage/contract.ts";
import type { CrossingIntent, SpawnIntent } from "./asked.ts";

/** What a tick applies (`intents` to `gone`) and what must be committed with it (the rows). */
export interface Collected {
  readonly intents: readonly { readonly program: string; readonly n: number; readonly intent: Intent }[];
  readonly spawns: readonly { readonly program: string; readonly n: number; readonly intent: SpawnIntent }[];
  readonly crossings: readonly { readonly program: string; readonly n: number; readonly intent: CrossingIntent }[];
  /** Intents the world never sees; each is to be answered by a failed reply. */
  readonly refused: readonly { readonly program: string; readonly n: number; readonly error: ErrorJson }[];
  /** Programs that have ended or are off to another host: their bodies go. */
  readonly gone: readonly string[];
  readonly turns: readonly TurnRow[];
  readonly images: readonly ImageRow[];
  readonly grounds: readonly GroundRow[];
  readonly programs: readonly ProgramRow[];
  readonly logs: readonly LogRow[];
  /** Code that is new here. */
  readonly settings: NonNullable<CommitBatch["settings"]>;
}

/** Part of what a clean end stores. */
export interface LastImages {
  readonly images: readonly ImageRow[];
  readonly grounds: readonly GroundRow[];
  readonly programs: readonly ProgramRow[];
}
