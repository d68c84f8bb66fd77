import { FrameReader, type Seen } from "@elsewhere/protocol";
import { idOf } from "./scene.ts";
import type { Client, Told } from "./side.ts";

const facings = ["north", "east", "south", "west"] as const;
const sixteenths = 16;

/** Keeps what it is told as any client does that reads binary frames. */
export class OurClient implements Client {
  tick = 0;
  readonly #reader = new FrameReader();
  readonly #bodies = new Map<number, Told>();

  /** Returns which of both it was. */
  take(bytes: Uint8Array): "view" | "tick" {
    const frame = this.#reader.read(bytes);
    if (frame === null) throw new Error("a frame was lost");
    this.tick = frame.tick;
    if (frame.type === "view") {
      this.#bodies.clear();
      for (const body of frame.bodies) this.#keep(body);
      return "view";
    }
    for (const percept of frame.percepts) {
      if (percept.kind === "appeared" || percept.kind === "changed") this.#keep(percept.body);
      else if (percept.kind === "vanished") this.#bodies.delete(percept.body.id);
    }
    for (const [id, x, y, facing] of frame.moves) {
      const known = this.#bodies.get(id);
      if (known === undefined) throw new Error(`tick ${frame.tick}: body ${id} moves and is not in sight`);
      this.#bodies.set(id, { name: known.name, x: x * sixteenths, y: y * sixteenths, facing });
    }
    return "tick";
  }

  count(): number {
    return this.#bodies.size;
  }

  told(body: number): Told | undefined {
    return this.#bodies.get(idOf(body));
  }

  #keep({ id, name, x, y, facing }: Seen): void {
    this.#bodies.set(id, { name, x: x * sixteenths, y: y * sixteenths, facing: facings.indexOf(facing) });
  }
}
