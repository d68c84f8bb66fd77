import type { CommitBatch, DeliveryRow } from "../../packages/server/src/storage/contract.ts";

/** What is on a disk. */
export interface Contents {
  readonly settings: Map<string, string>;
  readonly programs: Map<string, string>;
  /** By program and number. */
  readonly mail: Map<string, Map<number, DeliveryRow>>;
}

export const copyOf = ({ settings, programs, mail }: Contents): Contents => ({
  settings: new Map(settings),
  programs: new Map(programs),
  mail: new Map([...mail].map(([program, rows]) => [program, new Map(rows)])),
});

/** A disk: takes batches whole or not at all. It outlives its host's crashes. */
export class Disk {
  contents: Contents = { settings: new Map(), programs: new Map(), mail: new Map() };
  /** Until then it is full: what is written waits. */
  fullUntilMs = 0;

  apply({ settings = [], programs = [], deliveries = [], turns = [] }: CommitBatch): void {
    const { contents } = this;
    for (const { key, value } of settings) {
      if (value === null) contents.settings.delete(key);
      else contents.settings.set(key, value);
    }
    for (const { program, state } of programs) contents.programs.set(program, state);
    for (const row of deliveries) {
      const rows = contents.mail.get(row.program) ?? new Map<number, DeliveryRow>();
      if (rows.has(row.seq)) throw new Error(`delivery ${row.seq} of ${row.program} is there already`);
      contents.mail.set(row.program, rows.set(row.seq, row));
    }
    for (const { program, throughSeq } of turns) {
      const rows = contents.mail.get(program);
      for (const seq of rows?.keys() ?? []) if (seq <= throughSeq) rows!.delete(seq);
    }
  }
}
