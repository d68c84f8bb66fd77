/** What each program may use just now: its own quota less what it gave its children, and its owner's. */
import type { Quota } from "@elsewhere/protocol";
import { Families } from "./families.ts";
import { Meter } from "./quotas.ts";
import type { Resident } from "./resident.ts";
import type { ProgramSpec } from "./spec.ts";

export class Allowances {
  readonly #families = new Families();
  readonly #owners: ReadonlyMap<string, Quota>;
  readonly #ownerMeters = new Map<string, Meter>();

  /** `owners`: what all programs of an owner may use together, for those who have a limit. */
  constructor(owners: ReadonlyMap<string, Quota>) {
    this.#owners = owners;
  }

  /** What is left of what it was itself given. */
  own({ spec: { program, quota } }: Pick<Resident, "spec">): Quota {
    return this.#families.left(program, quota);
  }

  quota(resident: Resident): Quota {
    const { owner } = resident.spec;
    const left = this.own(resident);
    const limit = this.#owners.get(owner);
    if (limit === undefined) return left;
    const { mailboxItems, intentsPerTurn } = limit;
    return {
      ...left,
      mailboxItems: Math.min(left.mailboxItems, mailboxItems),
      intentsPerTurn: Math.min(left.intentsPerTurn, intentsPerTurn),
    };
  }

  /** What its use is counted against, made when it is first used. */
  meters(resident: Resident, clockMs: number): readonly Meter[] {
    resident.meter ??= new Meter(this.quota(resident), clockMs);
    const { owner } = resident.spec;
    const limit = this.#owners.get(owner);
    if (limit === undefined) return [resident.meter];
    const shared = this.#ownerMeters.get(owner) ?? new Meter(limit, clockMs);
    this.#ownerMeters.set(owner, shared);
    return [resident.meter, shared];
  }

  /** At start: a program that another one started. */
  restore(child: Resident, parent: Resident | null): void {
    const { program, quota } = child.spec;
    this.#families.add(program, quota, parent?.spec.program ?? null, parent?.spec.quota ?? quota);
  }

  /** A program that comes from elsewhere has that quota, of which nothing is its parent's. One that comes home to a parent has its own. */
  regive({ program, quota, parent }: ProgramSpec): void {
    if (parent === null) this.#families.regive(program, quota);
  }

  /** Takes `share` of what is left of `parent` for a new child. Throws `limit`. */
  give(parent: Resident, child: string, share: number): Quota {
    const { spec, kept } = parent;
    const given = this.#families.give(spec.program, spec.quota, child, share, kept.heapBytes);
    this.#recount(parent);
    return given;
  }

  /** Gives back what a program that has ended had; tells whose parent is now another. */
  end(program: string, residentOf: (program: string) => Resident | null): { parent: string | null; children: readonly string[] } {
    const { parent, children } = this.#families.end(program);
    const giver = parent === null ? null : residentOf(parent);
    if (giver !== null) this.#recount(giver);
    return { parent, children };
  }

  #recount(resident: Resident): void {
    if (resident.meter !== null) resident.meter.quota = this.quota(resident);
  }
}
