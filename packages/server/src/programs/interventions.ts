/** Changes to programs from outside their turns: asked for at any time, applied in a tick, done once that tick is durable. */
import type { ImageRow, LogRow, ProgramRow, Storage } from "../storage/contract.ts";
import { apply, type Change, olderImage, whyGone } from "./changes.ts";
import type { Resident } from "./resident.ts";

interface Pending {
  readonly resident: Resident;
  readonly change: Change;
  readonly done: () => void;
  readonly refuse: (error: Error) => void;
}

/** What was changed in a tick, and must be committed with it. */
export interface Intervened {
  readonly changed: readonly { readonly resident: Resident; readonly kind: Change["kind"]; readonly done: () => void }[];
  readonly rows: readonly ProgramRow[];
  readonly images: readonly ImageRow[];
  readonly logs: readonly LogRow[];
}

export class Interventions {
  readonly #storage: Pick<Storage, "images" | "image">;
  #pending: Pending[] = [];

  constructor(storage: Pick<Storage, "images" | "image">) {
    this.#storage = storage;
  }

  /** Resolves once the change is durable; rejects with `forbidden` if the program has ended or left before it could be made. */
  ask(resident: Resident, change: Change): Promise<void> {
    return new Promise((done, refuse) => this.#pending.push({ resident, change, done, refuse }));
  }

  /** Supervision: a program's heap has failed too often. Resolves once what is to be done about it is known. */
  async supervise(resident: Resident, next: "older" | "fresh"): Promise<void> {
    const why = `after ${resident.kept.faultsInRow} faults in a row`;
    const image = next === "older" ? await olderImage(resident, this.#storage).catch(() => null) : null;
    const change: Change =
      image === null ? { kind: "anew", code: null, why, forgives: false } : { kind: "rewind", image, why, forgives: false };
    this.#pending.push({ resident, change, done: () => {}, refuse: () => {} });
  }

  /** Applies what is asked for; those whose program has a turn under way wait for its end. */
  apply(now: number, tick: number): Intervened {
    if (this.#pending.length === 0) return nothing;
    const due = this.#pending.filter(({ resident }) => resident.phase === "idle");
    this.#pending = this.#pending.filter(({ resident }) => resident.phase !== "idle");
    const all = due.flatMap(({ resident, change, done, refuse }) => {
      const gone = change.kind === "depart" ? null : whyGone(resident);
      if (gone === null) return [{ resident, kind: change.kind, done, result: apply(change, resident, now, tick) }];
      refuse(gone);
      return [];
    });
    const results = all.map(({ result }) => result);
    return {
      changed: all,
      rows: results.map(({ row }) => row),
      images: results.flatMap(({ image }) => image ?? []),
      logs: results.flatMap(({ logs }) => logs),
    };
  }
}

const nothing: Intervened = { changed: [], rows: [], images: [], logs: [] };
