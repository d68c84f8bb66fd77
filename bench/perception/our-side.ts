/** Our side without its server: what happens between the step of a map and the sending of frames. */
import { ByteWriter, writeTick, writeView } from "@elsewhere/protocol";
import { Sights, type StepResult } from "@elsewhere/world";
import { OurClient } from "./our-client.ts";
import { idOf, type SceneSize } from "./scene.ts";
import type { Client, Side } from "./side.ts";
import type { Moment } from "./truth.ts";
import { Walkers } from "./walkers.ts";

const utf8 = new TextEncoder();
const tickMs = 100;

export class OurSide implements Side {
  readonly #size: SceneSize;
  readonly #walkers: Walkers;
  readonly #sights: Sights;
  readonly #viewers: readonly ReturnType<Sights["viewer"]>[];
  readonly #out = new ByteWriter(64 * 1024);
  #happened: StepResult | null = null;

  /** Walks the same ways as the scene does, since it is the same kernel and the same seed. */
  constructor(size: SceneSize) {
    this.#size = size;
    this.#walkers = new Walkers(size);
    this.#sights = new Sights(this.#walkers.state);
    this.#viewers = Array.from({ length: size.observers }, (_, observer) => this.#sights.viewer(idOf(observer)));
  }

  move(tick: number): void {
    this.#happened = tick === 0 ? null : this.#walkers.step();
  }

  /** Where everybody stands now. */
  get moment(): Moment {
    const { x, y, facing } = this.#walkers.state.bodyTable;
    const { bodies } = this.#size;
    return { x: x.subarray(0, bodies), y: y.subarray(0, bodies), facing: facing.subarray(0, bodies) };
  }

  encode(tick: number): readonly Uint8Array[] {
    if (this.#happened !== null) this.#sights.follow(this.#happened);
    return this.#viewers.map((viewer, observer) => {
      this.#out.length = 0;
      if (tick === 0) this.#writeView(viewer, observer);
      else
        writeTick(
          this.#out,
          { seq: tick + 1, passed: 1 },
          (out) => viewer.write(out, false),
          [],
          (percept) => utf8.encode(JSON.stringify(percept)),
        );
      return Buffer.from(this.#out.since(0));
    });
  }

  client(): Client {
    return new OurClient();
  }

  #writeView(viewer: ReturnType<Sights["viewer"]>, observer: number): void {
    const { map } = this.#walkers;
    const head = { seq: 1, tick: 0, now: 0, worldMsPerTick: tickMs, map: map.name, body: idOf(observer), sightTiles: map.sightTiles };
    writeView(this.#out, head, (out) => viewer.write(out, true), []);
  }
}
