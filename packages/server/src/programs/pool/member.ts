/** A program as the pool knows it. There may be a hundred thousand of them: nothing is kept here that could be had otherwise. */
import type { Code, HeapKeeper } from "../contract.ts";
import type { Request } from "./request.ts";
import type { WorkerThread } from "./thread.ts";

export type Whereabouts =
  | { readonly kind: "stored" }
  /** Where its image's bytes are, and what else is not in them. */
  | {
      readonly kind: "parked";
      readonly at: number;
      readonly bytes: number;
      readonly turn: number;
      readonly heapBytes: number;
      readonly template: string;
    }
  /** And the template its last image stands on, which its next one may stand on again. */
  | { readonly kind: "live"; readonly thread: WorkerThread; readonly template: string | null };

export const stored: Whereabouts = { kind: "stored" };

export class Member {
  /** Tells it from a program of the same name that was here before. */
  readonly serial: number;
  readonly program: string;
  readonly code: Code;
  readonly keeper: HeapKeeper;
  whereabouts: Whereabouts = stored;
  removed = false;
  /** A request of it is under way. */
  busy = false;
  /** Requests for when that is done; null where there are none, as nearly always. */
  waiting: Request[] | null = null;

  constructor(serial: number, program: string, code: Code, keeper: HeapKeeper) {
    this.serial = serial;
    this.program = program;
    this.code = code;
    this.keeper = keeper;
  }

  /** What workers call it. */
  get key(): string {
    return String(this.serial);
  }
}
