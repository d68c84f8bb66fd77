import type { Percept } from "@elsewhere/protocol";
import type { Letter } from "../../packages/server/src/crossings/contract.ts";
import type { CommitBatch, DeliveryRow } from "../../packages/server/src/storage/contract.ts";
import type { Contents } from "./disk.ts";
import { type Heap, isLive, type Kept, keptOf, rowOf } from "./heap.ts";
import type { Mind, Taken } from "./mind.ts";

/** A program in the memory of a host that runs. */
export class Resident {
  readonly program: string;
  kept: Kept;
  mail: Letter[];
  lastSeq: number;
  /** Its body goes with the next tick. */
  isLeaving = false;

  constructor(program: string, kept: Kept, mail: readonly Letter[], lastSeq: number) {
    this.program = program;
    this.kept = kept;
    this.mail = [...mail];
    this.lastSeq = lastSeq;
  }

  change(change: Partial<Kept>): CommitBatch {
    this.kept = { ...this.kept, ...change };
    return { programs: [rowOf(this.program, this.kept)] };
  }

  deliver(percepts: readonly Percept[], tick: number): CommitBatch {
    const deliveries = percepts.map((percept): DeliveryRow => {
      this.mail.push({ seq: ++this.lastSeq, percept });
      return { program: this.program, seq: this.lastSeq, tick, json: JSON.stringify(percept) };
    });
    return { deliveries };
  }
}

/** A turn that was taken: what it asks, and the number it gave out. */
export interface Outcome {
  readonly program: string;
  readonly heap: Heap;
  readonly intents: Taken["intents"];
  readonly batch: CommitBatch;
}

/** The programs of one host for as long as it runs. */
export class Population {
  readonly residents = new Map<string, Resident>();

  /** `hasLeft`: of one that is held, whether it has no body here any more. */
  constructor({ programs, mail }: Contents, hasLeft: (program: string) => boolean) {
    for (const [program, state] of programs) {
      const known = keptOf(state);
      const kept = known.held !== null && hasLeft(program) ? { ...known, hasBody: false } : known;
      const rows = [...(mail.get(program)?.values() ?? [])].toSorted((a, b) => a.seq - b.seq);
      const letters = rows.map(({ seq, json }) => ({ seq, percept: JSON.parse(json) as Percept }));
      this.residents.set(program, new Resident(program, kept, letters, letters.at(-1)?.seq ?? kept.throughSeq));
    }
  }

  get live(): readonly Resident[] {
    return [...this.residents.values()].filter(({ kept }) => isLive(kept));
  }

  /** Bodies that were to go are gone from now on. */
  bodiesGo(): readonly CommitBatch[] {
    return [...this.residents.values()].flatMap((resident) => {
      if (!resident.isLeaving) return [];
      resident.isLeaving = false;
      return [resident.change({ hasBody: false })];
    });
  }

  /** Turns of those who care to take one now. */
  turns(mind: Mind): readonly Outcome[] {
    return this.live.flatMap((resident) => {
      const { program, kept, mail } = resident;
      const taken = mind.turn(kept.heap, kept.lastN, mail);
      if (taken === null) return [];
      const { heap, lastN, through, intents } = taken;
      const throughSeq = through ?? kept.throughSeq;
      resident.mail = mail.filter(({ seq }) => seq > throughSeq);
      const { programs } = resident.change({ heap, lastN, throughSeq });
      const turn = { program, turn: heap.count, tick: 0, throughSeq, bytes: new Uint8Array() };
      return [{ program, heap, intents, batch: { programs: programs!, turns: [turn] } }];
    });
  }
}
