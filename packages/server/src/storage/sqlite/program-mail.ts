import { broken } from "../../record/recover.ts";
import type { DeliveryRow, ProgramRow } from "../contract.ts";
import type { LedgerRow, LedgerTable } from "./ledger.ts";
import type { ProgramIds } from "./program-ids.ts";

/**
 * Collects what a host asks of all programs when it starts: their states, and their mail. The check at a start reads
 * these rows anyhow, and of a hundred thousand programs they are not read twice.
 */
export class ProgramMail {
  readonly #states: ProgramRow[] = [];
  readonly #waiting: DeliveryRow[] = [];
  readonly #taken: number[] = [];
  readonly #ids: ProgramIds;

  /** Notes the number of each program in `ids`. */
  constructor(ids: ProgramIds) {
    this.#ids = ids;
  }

  /** Takes in a row of the ledger: all of `programs` before the first of `deliveries`; other tables are passed over. */
  add(table: LedgerTable, row: LedgerRow): void {
    if (table === "programs") this.#addProgram(row);
    if (table === "deliveries") this.#addDelivery(row);
  }

  get states(): readonly ProgramRow[] {
    return this.#states.sort(byProgram);
  }

  /** Mail not yet taken, by program and then in order. */
  get waiting(): readonly DeliveryRow[] {
    // Of one program it was in order already, and sorting leaves it so.
    return this.#waiting.sort(byProgram);
  }

  #addProgram([id, name, , , , throughSeq, , , state]: LedgerRow): void {
    const program = String(name);
    this.#ids.add(program, Number(id));
    this.#taken[Number(id)] = Number(throughSeq);
    if (typeof state === "string") this.#states.push({ program, state });
  }

  #addDelivery([id, seq, , tick, json]: LedgerRow): void {
    const program = this.#ids.nameOf(Number(id));
    if (program === null) throw broken(`there is mail for a program that is missing (number ${String(id)})`);
    if (Number(seq) > this.#taken[Number(id)]!) this.#waiting.push({ program, seq: Number(seq), tick: Number(tick), json: String(json) });
  }
}

function byProgram(a: { readonly program: string }, b: { readonly program: string }): number {
  return a.program < b.program ? -1 : Number(a.program > b.program);
}
