/** The scene as Colyseus keeps it: a room's state, and a view of it for each client that holds exactly who is in sight. */
import { schema, type SchemaType, StateView, t } from "@colyseus/schema";
import { nameOf, type Scene, sightTiles } from "./scene.ts";

/** What we tell of a body that neither shows nor bears nor carries anything. Positions are sixteenths of a tile. */
export const PeerBody = schema(
  { x: t.uint16(), y: t.uint16(), facing: t.uint8(), kind: t.uint8(), posture: t.uint8(), name: t.string() },
  "PeerBody",
);
export type PeerBody = SchemaType<typeof PeerBody>;

export const PeerState = schema({ tick: t.uint32(), bodies: t.map(PeerBody).view() }, "PeerState");
export type PeerState = SchemaType<typeof PeerState>;

const tileShift = 4;
const cellShift = tileShift + 3;

export class PeerTown {
  readonly state = new PeerState();
  /** By observer; null while nobody looks through it. */
  readonly #views: (StateView | null)[];
  readonly #scene: Scene;
  readonly #bodies: readonly PeerBody[];
  /** Bodies by cell of eight by eight tiles: where the list of a cell begins, and all lists one after another. */
  readonly #columns: number;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #listed: Int32Array;
  /** The last look in which a body was seen: looks are numbered, so that nothing has to be wiped. */
  readonly #seenIn: Int32Array;
  #look = 0;
  readonly #inView: number[][];

  constructor(scene: Scene) {
    const { bodies, observers } = scene.size;
    this.#scene = scene;
    this.#bodies = Array.from({ length: bodies }, (_, body) => {
      const one = new PeerBody();
      one.name = nameOf(body);
      one.kind = body < observers ? 0 : 1;
      one.posture = 0;
      this.state.bodies.set(String(body), one);
      return one;
    });
    const extent = scene.x.reduce((most, x, i) => Math.max(most, x, scene.y[i]!), 0);
    this.#columns = (extent >> cellShift) + 1;
    this.#starts = new Int32Array(this.#columns ** 2 + 1);
    this.#ends = new Int32Array(this.#columns ** 2);
    this.#listed = new Int32Array(bodies);
    this.#seenIn = new Int32Array(bodies);
    this.#views = Array.from({ length: observers }, () => null);
    this.#inView = this.#views.map(() => []);
  }

  /** The view of a client who joins after the last `find`, or before the first: the state must be a room's by then. */
  join(tick: number, observer: number): StateView {
    const view = new StateView();
    this.#views[observer] = view;
    this.#sort(tick);
    this.#lookThrough(tick, observer, view);
    return view;
  }

  /** Puts everybody where they are in that tick, as the laws of a game would. */
  move(tick: number): void {
    const { x, y, facing, size } = this.#scene;
    const base = tick * size.bodies;
    this.state.tick = tick;
    for (let body = 0; body < size.bodies; body++) {
      const one = this.#bodies[body]!;
      one.x = x[base + body]!;
      one.y = y[base + body]!;
      one.facing = facing[base + body]!;
    }
  }

  /** Brings every view into step with who is in sight: only who came and who went is told to it. */
  find(tick: number): void {
    this.#sort(tick);
    for (let observer = 0; observer < this.#views.length; observer++) {
      const view = this.#views[observer]!;
      if (view !== null) this.#lookThrough(tick, observer, view);
    }
  }

  #sort(tick: number): void {
    const { x, y, size } = this.#scene;
    const base = tick * size.bodies;
    const columns = this.#columns;
    const starts = this.#starts.fill(0);
    for (let i = base; i < base + size.bodies; i++) starts[(y[i]! >> cellShift) * columns + (x[i]! >> cellShift) + 1]!++;
    for (let cell = 1; cell < starts.length; cell++) starts[cell]! += starts[cell - 1]!;
    this.#ends.set(starts.subarray(0, columns * columns));
    for (let i = base; i < base + size.bodies; i++) {
      const cell = (y[i]! >> cellShift) * columns + (x[i]! >> cellShift);
      this.#listed[this.#ends[cell]!++] = i - base;
    }
  }

  #lookThrough(tick: number, observer: number, view: StateView): void {
    const { x, y, size } = this.#scene;
    const base = tick * size.bodies;
    const column = x[base + observer]! >> tileShift;
    const row = y[base + observer]! >> tileShift;
    const last = this.#columns - 1;
    const left = Math.max(0, (column - sightTiles) >> (cellShift - tileShift));
    const right = Math.min(last, (column + sightTiles) >> (cellShift - tileShift));
    const bottom = Math.min(last, (row + sightTiles) >> (cellShift - tileShift));
    const was = this.#inView[observer]!;
    const is: number[] = [];
    const before = ++this.#look;
    for (const body of was) this.#seenIn[body] = before;
    const now = ++this.#look;
    for (let line = Math.max(0, (row - sightTiles) >> (cellShift - tileShift)); line <= bottom; line++) {
      // The cells of one line lie one after another, and so do those in them.
      const end = this.#ends[line * this.#columns + right]!;
      for (let at = this.#starts[line * this.#columns + left]!; at < end; at++) {
        const body = this.#listed[at]!;
        if (Math.abs((x[base + body]! >> tileShift) - column) > sightTiles) continue;
        if (Math.abs((y[base + body]! >> tileShift) - row) > sightTiles) continue;
        if (this.#seenIn[body] !== before) view.add(this.#bodies[body]!);
        this.#seenIn[body] = now;
        is.push(body);
      }
    }
    for (const body of was) if (this.#seenIn[body] !== now) view.remove(this.#bodies[body]!);
    this.#inView[observer] = is;
  }
}
