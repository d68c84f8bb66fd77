import { enter, type World } from "@elsewhere/client";

/** What one client saw, tick by tick, to be held against the record afterwards. */
export type Sighting =
  | {
      readonly kind: "position";
      readonly tick: number;
      readonly map: string;
      readonly body: number;
      readonly x: number;
      readonly y: number;
    }
  | { readonly kind: "traits"; readonly tick: number; readonly map: string; readonly body: number; readonly json: string }
  | { readonly kind: "heard"; readonly tick: number; readonly map: string; readonly from: number; readonly text: string };

/** A person who walks, talks and counts as long as the test lasts, and writes down everything it is shown. */
export class Witness {
  readonly sightings: Sighting[] = [];
  /** The highest step the world has acknowledged. */
  acknowledged = 0;
  body = -1;
  readonly #name: string;
  #world: World | null = null;
  #done = false;

  constructor(i: number) {
    this.#name = `Witness ${i}`;
  }

  get tickSeen(): number {
    return this.#world?.tick ?? 0;
  }

  /** The client reconnects by itself when the server comes back at the same address. */
  async enter(url: string): Promise<void> {
    const world = await enter({ url, name: this.#name, backoff: { firstMs: 20, mostMs: 200 } });
    this.#world = world;
    this.body = world.me.id;
    this.#writeView(world);
    world.on("view", () => this.#writeView(world));
    world.on("tick", ({ moved }) => {
      for (const id of moved) this.#writePosition(world, id);
    });
    world.on("percept", (percept) => {
      const { tick, map } = world;
      if (percept.kind === "heard") this.sightings.push({ kind: "heard", tick, map, from: percept.from.id, text: percept.text });
      if (percept.kind === "changed" || percept.kind === "appeared") this.#writeTraits(world, percept.body.id);
    });
    void this.#live(world);
  }

  close(): void {
    this.#done = true;
    this.#world?.close();
  }

  async #live(world: World): Promise<void> {
    const places = ["west", "east", "north", "gate"];
    for (let step = 1; !this.#done; step++) {
      try {
        await world.me.show({ step });
        this.acknowledged = step;
        await world.me.say(`${this.#name} has done step ${step}`);
        void world.me.go(places[step % places.length]!).catch(() => {});
      } catch (error) {
        if (this.#done) return;
        throw error;
      }
    }
  }

  #writeView(world: World): void {
    for (const id of world.bodies.keys()) {
      this.#writePosition(world, id);
      this.#writeTraits(world, id);
    }
  }

  #writePosition({ tick, map, bodies }: World, body: number): void {
    const seen = bodies.get(body);
    if (seen) this.sightings.push({ kind: "position", tick, map, body, x: seen.x, y: seen.y });
  }

  #writeTraits({ tick, map, bodies }: World, body: number): void {
    const seen = bodies.get(body);
    if (seen) this.sightings.push({ kind: "traits", tick, map, body, json: JSON.stringify(seen.traits) });
  }
}
