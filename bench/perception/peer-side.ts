/** Colyseus without its server: what a room does between two ticks, by the encoder that a room uses. */
import { Encoder, type StateView } from "@colyseus/schema";
import { PeerClient } from "./peer-client.ts";
import { PeerTown } from "./peer-state.ts";
import type { Scene } from "./scene.ts";
import type { Client, Side } from "./side.ts";

/** As its warning advises whoever has more to encode than its buffer holds. */
Encoder.BUFFER_SIZE = 4 * 2 ** 20;

export class PeerSide implements Side {
  readonly #town: PeerTown;
  readonly #encoder: Encoder;
  readonly #observers: number;
  #views: readonly StateView[] = [];

  constructor(scene: Scene) {
    this.#town = new PeerTown(scene);
    this.#encoder = new Encoder(this.#town.state);
    this.#observers = scene.size.observers;
  }

  move(tick: number): void {
    this.#town.move(tick);
  }

  encode(tick: number): readonly Uint8Array[] {
    const at = { offset: 0 };
    const frames = tick === 0 ? this.#everything(at) : this.#changes(tick, at);
    this.#encoder.discardChanges();
    return frames;
  }

  client(): Client {
    return new PeerClient();
  }

  #changes(tick: number, at: { offset: number }): readonly Uint8Array[] {
    this.#town.find(tick);
    this.#encoder.encode(at);
    const shared = at.offset;
    return this.#views.map((view) => this.#encoder.encodeView(view, shared, at));
  }

  #everything(at: { offset: number }): readonly Uint8Array[] {
    this.#views = Array.from({ length: this.#observers }, (_, observer) => this.#town.join(0, observer));
    this.#encoder.encodeAll(at);
    const shared = at.offset;
    return this.#views.map((view) => {
      const frame = this.#encoder.encodeAllView(view, shared, { offset: shared });
      // All of it is in this frame: the next one must not tell it again.
      view.changes.clear();
      return frame;
    });
  }
}
