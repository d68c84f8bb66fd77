import type { CrossingDecision, CrossingInfo, Percept } from "@elsewhere/protocol";
import type { CrossingsOptions } from "../../packages/server/src/crossings/contract.ts";
import type { CrossingIntent } from "../../packages/server/src/crossings/crossings.ts";
import type { Message } from "../../packages/server/src/crossings/messages.ts";
import type { CommitBatch } from "../../packages/server/src/storage/contract.ts";

/** What is under test, as a host uses it. */
export interface Engine {
  offer(program: string, to: string, forMs: number): Promise<CrossingInfo>;
  /** Nothing of it may run. */
  readonly isQuarantined: boolean;
  intent(program: string, n: number, intent: CrossingIntent, tick: number): { readonly batch: CommitBatch; readonly reply: Percept | null };
  receive(from: string, message: Message): void;
  payload(attempt: string): Promise<Uint8Array | null>;
  before(tick: number, now: number): CommitBatch;
  after(): () => void;
  list(): readonly CrossingInfo[];
  decide(attempt: string, decision: CrossingDecision): Promise<CrossingInfo>;
  close(): void;
}

export type OpenEngine = (options: CrossingsOptions) => Promise<Engine>;
