import { type Before, Befores } from "./before.ts";
import { awake, type Activity, type BodyRow, type Cold } from "./bodies.ts";
import type { Delta } from "./codec.ts";
import type { WorldEvent } from "./events.ts";
import type { Transfer } from "./inputs.ts";
import type { Away, MapState } from "./state.ts";

const moved = 1;
const numbered = 2;
const acted = 4;
const cooled = 8;

/**
 * The only way a step writes into a map's state. It notes what was written and in the end gives the tick's delta:
 * new values, not the inputs that led to them, so that a later kernel with other rules reads an old record alike.
 */
export class Journal {
  readonly state: MapState;
  readonly events: WorldEvent[] = [];
  readonly transfers: Transfer[] = [];
  /** Tiles that somebody stepped off or vanished from: doors there may want to close. */
  readonly vacated: number[] = [];
  readonly #dirty = new Map<number, number>();
  readonly #born = new Set<number>();
  readonly #gone = new Set<number>();
  readonly #befores: Befores;
  readonly #doors = new Set<number>();
  readonly #away = new Set<string>();

  constructor(state: MapState) {
    this.state = state;
    this.#befores = new Befores(state.bodyTable);
  }

  emit(event: WorldEvent): void {
    this.events.push(event);
  }

  /** Returns the slot of the new body. */
  born(row: BodyRow): number {
    const slot = this.state.bodyTable.freeSlot();
    this.#befores.keepAbsence(row.id, row.cold.name);
    this.state.bodyTable.insert(slot, row);
    this.#born.add(slot);
    return slot;
  }

  gone(slot: number): void {
    const { bodyTable } = this.state;
    this.#befores.keep(slot);
    this.vacated.push(bodyTable.tile[slot]!);
    if (!this.#born.delete(slot)) this.#gone.add(slot);
    this.#dirty.delete(slot);
    bodyTable.delete(slot);
  }

  move(slot: number, x: number, y: number, facing: number): void {
    const { bodyTable } = this.state;
    if (bodyTable.x[slot] === x && bodyTable.y[slot] === y && bodyTable.facing[slot] === facing) return;
    const before = bodyTable.tile[slot]!;
    this.#befores.keep(slot);
    bodyTable.moveTo(slot, x, y, facing);
    if (bodyTable.tile[slot] !== before) this.vacated.push(before);
    this.#mark(slot, moved);
  }

  setAt(slot: number, at: number): void {
    this.state.bodyTable.setAt(slot, at);
    this.#mark(slot, moved);
  }

  setLastN(slot: number, n: number): void {
    this.state.bodyTable.lastN[slot] = n;
    this.#mark(slot, numbered);
  }

  setEpoch(slot: number, epoch: number): void {
    this.state.bodyTable.epoch[slot] = epoch;
    this.#mark(slot, numbered);
  }

  /** Returns whether its posture changed. */
  setAsleep(slot: number, since: number): boolean {
    const { bodyTable } = this.state;
    const before = bodyTable.asleepSince[slot]!;
    this.#befores.keep(slot);
    bodyTable.setAsleep(slot, since);
    this.#mark(slot, numbered);
    return (before === awake) !== (since === awake);
  }

  setActivity(slot: number, activity: Activity | null): void {
    if (this.state.bodyTable.activity[slot] === activity) return;
    this.state.bodyTable.setActivity(slot, activity);
    this.#mark(slot, acted);
    if (this.state.bodyTable.at[slot]! > (activity?.path ?? "").length) this.setAt(slot, 0);
  }

  setCold(slot: number, change: Partial<Cold>): void {
    this.state.bodyTable.cold[slot] = { ...this.state.bodyTable.coldOf(slot), ...change };
    this.#mark(slot, cooled);
  }

  setDoor(door: number, open: boolean): void {
    this.state.doors.set(door, open);
    this.#doors.add(door);
  }

  setAway(who: string, away: Away | null): void {
    if (away) this.state.away.set(who, away);
    else this.state.away.delete(who);
    this.#away.add(who);
  }

  depart(transfer: Transfer): void {
    this.transfers.push(transfer);
  }

  /** How all stood before who came, went, moved, turned, fell asleep or woke, but for those who in the end stand as they stood. */
  touched(): readonly Before[] {
    return this.#befores.changed();
  }

  /** All that changed, or null if nothing did. Refusals changed nothing and are left out. */
  delta(): Delta | null {
    const { state } = this;
    const events = this.events.filter((event) => event.kind !== "refused");
    const unchanged = this.#dirty.size + this.#born.size + this.#gone.size + this.#doors.size + this.#away.size === 0;
    if (unchanged && events.length === 0) return null;
    const slots = [...this.#dirty.keys()].toSorted((a, b) => a - b);
    const having = (bit: number): number[] => slots.filter((slot) => !this.#born.has(slot) && (this.#dirty.get(slot)! & bit) !== 0);
    const t = state.bodyTable;
    const ascending = (set: Set<number>): number[] => [...set].toSorted((a, b) => a - b);
    return {
      tick: state.tick,
      gone: ascending(this.#gone),
      born: ascending(this.#born).map((slot) => [slot, t.row(slot)] as const),
      moved: having(moved).flatMap((slot) => [slot, t.x[slot]!, t.y[slot]!, t.facing[slot]!, t.at[slot]!]),
      numbered: having(numbered).flatMap((slot) => [slot, t.epoch[slot]!, t.lastN[slot]!, t.asleepSince[slot]!]),
      acted: having(acted).map((slot) => [slot, t.activity[slot] ?? null] as const),
      cooled: having(cooled).map((slot) => [slot, t.coldOf(slot)] as const),
      doors: ascending(this.#doors).map((door) => [door, state.doors.isOpen(door)] as const),
      away: [...this.#away].toSorted().map((who) => [who, state.away.get(who) ?? null] as const),
      events,
    };
  }

  #mark(slot: number, bit: number): void {
    this.#dirty.set(slot, (this.#dirty.get(slot) ?? 0) | bit);
  }
}
