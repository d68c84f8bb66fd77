/** What was in hidden rooms goes into streams of the new world, and what was sealed of its programs is sealed anew. */
import { MapState } from "@elsewhere/world";
import { Cover } from "../sealing/cover.ts";
import type { HiddenRoom, Places } from "../sealing/places.ts";
import { DataKey, DataKeys } from "../sealing/seal.ts";
import { sealsSetting } from "../sealing/sealing.ts";
import { unseenSetting } from "../sealing/streams.ts";
import { tailHead, TailWriter } from "../sealing/tail.ts";
import type { CommitBatch } from "../storage/contract.ts";
import type { World } from "../ticks/world.ts";
import type { PastProgram } from "./programs.ts";
import type { Resting } from "./rooms.ts";

export interface Resealing {
  /** Seals what of a batch must not lie open. To be asked once for each, in the order in which they are committed. */
  cover(batch: CommitBatch): CommitBatch;
  /** Whether all of a program is sealed. */
  readonly isSealed: (program: string) => boolean;
  /** The streams, and who is out of sight; none for a world without hidden rooms. */
  readonly settings: NonNullable<CommitBatch["settings"]>;
}

export interface ToSeal {
  readonly places: Places;
  readonly world: World;
  readonly tick: number;
  readonly resting: readonly Resting[];
  readonly programs: readonly Pick<PastProgram, "program" | "sealedFor">[];
}

export async function sealAnew(
  { places, world, tick, resting, programs }: ToSeal,
  randomBytes: (count: number) => Uint8Array,
): Promise<Resealing> {
  const keys = DataKeys.parse(null);
  const streams: Resealing["settings"][number][] = [];
  for (const room of places.rooms) {
    const rests = resting.find((one) => one.room === room)?.live ?? null;
    const part = (rests ?? world.maps.get(room.map.name))?.keyframes().sealed.get(room.room) ?? null;
    // Of a closed room there may be something that lay open: only whoever has its key can open it from now on.
    if (places.keyOf(room.stream) === null && (part === null || isEmpty(room, part))) continue;
    const key = await DataKey.make(room.recipient, randomBytes);
    keys.add(key);
    if (part === null) continue;
    const writer = new TailWriter(room.stream, key, 0);
    const openThrough = rests?.state.tick;
    const head = openThrough === undefined ? { first: 0 } : { first: 0, openThrough };
    streams.push(tailHead(room.stream, head), writer.add({ kind: "keyframe", tick: openThrough ?? tick, bytes: part }));
  }
  const sealedFor = new Map(programs.map((each) => [`program:${each.program}`, each.sealedFor]));
  const roomOf = (who: string): string | null => {
    const where = world.roomOf(who);
    if (where !== null) return places.streamOf(where.map, where.room);
    return resting.find(({ live }) => live.roomOf(who) !== 0)?.room.stream ?? sealedFor.get(who) ?? null;
  };
  const cover = new Cover({ keys, roomOf, secrets: () => places.secrets() });
  const whole = [
    { key: sealsSetting, value: keys.toSetting() },
    { key: unseenSetting, value: JSON.stringify(world.unseen()) },
  ];
  return {
    cover: (batch) => cover.cover(batch),
    isSealed: (program) => roomOf(`program:${program}`) !== null,
    settings: places.rooms.length === 0 ? [] : [...streams, ...whole],
  };
}

function isEmpty({ map }: HiddenRoom, part: Uint8Array): boolean {
  const { bodyCount, away } = MapState.fromKeyframe(map, part);
  return bodyCount === 0 && away.size === 0;
}
