import {
  type Atlas,
  type Input,
  isHidden,
  type Keyframes,
  type MapState,
  type Observation,
  Partition,
  type Parts,
  type Sights,
  step,
  type StepResult,
  type Transfer,
  type Wants,
  type WorldMap,
  writeRecord,
} from "@elsewhere/world";
import { type Awoken, Outlook } from "./outlook.ts";

/** What one map made of one tick. */
export interface MapStep {
  /** Of what may lie open; null if there is nothing of that. */
  readonly record: Uint8Array | null;
  /** Of what happened in hidden rooms, by room. */
  readonly sealed: ReadonlyMap<number, Uint8Array>;
  readonly transfers: readonly Transfer[];
  /** By body: what each watched one perceives of the tick. */
  readonly observations: ReadonlyMap<number, Observation>;
  /** Watched bodies that were not here, or not awake, a tick ago: they need the whole present, not a difference. */
  readonly newcomers: ReadonlySet<number>;
}

const noRooms: ReadonlyMap<number, Uint8Array> = new Map();

/** One running map: its state, its one ordered inbox, and those through whose eyes it is seen. */
export class LiveMap {
  readonly map: WorldMap;
  readonly state: MapState;
  readonly #outlook: Outlook;
  /** Null for a map without hidden rooms. */
  readonly #partition: Partition | null;
  #keyframes: Keyframes | null = null;
  #inbox: Input[] = [];

  /** `redact` takes the secrets of hidden rooms out of words that are recorded. */
  constructor(map: WorldMap, state: MapState, redact: (text: string) => string = (text) => text) {
    this.map = map;
    this.state = state;
    this.#outlook = new Outlook(state);
    this.#partition = map.hiddenAt === null ? null : new Partition(state, redact);
  }

  /** Shows the map to sessions. */
  get sights(): Sights {
    return this.#outlook.sights;
  }

  /** Whether a body is in a hidden room, into which no overseer sees. */
  isHidden(body: number): boolean {
    const tile = this.state.body(body)?.tile;
    return tile !== undefined && isHidden(this.map, tile);
  }

  /** The map as it is now, taken apart: what may lie open, and each of its hidden rooms. */
  keyframes(): Keyframes {
    return (this.#keyframes ??= this.#partition?.keyframe() ?? { open: this.state.keyframe(), sealed: noRooms });
  }

  /** The hidden room somebody is in, or was before the last step; 0 for none. */
  roomOf(who: string): number {
    return this.#partition?.roomOf(who) ?? 0;
  }

  /** Everybody who is out of sight. */
  unseen(): readonly string[] {
    return this.#partition?.unseen() ?? [];
  }

  /** Whether the last step made it others who are out of sight. */
  get unseenChanged(): boolean {
    return this.#partition?.changed ?? false;
  }

  post(input: Input): void {
    this.#inbox.push(input);
  }

  /** Puts an arrival before all that waits: some of it was sent to whoever arrives, while they were on their way. */
  postFirst(inputs: readonly Input[]): void {
    this.#inbox.unshift(...inputs);
  }

  /** Sees the map through a body from now on, of kinds it wants. */
  watch(body: number, wants: Wants = null): void {
    this.#outlook.watch(body, wants);
  }

  /** What a body that is watched wants to be told from now on. */
  listen(body: number, wants: Wants): void {
    this.#outlook.listen(body, wants);
  }

  /** Drains the inbox and steps. `watches` tells whose bodies somebody looks through, `wants` what one that comes in listens to. */
  step(atlas: Atlas, watches: (who: string) => boolean, wants: (body: number) => Wants): MapStep {
    const inputs = this.#inbox;
    this.#inbox = [];
    this.#keyframes = null;
    const result = step(this.map, this.state, inputs, atlas);
    const awoken: Awoken[] = [];
    for (const input of inputs) {
      const body = this.#cameToLife(input);
      if (body !== null && watches(body.who)) awoken.push({ body: body.id, wants: wants(body.id) });
    }
    const observations = this.#outlook.follow(result, awoken);
    const newcomers = new Set(awoken.map(({ body }) => body));
    const { open: record, sealed } = this.#parts(result.delta);
    return { record, sealed, transfers: result.transfers, newcomers, observations };
  }

  #parts(delta: StepResult["delta"]): Parts {
    if (this.#partition !== null) return this.#partition.split(delta);
    return { open: delta === null ? null : writeRecord(delta), sealed: noRooms };
  }

  #cameToLife(input: Input): { id: number; who: string } | null {
    if (input.kind === "attach") return this.state.body(input.body);
    if (input.kind !== "enter" && input.kind !== "arrive") return null;
    const id = this.state.bodyOf(input.luggage.who);
    return id === null ? null : this.state.body(id);
  }
}
