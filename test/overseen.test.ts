import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockReader, directions, FilmState, type JsonObject, MoveRows, type Seen, writeBlocks, writeTickBytes } from "@elsewhere/protocol";
import { isOverseen, MapState, overseen, readEvents, type WorldEvent, type WorldMap } from "@elsewhere/world";
import fc from "fast-check";
import { Driver } from "../packages/world/src/testing/drive.ts";
import { type Deed, randomDays, randomMap } from "../packages/world/src/testing/random-world.ts";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { openStretch, type PastSource } from "../packages/server/src/record/past.ts";
import type { Storage } from "../packages/server/src/storage/contract.ts";
import { FilmEntries } from "../packages/server/src/export/film-entries.ts";
import { zstd } from "../packages/server/src/record/block.ts";
import { overseenPast } from "../packages/server/src/export/overseen.ts";

interface Tick {
  readonly bodies: readonly Seen[];
  readonly doors: ReturnType<typeof overseen>["doors"];
  readonly events: readonly WorldEvent[];
  /** How many more there were, in hidden rooms. */
  readonly hidden: number;
}

/** A random history with a keyframe now and then, and what an overseer could see at the end of each tick. */
async function history(
  map: WorldMap,
  days: readonly (readonly Deed[])[],
  keyframeDays: number,
): Promise<{ past: Storage; ticks: ReadonlyMap<number, Tick> }> {
  const past = openMemory();
  const driver = new Driver(map);
  const state = MapState.fresh(map, { asleepTicksMax: 8 });
  const keyframes = () => [{ map: map.name, tick: state.tick, bytes: state.keyframe() }];
  const ticks = new Map<number, Tick>();
  const note = (events: readonly WorldEvent[]): void => {
    const { bodies, doors } = overseen(state);
    ticks.set(state.tick, { bodies, doors, events, hidden: state.bodyCount - bodies.length });
  };
  await past.commit({ keyframes: keyframes() });
  note([]);
  for (const [day, deeds] of days.entries()) {
    const { record, events } = driver.step(state, driver.inputs(deeds));
    const records = record ? [{ map: map.name, tick: state.tick, bytes: record }] : [];
    await past.commit({ records, ...(day % keyframeDays === keyframeDays - 1 && { keyframes: keyframes() }) });
    note(events);
  }
  return { past, ticks };
}

const looks = ({ id, name, kind, x, y, facing, posture }: Seen): unknown => ({ id, name, kind, x, y, facing, posture });

test("R130 what is exported is at every tick what an overseer could see then, and what was said before their eyes, no more", async () => {
  const hidden = { bodies: 0, words: 0 };
  await fc.assert(
    fc.asyncProperty(randomMap, randomDays, fc.integer({ min: 1, max: 40 }), fc.nat(), fc.nat(), async (map, days, every, a, b) => {
      const { past, ticks } = await history(map, days, every);
      const last = Math.max(...ticks.keys());
      const [fromTick, toTick] = [a % (last + 1), b % (last + 1)].toSorted((x, y) => x - y) as [number, number];
      const bodies = new Map<number, Seen>();
      const doors = new Map<string, boolean>();
      let at = fromTick;
      const check = (until: number): void => {
        for (; at < until; at++) {
          const tick = ticks.get(at)!;
          assert.deepEqual([...bodies.values()].toSorted((x, y) => x.id - y.id).map(looks), tick.bodies.map(looks), `tick ${at}`);
          assert.deepEqual(new Map(doors), new Map(tick.doors.map(({ name, open }) => [name, open])));
        }
      };
      const said: unknown[] = [];
      for await (const seen of overseenPast(past, map, { fromTick, toTick })) {
        assert.equal(seen.whole, seen.tick === fromTick && bodies.size === 0 && doors.size === 0 && at === fromTick);
        check(seen.tick);
        for (const { id } of seen.gone) assert.ok(bodies.delete(id), `${id} was not in sight`);
        for (const body of seen.changed) bodies.set(body.id, body);
        for (const door of seen.doors) doors.set(door.name, door.open);
        said.push(...seen.said.map(({ from, how, text }) => ({ from, how, text })));
        assert.equal(at, seen.tick);
      }
      check(toTick + 1);
      const told = [...ticks].flatMap(([tick, { events }]) => (tick >= fromTick && tick <= toTick ? events : []));
      const spoken = told.filter((event) => event.kind === "heard" || event.kind === "emoted");
      hidden.bodies += [...ticks.values()].reduce((sum, tick) => sum + tick.hidden, 0);
      hidden.words += spoken.filter((event) => !isOverseen(map, event)).length;
      assert.deepEqual(
        said,
        spoken
          .filter((event) => isOverseen(map, event))
          .map((event) => ({ from: event.from, how: event.kind === "heard" ? event.how : "emote", text: event.text })),
      );
    }),
    { numRuns: 250, seed: 20261128, endOnFailure: true },
  );
  assert.ok(hidden.bodies > 1_000 && hidden.words > 5, JSON.stringify(hidden));
});

/** The same past, of whose first stretch only the keyframe and what was said is kept, or nothing. */
function thinned(past: Storage, map: WorldMap, then: "speech" | "nothing"): PastSource {
  return {
    stretches: async (name) => {
      const [first, ...rest] = await past.stretches(name);
      return then === "nothing" ? rest : [{ ...first!, kept: "speech" }, ...rest];
    },
    stretch: async (name, tick) => {
      const found = (await past.stretch(name, tick))!;
      const [first] = await past.stretches(name);
      if (then === "nothing" || found.fromTick !== first!.fromTick) return found;
      const { keyframe, records } = openStretch(found);
      const said = [...records].flatMap(({ tick: at, bytes }) => {
        const events = readEvents(map, bytes).filter(({ kind }) => kind === "heard" || kind === "emoted");
        return events.length === 0 ? [] : [{ map: name, tick: at, bytes: writeTickBytes(at, { events: events as never }, new MoveRows()) }];
      });
      return { ...found, kept: "speech", stored: { rows: { keyframe, records: said } } };
    },
  };
}

test("R143 where only speech is kept bodies stand as their keyframe has them up to the next one; where nothing is, it begins with what is", async () => {
  let thin = 0;
  await fc.assert(
    fc.asyncProperty(
      randomMap,
      randomDays,
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom("speech", "nothing"),
      async (map, days, every, then) => {
        const { past, ticks } = await history(map, days, every);
        const [first, second] = await past.stretches(map.name);
        if (second === undefined) return;
        const bodies = new Map<number, Seen>();
        let at: number | null = null;
        const words: string[] = [];
        const check = (until: number): void => {
          for (at ??= until; at < until; at++) {
            const tick: Tick = ticks.get(then === "speech" && at < second.fromTick ? first!.fromTick : at)!;
            assert.deepEqual([...bodies.values()].toSorted((x, y) => x.id - y.id).map(looks), tick.bodies.map(looks), `tick ${at}`);
          }
        };
        for await (const seen of overseenPast(thinned(past, map, then), map, { fromTick: 0, toTick: days.length })) {
          if (at === null) assert.deepEqual([seen.whole, seen.tick], [true, then === "speech" ? 0 : second.fromTick]);
          check(seen.tick);
          for (const { id } of seen.gone) assert.ok(bodies.delete(id));
          for (const body of seen.changed) bodies.set(body.id, body);
          words.push(...seen.said.map(({ text }) => text));
        }
        check(days.length + 1);
        const spoken = [...ticks].flatMap(([tick, { events }]) => (then === "speech" || tick > second.fromTick ? events : []));
        const heard = spoken.filter((event) => isOverseen(map, event));
        assert.deepEqual(
          words,
          heard.flatMap((event) => (event.kind === "heard" || event.kind === "emoted" ? [event.text] : [])),
        );
        thin += second.fromTick - first!.fromTick;
      },
    ),
    { numRuns: 150, seed: 20261201, endOnFailure: true },
  );
  assert.ok(thin > 300, `only ${thin} ticks were thinned`);
});

test("R138 a film played to any tick shows who and what could be seen then, and that alone", async () => {
  await fc.assert(
    fc.asyncProperty(
      randomMap,
      randomDays,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 30 }),
      async (map, days, every, perBlock) => {
        const { past, ticks } = await history(map, days, every);
        const entries = new FilmEntries(map);
        const blocks: Uint8Array[] = [];
        const flush = (): void => {
          const taken = entries.take();
          if (taken.length > 0) blocks.push(...writeBlocks(taken, zstd).map(({ bytes }) => bytes));
        };
        let added = 0;
        for await (const seen of overseenPast(past, map, { fromTick: 0, toTick: days.length })) {
          entries.add(seen);
          if (++added % perBlock === 0) flush();
        }
        flush();
        const words: unknown[] = [];
        let at = 0;
        let state: FilmState | null = null;
        const check = (until: number): void => {
          for (; at < until; at++) {
            const { bodies, doors } = ticks.get(at)!;
            assert.deepEqual(shownBy(state!), bodies.map(looks), `tick ${at}`);
            assert.deepEqual(new Map(state!.doors), new Map(doors.map(({ name, open }) => [name, open])));
          }
        };
        for (const bytes of blocks) {
          const block = new BlockReader(bytes, zstd);
          assert.equal(block.head.verbatimCount, 0);
          state = block.openingState();
          for (const step of block.play()) {
            // Until then it stood as the step before left it.
            check(step.tick);
            state = new FilmState(step.state!.toJson());
            words.push(...(step.told.events ?? []).map(({ text }) => text));
          }
        }
        check(days.length + 1);
        const spoken = [...ticks.values()].flatMap(({ events }) => events).filter((event) => isOverseen(map, event));
        assert.deepEqual(
          words,
          spoken.flatMap((event) => (event.kind === "heard" || event.kind === "emoted" ? [event.text] : [])),
        );
      },
    ),
    { numRuns: 100, seed: 20261130, endOnFailure: true },
  );
});

function shownBy(state: FilmState): readonly unknown[] {
  const rows = state.bodies.flatMap((body, slot) => (body === null ? [] : [state.row(slot)]));
  const shown = rows.map(({ id, x, y, facing, asleepSince, cold }) => {
    const { name, kind } = cold as JsonObject;
    const place = { x: Number(x) / 16, y: Number(y) / 16, facing: directions[Number(facing)] };
    return { id: Number(id), name, kind, ...place, posture: asleepSince === -1 ? "awake" : "asleep" };
  });
  return shown.toSorted((a, b) => a.id - b.id);
}
