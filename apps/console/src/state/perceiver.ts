import type { ConnectionState } from "@elsewhere/client";
import type { DoorSeen, Look, Percept, Seen, Who } from "@elsewhere/protocol";
import { signal } from "@preact/signals";
import { distance } from "./bearings.ts";
import { append, appendComings, emptyLog } from "./log.ts";
import { type Sentence, sentence } from "./sentences.ts";
import { forgetMap, mapTitle } from "./world.ts";

/** Panels are written anew at most this often; the map follows every tick. */
const ticksPerBeat = 3;

/** What a perceiver needs of a world. A live one has it, and so has the past of one. */
export interface Seeing {
  /** Whose eyes these are; body 0 where they are nobody's. Only who has a body of their own can look around. */
  readonly me: { readonly id: number; readonly name: string; look?(): Promise<Look> };
  readonly state: ConnectionState;
  readonly map: string;
  readonly bodies: ReadonlyMap<number, Seen>;
  readonly doors: ReadonlyMap<string, DoorSeen>;
  readonly tick: number;
  readonly now: number;
  readonly tickMs: number;
  readonly observing: boolean;
  readonly token: string | null;
  on(kind: "view", listener: () => void): () => void;
  on(kind: "percept", listener: (percept: Percept) => void): () => void;
  on(kind: "tick", listener: (event: { readonly tick: number }) => void): () => void;
  on(kind: "state", listener: (state: ConnectionState) => void): () => void;
}

/** What somebody perceives, ready to be shown: one's own world, that of a program one follows, or the past. */
export class Perceiver<W extends Seeing = Seeing> {
  readonly world: W;
  readonly log = signal(emptyLog);
  /** Counts up when the panels have something new to show. */
  readonly beat = signal(0);
  readonly map = signal("");
  /** How many hidden rooms were found so far: then there is more to be drawn. */
  readonly found = signal(0);
  readonly state = signal<ConnectionState>({ kind: "open" });
  readonly carried = signal<readonly Who[]>([]);
  /** The body that is followed on the map, where that is not one's own. */
  readonly focus = signal<number | null>(null);
  /** Counts up when what is shown no longer follows from what was shown before. */
  readonly leaps = signal(0);
  readonly #before = new Map<number, Seen>();
  #come: string[] = [];
  #gone: string[] = [];

  constructor(world: W) {
    this.world = world;
    this.state.value = world.state;
    world.on("view", () => this.#viewed());
    world.on("percept", (percept) => this.#perceived(percept));
    world.on("tick", ({ tick }) => this.#ticked(tick));
    world.on("state", (state) => {
      this.state.value = state;
    });
    this.#viewed();
  }

  get self(): Seen | undefined {
    return this.world.bodies.get(this.focus.value ?? this.world.me.id);
  }

  /** Everybody else in sight, the nearest first. */
  near(): readonly Seen[] {
    const self = this.self;
    const others = [...this.world.bodies.values()].filter(({ id }) => id !== this.world.me.id);
    // Nobody's eyes are near to anybody: then by name, things last.
    if (self === undefined) return others.toSorted((a, b) => thingsLast(a) - thingsLast(b) || a.name.localeCompare(b.name));
    return others.toSorted((a, b) => distance(a, self) - distance(b, self) || a.id - b.id);
  }

  /** Begins anew somewhere else in time: what was told there is not what led here. */
  leap(): void {
    this.#come = [];
    this.#gone = [];
    this.log.value = { ...emptyLog, nextId: this.log.value.nextId };
    this.leaps.value += 1;
  }

  tell(said: Sentence): void {
    this.#flush();
    this.log.value = append(this.log.value, said, this.world.now, this.world.tick);
  }

  /** Tells what one did oneself, unless the world already told of it. */
  tellOnce(said: Sentence, sinceTick: number): void {
    const told = this.log.value.entries.some((entry) => entry.tick >= sinceTick && entry.text === said.text);
    if (!told) this.tell(said);
  }

  #viewed(): void {
    this.#come = [];
    this.#gone = [];
    this.#before.clear();
    for (const body of this.world.bodies.values()) this.#before.set(body.id, body);
    this.map.value = this.world.map;
    this.beat.value += 1;
    this.#lookAtCarried();
  }

  #perceived(percept: Percept): void {
    const { me } = this.world;
    if (percept.kind === "appeared" && percept.body.id !== me.id) this.#come.push(percept.body.name);
    else if (percept.kind === "vanished" && percept.body.id !== me.id) this.#gone.push(percept.body.name);
    else {
      const said = sentence(percept, { me: me.id, before: (id) => this.#before.get(id), mapTitle });
      if (said !== null) this.tell(said);
    }
    if (percept.kind === "found") {
      forgetMap(percept.place.slice(0, percept.place.indexOf("/")), this.world.token);
      this.found.value += 1;
    }
    if (percept.kind === "appeared" || percept.kind === "changed") this.#before.set(percept.body.id, percept.body);
    const mine = (percept.kind === "changed" && percept.body.id === me.id) || percept.kind === "moved_thing" || percept.kind === "arrived";
    if (mine) this.#lookAtCarried();
  }

  #ticked(tick: number): void {
    this.#flush();
    if (tick % ticksPerBeat === 0) this.beat.value += 1;
    if (this.map.value !== this.world.map) this.map.value = this.world.map;
  }

  #flush(): void {
    if (this.#come.length === 0 && this.#gone.length === 0) return;
    this.log.value = appendComings(this.log.value, this.#come, this.#gone, this.world.now, this.world.tick);
    this.#come = [];
    this.#gone = [];
  }

  /** A body shows only the names of what it carries; to act on one's own things one needs to know which they are. */
  #lookAtCarried(): void {
    if (this.world.observing) return;
    const show = (look: Look): void => {
      this.carried.value = look.carried;
    };
    this.world.me.look?.().then(show, () => {
      // The next change asks again.
    });
  }
}

const thingsLast = ({ kind }: Seen): number => (kind === "thing" ? 1 : 0);
