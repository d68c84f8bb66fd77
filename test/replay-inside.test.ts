/** The past of a map whose hidden room is in parts of the record that are kept apart, against the map as it lived. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type FilmEntry, writeBlocks } from "@elsewhere/protocol";
import { type Input, isHidden, MapState, joinRecords, type Observation, openRoom, type WorldMap } from "@elsewhere/world";
import fc from "fast-check";
import { zstd } from "../packages/server/src/record/block.ts";
import { Archive } from "../packages/server/src/replay/archive.ts";
import { PastMap } from "../packages/server/src/replay/past-map.ts";
import type { SealedPart, SealedPast } from "../packages/server/src/sealing/past.ts";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { LiveMap } from "../packages/server/src/ticks/live-map.ts";
import { Driver } from "../packages/world/src/testing/drive.ts";
import { type Deed, hideout, holdersDays, randomMap } from "../packages/world/src/testing/random-world.ts";
import { Chance } from "./support/haunted.ts";

type Row = FilmEntry & { readonly kind: "keyframe" | "tick" };

/** A part of the room as it grows. */
interface Part {
  readonly fromTick: number;
  throughTick: number | null;
  readonly rows: Row[];
}

/** What a tick was. */
interface Tick {
  readonly state: string;
  /** Of those who were watched when it began. */
  readonly observations: ReadonlyMap<number, Observation>;
  /** Whether a room was opened with it: who was inside is watched from the next one on. */
  readonly opens: boolean;
}

const who = "person:1";
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A map that lives through random days, its one hidden room open for some of them and closed for others, over what is recorded of it. */
class Life {
  readonly past = openMemory();
  readonly parts: Part[] = [];
  readonly ticks: Tick[] = [];
  readonly room: number;
  readonly #map: WorldMap;
  readonly #driver: Driver;
  readonly #chance: Chance;
  /** Whether the room is recorded apart, or as records were before. */
  readonly #form: "apart" | "whole";
  #live: LiveMap;
  #arriving: readonly Input[] = [];
  #unsealing: Uint8Array | null = null;
  #opens = false;

  constructor(map: WorldMap, seed: number, form: "apart" | "whole" = "apart") {
    this.#form = form;
    this.#map = asPlayed(map);
    this.#driver = new Driver(this.#map);
    this.#chance = new Chance(seed);
    this.room = map.hiddenAt!.find((room) => room !== 0)!;
    this.#live = new LiveMap(this.#map, MapState.fresh(this.#map, { asleepTicksMax: 8 }));
  }

  get tick(): number {
    return this.#live.state.tick;
  }

  async live(days: readonly (readonly Deed[])[]): Promise<this> {
    await this.#keyframe();
    this.#begin();
    this.#note(new Map());
    for (const deeds of days) {
      await this.#step(deeds);
      const mood = this.#chance.below(24);
      if (mood < 2) await this.#keyframe();
      if (this.#form === "whole") continue;
      if (mood > 1 && mood < 5 && this.#closed) this.#open();
      else if (mood > 1 && mood < 5) this.#cut();
      else if (mood === 5 && !this.#closed) await this.#close();
    }
    return this;
  }

  get #closed(): boolean {
    return this.#map.closed.has(this.room);
  }

  async #step(deeds: readonly Deed[]): Promise<void> {
    const possible = deeds.filter((deed, i) => isPossible(this.#live.state, deed, deeds.slice(0, i)));
    const inputs = this.#driver.inputs(this.#closed ? possible.map((deed) => outside(this.#map, deed)) : possible);
    for (const input of [...this.#arriving, ...inputs]) this.#live.post(input);
    const before = MapState.fromKeyframe(this.#map, this.#live.state.keyframe());
    const { record, sealed, transfers, observations } = this.#live.step(
      this.#driver.atlas,
      () => true,
      () => null,
    );
    this.#arriving = transfers.flatMap(({ map, luggage, entry }) => (map === this.#map.name ? [{ kind: "arrive", luggage, entry }] : []));
    const { tick } = this;
    const parts = [...(record === null ? [] : [record]), ...sealed.values()];
    const kept = this.#form === "apart" || parts.length === 0 ? record : joinRecords(this.#map, before, parts);
    if (kept !== null) await this.past.commit({ records: [{ map: this.#map.name, tick, bytes: kept }] });
    const bytes = this.#form === "whole" ? undefined : sealed.get(this.room);
    if (bytes !== undefined) this.#parts.rows.push({ kind: "tick", tick, seq: 0, batch: 0, bytes });
    this.#note(observations);
  }

  get #parts(): Part {
    assert.ok(!this.#closed, "something happened in a closed room");
    return this.parts.at(-1)!;
  }

  #note(observations: ReadonlyMap<number, Observation>): void {
    const opens = this.#opens;
    this.#opens = false;
    if (opens) this.#watchAll();
    this.ticks.push({ state: text(this.#live.state.keyframe()), observations: structuredClone(observations), opens });
  }

  #watchAll(): void {
    for (const { id, posture } of this.#live.state.bodies()) if (posture === "awake") this.#live.watch(id);
  }

  async #keyframe(): Promise<void> {
    const bytes = this.#form === "whole" ? this.#live.state.keyframe() : this.#live.keyframes().open;
    await this.past.commit({ keyframes: [{ map: this.#map.name, tick: this.tick, bytes }] });
  }

  #begin(): void {
    const bytes = this.#live.keyframes().sealed.get(this.room)!;
    this.parts.push({
      fromTick: this.tick,
      throughTick: null,
      rows: [{ kind: "keyframe", tick: this.tick, seq: 0, batch: 0, bytes }],
    });
  }

  /** A part ends, and another goes on from there. */
  #cut(): void {
    if (this.#parts.fromTick === this.tick) return;
    this.#parts.throughTick = this.tick;
    this.#begin();
  }

  /** As when a host starts without the key. */
  async #close(): Promise<void> {
    this.#parts.throughTick = this.tick;
    const { open, sealed } = this.#live.keyframes();
    this.#unsealing = sealed.get(this.room)!;
    this.#map.closed.add(this.room);
    this.#live = new LiveMap(this.#map, MapState.fromKeyframe(this.#map, open));
    this.#watchAll();
    if (this.#chance.below(2) === 0) await this.#keyframe();
  }

  #open(): void {
    openRoom(this.#map, this.room, hideout.secret);
    this.#begin();
    this.#live.post({ kind: "unseal", part: this.#unsealing! });
    this.#opens = true;
  }
}

/** Hosts let nobody in who is there, and number connections upwards. */
function isPossible(state: MapState, deed: Deed, before: readonly Deed[]): boolean {
  if (deed.kind === "attach") {
    const again = before.some((one) => one.kind === "attach" && one.body === deed.body);
    return !again && deed.epoch > (state.epochOf(deed.body) ?? 0);
  }
  if (deed.kind !== "enter") return true;
  const { id, who: comer } = deed.luggage;
  return state.bodyOf(comer) === null && !before.some((one) => one.kind === "enter" && one.luggage.id === id);
}

/** Nothing is put into a closed room. */
function outside(map: WorldMap, deed: Deed): Deed {
  const inside = deed.kind === "enter" && deed.at !== null && "tile" in deed.at && isHidden(map, deed.at.tile);
  return deed.kind === "enter" && inside ? { ...deed, at: null } : deed;
}

/** The parts of a life as they are stored when it has come to a tick: some as blocks, the last as rows. */
function storedParts({ parts, room }: Life, end: () => number): SealedPast {
  const blocks = new Map(
    parts.filter(({ fromTick }) => fromTick % 2 === 0).map((part) => [part, writeBlocks(numbered(part.rows), zstd)[0]!.bytes]),
  );
  return {
    parts: async (map, tick) => {
      const part = parts.find((one) => one.fromTick <= end() && (one.throughTick === null || one.throughTick >= tick));
      if (part === undefined) return [];
      const { fromTick, rows } = part;
      const throughTick = part.throughTick === null || part.throughTick > end() ? null : part.throughTick;
      const block = throughTick === null ? undefined : blocks.get(part);
      const [keyframe, ...records] = rows.filter((row) => row.tick <= end()).map((row) => ({ map, tick: row.tick, bytes: row.bytes }));
      const stored: SealedPart["stored"] = block === undefined ? { rows: { keyframe: keyframe!, records } } : { block };
      return [{ room, fromTick, throughTick, stored }];
    },
  };
}

const numbered = (rows: readonly Row[]): FilmEntry[] => rows.map((row, i) => ({ ...row, seq: i + 1, batch: i + 1 }));

/** Compares a tick as it is played with what it was. */
function compare(life: Life, past: PastMap, tick: number, observation: Observation | undefined): void {
  const was = life.ticks[tick]!;
  assert.equal(text(past.state!.keyframe()), was.state, `tick ${tick}`);
  const body = past.state!.bodyOf(who);
  if (body !== null && observation !== undefined && !was.opens) assert.deepEqual(observation, was.observations.get(body), `tick ${tick}`);
}

async function step(past: PastMap, tick: number): Promise<Observation | undefined> {
  if (!past.has(tick)) await past.load(tick);
  assert.ok(past.has(tick), `tick ${tick}`);
  return past.step(tick).observation;
}

const lives = fc
  .tuple(
    randomMap.filter(({ hiddenAt }) => hiddenAt !== null),
    holdersDays,
    fc.nat(),
  )
  .map(([map, days, seed]) => ({ map, days, seed }));

/** As those see it who play the past: no room of it is closed, for the parts tell which were. */
const asPlayed = (map: WorldMap): WorldMap => ({ ...map, closed: new Set() });

test("Z71 Z72 every tick is put together from its parts as it was, and perceived as it was, over parts that end, begin and grow", async () => {
  const seen = { inside: 0, closed: 0, told: 0, parts: 0 };
  await fc.assert(
    fc.asyncProperty(lives, async ({ map, days, seed }) => {
      const life = await new Life(map, seed).live(days);
      const chance = new Chance(seed + 1);
      let end = 0;
      const played = new PastMap(
        asPlayed(map),
        new Archive(
          life.past,
          storedParts(life, () => end),
          () => end,
        ),
        { who, wants: null },
      );
      await played.seek(0);
      for (let tick = 1; tick <= life.tick; tick++) {
        if (tick > end) end = Math.min(life.tick, tick + chance.below(6));
        const observation = await step(played, tick);
        compare(life, played, tick, observation);
        seen.told += observation?.percepts.length ?? 0;
        for (const { tile } of played.state!.bodies()) if (isHidden(map, tile)) seen.inside++;
        if (played.isPartial) seen.closed++;
      }
      seen.parts += life.parts.length;
      end = life.tick;
      for (let i = 0; i < 12; i++) {
        let tick = chance.below(life.tick + 1);
        await played.seek(tick);
        compare(life, played, tick, undefined);
        for (const last = Math.min(life.tick, tick + chance.below(8)); tick < last;) {
          tick++;
          compare(life, played, tick, await step(played, tick));
        }
      }
    }),
    { numRuns: 80, seed: 20261128 },
  );
  const { inside, closed, told, parts } = seen;
  assert.ok(inside > 1_000 && closed > 500 && told > 1_000 && parts > 300, JSON.stringify(seen));
});

test("Z77 a record that is older than the parts of rooms is played as before, hidden rooms and all", async () => {
  const seen = { inside: 0, told: 0 };
  const none: SealedPast = { parts: async () => [] };
  await fc.assert(
    fc.asyncProperty(lives, async ({ map, days, seed }) => {
      const life = await new Life(map, seed, "whole").live(days);
      const played = new PastMap(map, new Archive(life.past, none, () => life.tick), { who, wants: null });
      await played.seek(0);
      for (let tick = 1; tick <= life.tick; tick++) {
        // As long as nothing is told of the room it passes for closed, and nobody who looks around hears of it.
        const knows = !played.isPartial;
        const observation = await step(played, tick);
        compare(life, played, tick, knows ? observation : undefined);
        if (knows && observation !== undefined) seen.told++;
        for (const { tile } of played.state!.bodies()) if (isHidden(map, tile)) seen.inside++;
      }
      const chance = new Chance(seed);
      for (let i = 0; i < 6; i++) {
        const tick = chance.below(life.tick + 1);
        await played.seek(tick);
        compare(life, played, tick, undefined);
      }
    }),
    { numRuns: 60, seed: 20261129 },
  );
  assert.ok(seen.inside > 1_000 && seen.told > 400, JSON.stringify(seen));
});
