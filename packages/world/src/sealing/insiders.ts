import type { MapState } from "../state.ts";
import type { Luggage } from "../inputs.ts";
import type { WorldMap } from "../map.ts";

/** Somebody with all that is carried, in a room. */
interface Party {
  readonly room: number;
  readonly all: readonly Pick<Luggage, "who" | "id">[];
}

/** By body: its slot; by who is away: their name. */
type Holder = number | string;

/**
 * Who and what is in the hidden rooms of one map, as the last split found it, and who was before that. Whoever splits says
 * first all who go and then all who come, for what one gives another is with both for a moment.
 */
export class Insiders {
  readonly #state: MapState;
  readonly #parties = new Map<Holder, Party>();
  readonly #byWho = new Map<string, number>();
  readonly #byId = new Map<number, number>();
  /** The rooms in which those were whom the last split found to have gone or come; 0 for none. */
  readonly #wasByWho = new Map<string, number>();
  readonly #wasById = new Map<number, number>();
  /** Where those were for a moment who were in no hidden room before, and are in none now. */
  readonly #passedByWho = new Map<string, number>();
  readonly #passedById = new Map<number, number>();
  /** Of things that the map itself puts into a hidden room: into which. */
  readonly #homes: ReadonlyMap<string, number>;

  constructor(state: MapState) {
    this.#state = state;
    this.#homes = homesOn(state.map);
  }

  /** Nobody has gone or come since. */
  begin(): void {
    this.#wasByWho.clear();
    this.#wasById.clear();
    this.#passedByWho.clear();
    this.#passedById.clear();
  }

  /** The room of a body by its slot, or of one who is away, before the changes that are being split; 0 for none. */
  roomIn(holder: Holder): number {
    return this.#parties.get(holder)?.room ?? 0;
  }

  goes(holder: Holder): void {
    const party = this.#parties.get(holder);
    if (party === undefined) return;
    this.#parties.delete(holder);
    for (const { who, id } of party.all) {
      this.#keep(who, id, party.room);
      this.#byWho.delete(who);
      this.#byId.delete(id);
    }
  }

  /** The body that is in a slot now. */
  comes(slot: number, room: number): void {
    const { bodyTable } = this.#state;
    const { who, carried } = bodyTable.coldOf(slot);
    this.#add(slot, room, [{ who, id: bodyTable.id[slot]! }, ...withLoads(carried)]);
  }

  restsAway(luggage: Luggage, room: number): void {
    this.#add(luggage.who, room, withLoads([luggage]));
  }

  /** Somebody came into the world or left it in a room. */
  passes(who: string, id: number, room: number): void {
    this.#passedByWho.set(who, room);
    this.#passedById.set(id, room);
  }

  /** The room in which somebody is, or else was before, or else was in between; 0 for none. */
  roomOf(who: string): number {
    return this.#byWho.get(who) || this.#wasByWho.get(who) || this.#passedByWho.get(who) || 0;
  }

  /** The same by the id of a body. */
  roomOfId(id: number): number {
    return this.#byId.get(id) || this.#wasById.get(id) || this.#passedById.get(id) || 0;
  }

  unseen(): readonly string[] {
    return [...this.#byWho].flatMap(([who, room]) => (this.#counts(who, room) ? [who] : [])).toSorted();
  }

  get changed(): boolean {
    for (const [who, was] of this.#wasByWho) if (this.#counts(who, was) !== this.#counts(who, this.#byWho.get(who) ?? 0)) return true;
    return false;
  }

  /** What the map puts into a room is no news there. */
  #counts(who: string, room: number): boolean {
    return room !== 0 && this.#homes.get(who) !== room;
  }

  #add(holder: Holder, room: number, all: Party["all"]): void {
    this.#parties.set(holder, { room, all });
    for (const { who, id } of all) {
      this.#keep(who, id, 0);
      this.#byWho.set(who, room);
      this.#byId.set(id, room);
    }
  }

  #keep(who: string, id: number, room: number): void {
    if (!this.#wasByWho.has(who)) this.#wasByWho.set(who, room);
    if (!this.#wasById.has(id)) this.#wasById.set(id, room);
  }
}

/** The things of a map are called `thing:MAP:N`, by their place in its list. */
function homesOn(map: WorldMap): ReadonlyMap<string, number> {
  return new Map(map.things.map(({ tile }, i) => [`thing:${map.name}:${i}`, map.hiddenAt?.[tile] ?? 0]));
}

function withLoads(luggage: readonly Luggage[]): readonly Luggage[] {
  return luggage.flatMap((one) => [one, ...withLoads(one.carried)]);
}
