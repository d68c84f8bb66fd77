import { ByteWriter, FrameReader, type HostFrame, type Percept, writeTick, writeView } from "@elsewhere/protocol";
import { doorsInSight, type Sights, type MapState, type Viewer, type WorldMap } from "@elsewhere/world";
import type { Timing } from "../ticks/clock.ts";

/** A frame as it goes out: binary, or its JSON form. */
export type Outgoing = Uint8Array | HostFrame;

/** A map that can be looked at, live or in its past. */
export interface Visible {
  readonly map: WorldMap;
  readonly state: MapState;
  readonly sights: Sights;
}

/** Where every frame is put together before it is taken out: they are made one after another. */
const scratch = new ByteWriter(64 * 1024);
const utf8 = new TextEncoder();

/** Percepts as they stand in frames. Many hear the same: each is put into words once in a tick. */
export class Phrases {
  readonly #encoded = new Map<Percept, Uint8Array>();

  readonly of = (percept: Percept): Uint8Array => {
    let bytes = this.#encoded.get(percept);
    if (bytes === undefined) this.#encoded.set(percept, (bytes = utf8.encode(JSON.stringify(percept))));
    return bytes;
  };
}

/** The `view` and `tick` frames of one connection: numbers them, and knows what each stands on. */
export class Stream {
  readonly #clock: Timing;
  /** Says what a frame means to a peer that reads JSON; null for one that reads the binary form itself. */
  readonly #reader: FrameReader | null;
  #seen: { readonly live: Visible; readonly body: number; readonly viewer: Viewer } | null = null;
  #seq = 0;
  #tick = 0;

  constructor(clock: Timing, form: "json" | "binary") {
    this.#clock = clock;
    this.#reader = form === "json" ? new FrameReader() : null;
  }

  /** All that a body perceives of its map at the end of a tick. */
  view(live: Visible, body: number, tick: number): Outgoing {
    if (this.#seen?.live !== live || this.#seen.body !== body) {
      this.close();
      this.#seen = { live, body, viewer: live.sights.viewer(body) };
    }
    const { viewer } = this.#seen;
    const { map, state } = live;
    const head = {
      seq: ++this.#seq,
      tick,
      now: this.#clock.exactly(tick),
      worldMsPerTick: this.#clock.worldMsPerTickAt(tick),
      map: map.name,
      body,
      sightTiles: map.sightTiles,
    };
    scratch.length = 0;
    writeView(scratch, head, (out) => viewer.write(out, true), doorsInSight(map, state, body));
    this.#tick = tick;
    return this.#taken();
  }

  /** What a tick changed of the last frame; null if nothing but time has passed. `beats`: even then there is to be a frame. */
  tick(tick: number, percepts: readonly Percept[], phrases: Phrases, beats: boolean): Outgoing | null {
    const { viewer } = this.#seen!;
    scratch.length = 0;
    const head = { seq: this.#seq + 1, passed: tick - this.#tick };
    const tells = writeTick(scratch, head, (out) => viewer.write(out, false), percepts, phrases.of);
    if (!tells && !beats) return null;
    this.#seq++;
    this.#tick = tick;
    return this.#taken();
  }

  /** Percepts beside a view, or for whom there is nothing more to see; null for who has never seen anything. */
  tell(tick: number, percepts: readonly Percept[], phrases: Phrases): Outgoing | null {
    if (this.#seq === 0) return null;
    scratch.length = 0;
    writeTick(scratch, { seq: ++this.#seq, passed: tick - this.#tick }, () => 0, percepts, phrases.of);
    this.#tick = tick;
    return this.#taken();
  }

  close(): void {
    if (this.#seen !== null) this.#seen.live.sights.dismiss(this.#seen.viewer);
    this.#seen = null;
  }

  #taken(): Outgoing {
    if (this.#reader === null) return Buffer.from(scratch.since(0));
    return this.#reader.read(scratch.since(0))!;
  }
}
