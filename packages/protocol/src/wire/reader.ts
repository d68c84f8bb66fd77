import type { HostFrame } from "../frames.ts";
import type { Direction } from "../intents.ts";
import type { DoorSeen, Percept, Seen } from "../percepts.ts";
import { readBody, readJson } from "./bodies.ts";
import { broken, ByteReader } from "./bytes.ts";
import { frameKinds, tickParts } from "./layout.ts";
import { type Known, knownOf, Patches } from "./patches.ts";

type ViewFrame = Extract<HostFrame, { type: "view" }>;
type TickFrame = Extract<HostFrame, { type: "tick" }>;

/** Facings by number. */
export const directions: readonly Direction[] = ["north", "east", "south", "west"];
const sixteenths = 16;

/** What stays the same from one view to the next. */
interface Setting {
  readonly own: number;
  readonly sightTiles: number;
  readonly viewTick: number;
  readonly viewNow: number;
  readonly worldMsPerTick: number;
}

/**
 * Reads the binary frames of one connection in their order, and says in the JSON form what each means. Frames tell of whole
 * cells; what is perceived lies within sight of one's own body, and of nothing else is told here.
 */
export class FrameReader {
  #setting: Setting | null = null;
  #tick = 0;
  #seq = 0;
  #patches = new Patches();
  /** One's own body, where one's own eyes do not see it. */
  #self: Known | null = null;
  #inSight: ReadonlyMap<number, Known> = new Map();

  /** Null for a tick whose forerunners were lost: the present state must be asked for. Throws `malformed`; then too. */
  read(bytes: Uint8Array): ViewFrame | TickFrame | null {
    const from = new ByteReader(bytes);
    const setting = this.#setting;
    // Until it is read to its end there is nothing that a later frame could stand on.
    this.#setting = null;
    const kind = from.byte();
    if (kind !== frameKinds.view && kind !== frameKinds.tick) throw broken(`there is no kind ${kind}`);
    const seq = from.byte();
    if (kind === frameKinds.tick && (setting === null || seq !== ((this.#seq + 1) & 0xff))) return null;
    this.#seq = seq;
    const frame = kind === frameKinds.tick ? this.#tickFrame(from, setting!) : this.#viewFrame(from);
    if (!from.done) throw broken("it is longer than it says");
    return frame;
  }

  #viewFrame(from: ByteReader): ViewFrame {
    const [tick, now, worldMsPerTick] = [from.varint(), from.float(), from.float()];
    const [map, own, sightTiles] = [from.text(), from.varint(), from.varint()];
    const setting = { own, sightTiles, viewTick: tick, viewNow: now, worldMsPerTick };
    this.#tick = tick;
    this.#patches = new Patches();
    this.#inSight = new Map();
    this.#self = null;
    this.#readBodies(from, own);
    const doors: DoorSeen[] = [];
    for (let left = from.count(4); left > 0; left--) {
      doors.push({ name: from.text(), open: from.byte() === 1, x: from.varint(), y: from.varint() });
    }
    const { bodies } = this.#look(setting);
    this.#setting = setting;
    return { type: "view", seq: this.#seq, map, tick, now, sight: sightTiles, bodies: bodies.map(seenOf).toSorted(byId), doors };
  }

  #tickFrame(from: ByteReader, setting: Setting): TickFrame {
    this.#tick += from.varint();
    for (const body of this.#all()) body.moved = body.altered = false;
    const before = this.#inSight;
    const parts = this.#readBodies(from, setting.own);
    const { bodies, vanished } = this.#look(setting);
    for (const body of bodies) compare(body, before.get(body.id));
    const percepts = parts & tickParts.percepts ? readPercepts(from) : [];
    this.#setting = setting;
    const { viewNow, viewTick, worldMsPerTick } = setting;
    const appeared = bodies.filter(({ id }) => !before.has(id));
    const altered = bodies.filter((body) => body.altered && before.has(body.id));
    const moved = bodies.filter((body) => body.moved && !body.altered && before.has(body.id));
    return {
      type: "tick",
      seq: this.#seq,
      tick: this.#tick,
      now: Math.round(viewNow + (this.#tick - viewTick) * worldMsPerTick),
      moves: moved.toSorted(byId).map(({ id, x, y, facing }) => [id, x / sixteenths, y / sixteenths, facing] as const),
      percepts: inOrder(percepts, [
        ...vanished.toSorted(byId).map(({ id, name }): Percept => ({ kind: "vanished", body: { id, name } })),
        ...appeared.toSorted(byId).map((body): Percept => ({ kind: "appeared", body: seenOf(body) })),
        ...altered.toSorted(byId).map((body): Percept => ({ kind: "changed", body: seenOf(body) })),
      ]),
    };
  }

  /** Returns which parts the frame has. */
  #readBodies(from: ByteReader, own: number): number {
    const parts = from.byte();
    const fresh = (parts & tickParts.fresh) !== 0;
    const moves = fresh || (parts & tickParts.window) !== 0;
    this.#patches.read(from, { moves, keep: !fresh, changes: (parts & tickParts.patches) !== 0 });
    if (fresh) this.#self = null;
    if (parts & tickParts.self) this.#self = knownOf(own, readBody(from));
    return parts;
  }

  *#all(): Iterable<Known> {
    yield* this.#patches.bodies();
    if (this.#self !== null) yield this.#self;
  }

  /** Finds who is in sight now, and who no longer is. */
  #look({ own, sightTiles }: Setting): { readonly bodies: readonly Known[]; readonly vanished: readonly Known[] } {
    const before = this.#inSight;
    let self: Known | null = null;
    for (const body of this.#patches.bodies()) if (body.id === own) self = body;
    if (self !== null) this.#self = null;
    self ??= this.#self;
    const inSight = new Map<number, Known>();
    if (self !== null) {
      inSight.set(own, self);
      const [x, y] = [tileOf(self.x), tileOf(self.y)];
      for (const body of this.#patches.bodies()) {
        if (Math.abs(tileOf(body.x) - x) <= sightTiles && Math.abs(tileOf(body.y) - y) <= sightTiles) inSight.set(body.id, body);
      }
    }
    this.#inSight = inSight;
    return { bodies: [...inSight.values()], vanished: [...before.values()].filter(({ id }) => !inSight.has(id)) };
  }
}

const tileOf = (position: number): number => Math.floor(position / sixteenths);

/** A body may be told of in full only because of where it came from: it has changed only if it looks otherwise. */
function compare(body: Known, was: Known | undefined): void {
  if (was === undefined || was === body || looksOf(was) !== looksOf(body)) return;
  body.altered = false;
  body.moved = was.x !== body.x || was.y !== body.y || was.facing !== body.facing;
}

const looksOf = ({ name, kind, asleep, traits, marks, carries }: Known): string =>
  JSON.stringify([name, kind, asleep, traits, marks, carries]);

const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id;

function seenOf({ id, name, kind, x, y, facing, asleep, traits, marks, carries }: Known): Seen {
  const posture = asleep ? "asleep" : "awake";
  return { id, name, kind, x: x / sixteenths, y: y / sixteenths, facing: directions[facing]!, posture, traits, marks, carries };
}

function readPercepts(from: ByteReader): Percept[] {
  const percepts: Percept[] = [];
  for (let left = from.count(1); left > 0; left--) percepts.push(readJson(from) as Percept);
  return percepts;
}

/** What is seen comes after an arrival and before all else. */
function inOrder(percepts: readonly Percept[], seen: readonly Percept[]): readonly Percept[] {
  const arrived = percepts[0]?.kind === "arrived" ? 1 : 0;
  return [...percepts.slice(0, arrived), ...seen, ...percepts.slice(arrived)];
}
