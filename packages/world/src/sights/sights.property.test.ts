import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteWriter, FrameReader, type HostFrame, type Seen, writeTick, writeView } from "@elsewhere/protocol";
import fc from "fast-check";
import { present } from "../perception.ts";
import { MapState } from "../state.ts";
import { Driver } from "../testing/drive.ts";
import { randomDays, randomMap } from "../testing/random-world.ts";
import { Sights } from "./sights.ts";
import type { Viewer } from "./viewer.ts";

const runs = { numRuns: 300, seed: 20261128 };
const facings = ["north", "east", "south", "west"] as const;
const utf8 = new TextEncoder();

/** A connection that keeps what it is shown, as a simple client would. */
class Watcher {
  readonly bodies = new Map<number, Seen>();
  readonly #state: MapState;
  readonly #id: number;
  readonly #viewer: Viewer;
  readonly #reader = new FrameReader();
  #seq = 0;
  #tick = 0;

  constructor(sights: Sights, state: MapState, id: number) {
    this.#state = state;
    this.#id = id;
    this.#viewer = sights.viewer(id);
  }

  show(fresh: boolean): void {
    const out = new ByteWriter(16);
    const { map, tick } = this.#state;
    const seq = ++this.#seq;
    if (fresh || seq === 1) {
      const head = { seq, tick, now: tick * 100, worldMsPerTick: 100, map: map.name, body: this.#id, sightTiles: map.sightTiles };
      writeView(out, head, (to) => this.#viewer.write(to, true), []);
    } else {
      const bodies = (to: ByteWriter): number => this.#viewer.write(to, false);
      writeTick(out, { seq, passed: tick - this.#tick }, bodies, [], (percept) => utf8.encode(JSON.stringify(percept)));
    }
    this.#tick = tick;
    const frame = this.#reader.read(out.since(0))!;
    assert.deepEqual([frame.tick, frame.now], [tick, tick * 100]);
    this.#take(frame);
  }

  #take(frame: Extract<HostFrame, { type: "view" | "tick" }>): void {
    if (frame.type === "view") {
      this.bodies.clear();
      for (const body of frame.bodies) this.bodies.set(body.id, body);
      return;
    }
    for (const percept of frame.percepts) {
      if (percept.kind === "appeared") {
        assert.ok(!this.bodies.has(percept.body.id), "who appears was not there before");
        this.bodies.set(percept.body.id, percept.body);
      } else if (percept.kind === "vanished") assert.ok(this.bodies.delete(percept.body.id), "who vanishes was there before");
      else if (percept.kind === "changed") {
        const { id, ...now } = percept.body;
        const before = this.bodies.get(id);
        assert.ok(before, "who changes was there before");
        assert.notDeepEqual({ ...now, x: 0, y: 0, facing: 0 }, { ...before, id: undefined, x: 0, y: 0, facing: 0 }, "and looks otherwise");
        this.bodies.set(percept.body.id, percept.body);
      }
    }
    for (const [id, x, y, facing] of frame.moves) {
      const body = this.bodies.get(id);
      assert.ok(body, "who moves is in sight");
      this.bodies.set(id, { ...body, x, y, facing: facings[facing]! });
    }
  }
}

test("Y3 what frames show, laid over one another, is exactly what is perceived, for everybody and in every tick", () => {
  let seen = 0;
  fc.assert(
    fc.property(randomMap, randomDays, fc.array(fc.nat(20), { minLength: 40, maxLength: 40 }), (map, days, moods) => {
      const driver = new Driver(map);
      const state = MapState.fresh(map, { asleepTicksMax: 8 });
      const sights = new Sights(state);
      const watchers = new Map<number, Watcher>();
      days.forEach((deeds, day) => {
        sights.follow(driver.step(state, driver.inputs(deeds)));
        for (const { id } of state.bodies()) if (!watchers.has(id)) watchers.set(id, new Watcher(sights, state, id));
        for (const [id, watcher] of watchers) {
          const mood = moods[(id * 7 + day) % moods.length]!;
          // Now and then one reads too slowly and is shown nothing, or asks for everything.
          if (mood === 0) continue;
          watcher.show(mood === 1);
          const { bodies } = present(map, state, id);
          assert.deepEqual(
            [...watcher.bodies.values()].toSorted((a, b) => a.id - b.id),
            bodies,
          );
          seen += bodies.length;
        }
      });
    }),
    runs,
  );
  assert.ok(seen > 100_000, `only ${seen} sightings`);
});
