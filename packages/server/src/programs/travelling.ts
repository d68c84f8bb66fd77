/** The programs of a host as crossings know them: those that leave, and those that arrive. */
import type { ErrorJson, Percept } from "@elsewhere/protocol";
import type { Letter, Parcel, Stands, Travellers, Welcome } from "../crossings/contract.ts";
import type { CommitBatch } from "../storage/contract.ts";
import { Arriving, type ArrivingOptions } from "./arriving.ts";
import { Leaving, type LeavingOptions } from "./leaving.ts";
import type { Programs } from "./programs.ts";

export type TravellingOptions = LeavingOptions & ArrivingOptions;

export class Travelling implements Travellers {
  readonly #programs: Programs;
  readonly #leaving: Leaving;
  readonly #arriving: Arriving;

  constructor(options: TravellingOptions) {
    this.#programs = options.programs;
    this.#leaving = new Leaving(options);
    this.#arriving = new Arriving(options);
  }

  mayLeave(program: string): ErrorJson | null {
    return this.#leaving.mayLeave(program);
  }

  livesHere(program: string): boolean {
    return this.#programs.resident(program)?.livesHere ?? false;
  }

  nameOf(program: string): string {
    return this.#programs.resident(program)?.spec.name ?? program;
  }

  tell(program: string, percept: Percept, tick: number): CommitBatch | null {
    const deliveries = this.#programs.deliver(program, tick, [percept]);
    return deliveries.length === 0 ? null : { deliveries };
  }

  hold(program: string, attempt: string, tick: number): CommitBatch {
    return this.#leaving.hold(program, attempt, tick);
  }

  pack(program: string, n: number): Promise<{ readonly parcel: Parcel; readonly stands: Stands }> {
    return this.#leaving.pack(program, n);
  }

  depart(program: string): void {
    this.#leaving.depart(program);
  }

  hasDeparted(program: string): boolean {
    return this.#leaving.hasDeparted(program);
  }

  mailAfter(program: string, seq: number): readonly Letter[] {
    return this.#leaving.mailAfter(program, seq);
  }

  remain(program: string, n: number, error: ErrorJson, tick: number, now: number): CommitBatch {
    return this.#leaving.remain(program, n, error, tick, now);
  }

  bury(program: string, host: string, tick: number): CommitBatch {
    return this.#leaving.bury(program, host, tick);
  }

  runs(stands: Stands): ErrorJson | null {
    return this.#arriving.runs(stands);
  }

  tryOut(parcel: Parcel, from: Welcome): Promise<ErrorJson | null> {
    return this.#arriving.tryOut(parcel, from);
  }

  admit(parcel: Parcel, from: Welcome, tick: number, now: number): { readonly program: string; readonly batch: CommitBatch } {
    return this.#arriving.admit(parcel, from, tick, now);
  }

  forwarded(program: string, letters: readonly Letter[], tick: number): CommitBatch {
    return this.#arriving.forwarded(program, letters, tick);
  }

  revoke(program: string, tick: number, now: number): CommitBatch {
    return this.#arriving.revoke(program, tick, now);
  }
}
