import { Decoder } from "@colyseus/schema";
import { PeerState } from "./peer-state.ts";
import type { Client, Told } from "./side.ts";

export class PeerClient implements Client {
  readonly #state = new PeerState();
  readonly #decoder = new Decoder(this.#state);

  get tick(): number {
    return this.#state.tick;
  }

  take(frame: Uint8Array): void {
    this.#decoder.decode(frame);
  }

  count(): number {
    return this.#state.bodies.size;
  }

  told(body: number): Told | undefined {
    return this.#state.bodies.get(String(body));
  }
}
