/** Payloads of programs that have left, and their keys, kept for a time should nobody hear of the program again. */
import { limits } from "@elsewhere/protocol";
import type { SettingRow } from "../storage/contract.ts";
import type { Desk } from "./desk.ts";
import { drop, type Kept, put } from "./journal.ts";

export class Keeping {
  readonly #desk: Desk;
  #kept: readonly Kept[];

  constructor(desk: Desk, kept: readonly Kept[]) {
    this.#desk = desk;
    this.#kept = kept;
    this.#sweep();
  }

  /** What is to be written beside the end of a crossing. */
  keep(attempt: string, key: string | null): SettingRow {
    this.#sweep();
    const kept: Kept = { attempt, key, until: this.#desk.deadline(limits.crossingKeptMsMax) };
    this.#kept = [...this.#kept, kept];
    return put("kept", attempt, kept);
  }

  #sweep(): void {
    const wall = this.#desk.options.clock.wallSeconds();
    const past = this.#kept.filter(({ until }) => until <= wall);
    if (past.length === 0) return;
    this.#kept = this.#kept.filter(({ until }) => until > wall);
    this.#desk.write(past.flatMap(({ attempt }) => [drop("kept", attempt), drop("payload", attempt)]));
  }
}
