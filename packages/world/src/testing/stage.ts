import type { BodyKind, Intent, Percept } from "@elsewhere/protocol";
import { Atlas } from "../atlas.ts";
import type { Observation } from "../deliveries.ts";
import type { Input, Luggage } from "../inputs.ts";
import type { WorldMap } from "../map.ts";
import { Observers } from "../observers.ts";
import { type BodyView, MapState, type StateOptions } from "../state.ts";
import { step, type StepResult } from "../step.ts";

export function luggageOf(id: number, change: Partial<Luggage> = {}): Luggage {
  const kind: BodyKind = change.kind ?? "person";
  return {
    id,
    who: `${kind}:${id}`,
    kind,
    name: `${kind} ${id}`,
    epoch: 1,
    lastN: 0,
    traits: {},
    marks: {},
    layerOn: 1,
    layerSees: 1,
    speed: 16,
    description: "",
    portable: kind === "thing",
    carried: [],
    holds: [],
    errand: null,
    ...change,
  };
}

/** One map under test: steps it, sees it through every body that is watched, and keeps what each was told. */
export class Stage {
  readonly map: WorldMap;
  readonly atlas: Atlas;
  readonly state: MapState;
  readonly observers: Observers;
  readonly records: { readonly tick: number; readonly bytes: Uint8Array }[] = [];
  last: StepResult = { events: [], transfers: [], touched: [], delta: null, record: null };
  told: ReadonlyMap<number, Observation> = new Map();
  #inputs: Input[] = [];
  readonly #numbers = new Map<number, number>();
  readonly #heard = new Map<number, Percept[]>();

  constructor(map: WorldMap, others: readonly WorldMap[] = [], options: StateOptions = {}) {
    this.map = map;
    this.atlas = new Atlas([map, ...others]);
    this.state = MapState.fresh(map, options);
    this.observers = new Observers(this.state);
  }

  tile(x: number, y: number): number {
    return y * this.map.width + x;
  }

  /** Brings a body onto a tile in a tick of its own and looks through its eyes from then on. */
  enter(id: number, x: number, y: number, change: Partial<Luggage> = {}): number {
    this.post({ kind: "enter", luggage: luggageOf(id, change), at: { tile: this.tile(x, y) } });
    this.step();
    return id;
  }

  post(input: Input): void {
    this.#inputs.push(input);
  }

  /** Asks for something in the next tick; returns the number of the intent. */
  ask(body: number, intent: Intent, epoch = 1): number {
    const n = (this.#numbers.get(body) ?? this.state.body(body)?.lastN ?? 0) + 1;
    this.#numbers.set(body, n);
    this.post({ kind: "intent", body, epoch, n, intent });
    return n;
  }

  step(): StepResult {
    const inputs = this.#inputs;
    this.#inputs = [];
    this.last = step(this.map, this.state, inputs, this.atlas);
    for (const event of this.last.events) if (event.kind === "entered") this.observers.watch(event.body);
    if (this.last.record) this.records.push({ tick: this.state.tick, bytes: this.last.record });
    this.told = this.observers.observe(this.last);
    for (const [body, { percepts }] of this.told) this.#heard.set(body, [...(this.#heard.get(body) ?? []), ...percepts]);
    return this.last;
  }

  steps(count: number): void {
    for (let i = 0; i < count; i++) this.step();
  }

  /** Asks, steps once, and says what came of it for that body in that tick. */
  do(body: number, intent: Intent): readonly Percept[] {
    this.ask(body, intent);
    this.step();
    return this.percepts(body);
  }

  /** The same, of the reply alone: "ok", the code of the error, or null while there is none. */
  try(body: number, intent: Intent): string | null {
    const n = this.ask(body, intent);
    this.step();
    return this.answer(body, n);
  }

  answer(body: number, n: number): string | null {
    const reply = this.everything(body).find((percept) => percept.kind === "reply" && percept.n === n);
    if (reply?.kind !== "reply") return null;
    return reply.ok ? "ok" : reply.error.code;
  }

  /** Percepts of the last tick. */
  percepts(body: number): readonly Percept[] {
    return this.told.get(body)?.percepts ?? [];
  }

  kinds(body: number): readonly string[] {
    return this.percepts(body).map((percept) => percept.kind);
  }

  /** All percepts so far. */
  everything(body: number): readonly Percept[] {
    return this.#heard.get(body) ?? [];
  }

  body(id: number): BodyView {
    const view = this.state.body(id);
    if (!view) throw new Error(`body ${id} is not on ${this.map.name}`);
    return view;
  }

  at(id: number): [x: number, y: number] {
    const { tile } = this.body(id);
    return [tile % this.map.width, Math.floor(tile / this.map.width)];
  }
}
