/** A recording that is kept in `fixtures/`: a world's folder, its data, and what the data must give. */
import { hash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { applyRecord, MapState, type WorldMap } from "@elsewhere/world";
import { verifyRecord } from "../../packages/server/src/record/verify.ts";
import { openRecordReader } from "../../packages/server/src/storage/sqlite/record-reader.ts";
import { Store } from "../../packages/server/src/storage/sqlite/store.ts";

/** What a recording gives, as `expected.json` has it. Hashes are of sha256, hex. */
export interface Given {
  /** The last tick. */
  readonly tick: number;
  readonly batches: number;
  readonly turns: number;
  readonly images: number;
  /** By map: where its chain ends, the hash of its keyframe at some ticks, and whatever was uttered. */
  readonly maps: Readonly<
    Record<string, { readonly head: string; readonly states: Readonly<Record<string, string>>; readonly said: readonly string[] }>
  >;
  /** By program: its last turn, and the hash of its newest image. */
  readonly programs: Readonly<Record<string, { readonly turn: number; readonly image: string | null }>>;
  readonly memories: Readonly<Record<string, number>>;
}

/** Ticks between two states that are told. */
const ticksBetween = 50;

const databaseOf = (folder: string): string => join(folder, "elsewhere.db.br");

/** Keeps the data of a directory in a recording's folder. */
export function keep(directory: string, folder: string, given: Given): void {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  writeFileSync(databaseOf(folder), brotliCompressSync(readFileSync(join(directory, "elsewhere.db")), { params }));
  writeFileSync(join(folder, "expected.json"), `${JSON.stringify(given, null, 1)}\n`);
}

/** Makes a data directory of a recording, and tells what it must give. */
export function unpack(folder: string, directory: string): Given {
  mkdirSync(directory);
  writeFileSync(join(directory, "elsewhere.db"), brotliDecompressSync(readFileSync(databaseOf(folder))));
  return JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Given;
}

/** Verifies, opens and replays a data directory, from the first keyframe of each map to its end. Throws where that fails. */
export async function give(directory: string, maps: readonly WorldMap[], people: readonly string[]): Promise<Given> {
  const { ok, problems, batches, turns, images, maps: verified } = await verifyRecord(directory);
  if (!ok) throw new Error(`the recording does not verify: ${JSON.stringify(problems)}`);
  const reader = openRecordReader(directory);
  const tick = Number(reader.setting("tick"));
  reader.close();
  const replayed = maps.map(
    (map) => [map.name, { head: verified.find((each) => each.map === map.name)!.head, ...replay(directory, map, tick) }] as const,
  );
  const store = new Store(directory);
  try {
    const programs = store.reader.programs().map(({ program }) => {
      const { image, turns } = store.heap(program);
      return [program, { turn: turns.at(-1)?.turn ?? image?.turn ?? 0, image: image?.hash ?? null }] as const;
    });
    return {
      tick,
      batches,
      turns,
      images,
      maps: Object.fromEntries(replayed),
      programs: Object.fromEntries(programs),
      memories: Object.fromEntries(people.map((who) => [who, store.reader.memory(who, 0, 10_000).length])),
    };
  } finally {
    store.close();
  }
}

/** Every keyframe on the way must be what replay has arrived at. */
function replay(
  directory: string,
  map: WorldMap,
  end: number,
): { readonly states: Record<string, string>; readonly said: readonly string[] } {
  const states: Record<string, string> = {};
  const said: string[] = [];
  let state: MapState | null = null;
  const passTo = (tick: number): void => {
    if (state === null) return;
    for (let at = Math.ceil(state.tick / ticksBetween) * ticksBetween; at < tick; at += ticksBetween) {
      state.advanceTo(at);
      states[at] = hash("sha256", state.keyframe(), "hex");
    }
  };
  const reader = openRecordReader(directory);
  try {
    for (const entry of reader.entries(map.name)) {
      if (entry.kind === "gap") throw new Error(`${map.name}: ticks are missing from ${entry.fromTick} on`);
      passTo(entry.tick);
      if (entry.kind === "tick") {
        for (const event of applyRecord(map, state!, entry.bytes).events) {
          if (event.kind === "heard") said.push(`${entry.tick} ${event.from.name} (${event.how}): ${event.text}`);
          if (event.kind === "emoted") said.push(`${entry.tick} ${event.from.name} ${event.text}`);
        }
        continue;
      }
      state ??= MapState.fromKeyframe(map, entry.bytes);
      state.advanceTo(entry.tick);
      if (Buffer.compare(state.keyframe(), entry.bytes) !== 0)
        throw new Error(`${map.name}: replay and keyframe differ at tick ${entry.tick}`);
    }
  } finally {
    reader.close();
  }
  passTo(end);
  state!.advanceTo(end);
  states[end] = hash("sha256", state!.keyframe(), "hex");
  return { states, said };
}
