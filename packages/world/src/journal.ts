import { ByteWriter } from "@elsewhere/protocol";
import type { Before, Befores } from "./before.ts";
import { awake, type Activity, type BodyRow, type Cold } from "./bodies.ts";
import type { Delta } from "./codec.ts";
import type { WorldEvent } from "./events.ts";
import type { Transfer } from "./inputs.ts";
import { MovesWriter } from "./moves.ts";
import { SlotSet } from "./slot-set.ts";
import type { Away, MapState } from "./state.ts";

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
  /** Slots of those who moved or turned, and whose place in their path is another. */
  readonly #moved = new SlotSet();
  readonly #reached = new SlotSet();
  readonly #numbered = new SlotSet();
  readonly #acted = new SlotSet();
  readonly #layered = new SlotSet();
  readonly #cooled = new SlotSet();
  readonly #changed = [this.#moved, this.#reached, this.#numbered, this.#acted, this.#layered, this.#cooled];
  readonly #born = new SlotSet();
  readonly #gone = new SlotSet();
  readonly #befores: Befores;
  readonly #doors = new Set<number>();
  readonly #away = new Set<string>();

  constructor(state: MapState) {
    this.state = state;
    this.#befores = state.befores;
    this.#befores.begin();
  }

  emit(event: WorldEvent): void {
    this.events.push(event);
  }

  /** Returns the slot of the new body. */
  born(row: BodyRow): number {
    const slot = this.state.bodyTable.freeSlot();
    this.#befores.comes(slot, row.id, row.cold.name);
    this.state.bodyTable.insert(slot, row);
    this.#born.add(slot);
    return slot;
  }

  gone(slot: number): void {
    const { bodyTable } = this.state;
    this.#befores.leaves(slot);
    this.vacated.push(bodyTable.tile[slot]!);
    if (!this.#born.delete(slot)) this.#gone.add(slot);
    for (const changed of this.#changed) changed.delete(slot);
    bodyTable.delete(slot);
  }

  move(slot: number, x: number, y: number, facing: number): void {
    const { bodyTable } = this.state;
    if (bodyTable.x[slot] === x && bodyTable.y[slot] === y && bodyTable.facing[slot] === facing) return;
    const before = bodyTable.tile[slot]!;
    this.#befores.keep(slot);
    bodyTable.moveTo(slot, x, y, facing);
    if (bodyTable.tile[slot] !== before) this.vacated.push(before);
    this.#moved.add(slot);
  }

  setAt(slot: number, at: number): void {
    this.state.bodyTable.setAt(slot, at);
    this.#reached.add(slot);
  }

  setLastN(slot: number, n: number): void {
    this.state.bodyTable.lastN[slot] = n;
    this.#numbered.add(slot);
  }

  setEpoch(slot: number, epoch: number): void {
    this.state.bodyTable.epoch[slot] = epoch;
    this.#numbered.add(slot);
  }

  /** Returns whether its posture changed. */
  setAsleep(slot: number, since: number): boolean {
    const { bodyTable } = this.state;
    const before = bodyTable.asleepSince[slot]!;
    this.#befores.keep(slot);
    bodyTable.setAsleep(slot, since);
    this.#numbered.add(slot);
    return (before === awake) !== (since === awake);
  }

  setActivity(slot: number, activity: Activity | null): void {
    if (this.state.bodyTable.activity[slot] === activity) return;
    this.state.bodyTable.setActivity(slot, activity);
    this.#acted.add(slot);
    if (this.state.bodyTable.at[slot]! > (activity?.path ?? "").length) this.setAt(slot, 0);
  }

  setCold(slot: number, change: Partial<Cold>): void {
    this.state.bodyTable.cold[slot] = { ...this.state.bodyTable.coldOf(slot), ...change };
    this.#cooled.add(slot);
  }

  setLayers(slot: number, on: number, sees: number): void {
    const { bodyTable } = this.state;
    if (bodyTable.layerOn[slot] === on && bodyTable.layerSees[slot] === sees) return;
    this.#befores.keep(slot);
    bodyTable.setLayers(slot, on, sees);
    this.#layered.add(slot);
  }

  /** Gives a body a hidden room, as `map/alias`. Returns whether it did not hold it before. */
  hold(slot: number, place: string): boolean {
    const { holds } = this.state.bodyTable.coldOf(slot);
    if (holds.includes(place)) return false;
    this.#befores.keep(slot);
    this.setCold(slot, { holds: [...holds, place].toSorted() });
    return true;
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
    // All of a body that has come is told with its coming.
    for (const slot of this.#born) for (const changed of this.#changed) changed.delete(slot);
    const sizes = [...this.#changed, this.#born, this.#gone, this.#doors, this.#away].map(({ size }) => size);
    if (events.length === 0 && sizes.every((size) => size === 0)) return null;
    const t = state.bodyTable;
    return {
      tick: state.tick,
      gone: [...this.#gone],
      born: Array.from(this.#born, (slot) => [slot, t.row(slot)] as const),
      numbered: [...this.#numbered].flatMap((slot) => [slot, t.epoch[slot]!, t.lastN[slot]!, t.asleepSince[slot]!]),
      layered: [...this.#layered].flatMap((slot) => [slot, t.layerOn[slot]!, t.layerSees[slot]!]),
      acted: Array.from(this.#acted, (slot) => [slot, t.activity[slot] ?? null] as const),
      cooled: Array.from(this.#cooled, (slot) => [slot, t.coldOf(slot)] as const),
      doors: [...this.#doors].toSorted((a, b) => a - b).map((door) => [door, state.doors.isOpen(door)] as const),
      away: [...this.#away].toSorted().map((who) => [who, state.away.get(who) ?? null] as const),
      events,
      moved: this.#moves(),
    };
  }

  #moves(): Uint8Array {
    const [moved, reached, t] = [this.#moved, this.#reached, this.state.bodyTable];
    const { motion } = t;
    const out = new ByteWriter(3 * moved.size + 4 * reached.size);
    const writer = new MovesWriter(out);
    let mover = moved.next(-1);
    let reacher = reached.next(-1);
    while (mover !== -1 || reacher !== -1) {
      const slot = mover === -1 ? reacher : reacher === -1 ? mover : Math.min(mover, reacher);
      const moves = slot === mover;
      writer.row(t, slot, moves, moves ? motion.dx(slot) : 0, moves ? motion.dy(slot) : 0, slot === reacher);
      if (moves) mover = moved.next(mover);
      if (slot === reacher) reacher = reached.next(reacher);
    }
    return out.since(0);
  }
}
