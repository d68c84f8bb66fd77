/** The hidden rooms of a running host: their streams, what is sealed of whoever is inside, and who opens them. */
import { ElsewhereError } from "@elsewhere/protocol";
import { furnish } from "../populate.ts";
import type { RecoveredWorld } from "../recover.ts";
import type { CommitBatch, Storage } from "../storage/contract.ts";
import type { World } from "../ticks/world.ts";
import { Cover } from "./cover.ts";
import type { Sealing } from "./sealing.ts";
import { SealedStreams } from "./streams.ts";

/** How many may wait to have their coordinates tried: each costs a good part of a second of a core. */
const openingsMax = 4;

export interface RoomsOptions {
  readonly sealing: Sealing;
  readonly recovered: RecoveredWorld;
  /** What is stored, as it is stored. */
  readonly stored: Pick<Storage, "programs" | "mailboxes">;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly say: (line: string) => void;
  /** See `Woken.rouse`. */
  readonly rouse: () => Promise<() => void>;
}

export class HiddenRooms {
  readonly streams: SealedStreams;
  /** To be committed with the first tick. */
  readonly opening: CommitBatch;
  readonly #cover: Cover;
  readonly #isNeeded: boolean;
  #waiting = 0;

  private constructor(streams: SealedStreams, opening: CommitBatch, cover: Cover, isNeeded: boolean) {
    this.#isNeeded = isNeeded;
    this.streams = streams;
    this.opening = opening;
    this.#cover = cover;
  }

  static async begin(options: RoomsOptions): Promise<HiddenRooms> {
    const { sealing, recovered, stored, randomBytes, say } = options;
    const { world } = recovered;
    const { places, keys, storage } = sealing;
    const cover = new Cover({
      keys,
      roomOf: (who) => {
        const where = world.roomOf(who);
        return where === null ? null : places.streamOf(where.map, where.room);
      },
      secrets: () => places.secrets(),
    });
    await cover.restoreFrom(stored);
    const { streams, opening } = await SealedStreams.begin(
      {
        world,
        places,
        keys,
        randomBytes,
        say,
        setting: (key) => storage.setting(key),
        rouse: async () => {
          await cover.restoreFrom(stored);
          return options.rouse();
        },
        furnish: (live, room) => furnish(world, live, room),
      },
      recovered,
    );
    const shut = new Set(places.rooms.filter(({ stream }) => places.keyOf(stream) === null).map(({ map }) => map.name));
    for (const map of world.maps.keys()) {
      if (shut.has(map)) say(shutNote(map, world));
      else if (world.restingOn(map) > 0) say(lostNote(map, world));
    }
    return new HiddenRooms(streams, opening, cover, places.rooms.length > 0);
  }

  /** Seals what of a batch must not lie open: nothing of it where the world has no hidden room. */
  readonly cover = (batch: CommitBatch): CommitBatch => (this.#isNeeded ? this.#cover.cover(batch) : batch);

  /** Whether a program's turn with this input is sealed, and so its heap to be kept apart from those of others. */
  readonly seals = (program: string, input: string | null): boolean => this.#isNeeded && this.#cover.seals(program, input);

  /** See `Host.openPlace`. */
  async open(coordinates: string): Promise<{ readonly map: string; readonly place: string; readonly opened: boolean }> {
    if (this.#waiting >= openingsMax) {
      const told = `${openingsMax} others are trying to open a place: try again in a moment`;
      throw new ElsewhereError("limit", told, { field: "coordinates", limit: openingsMax });
    }
    this.#waiting++;
    try {
      const { room, opened } = await this.streams.open(coordinates);
      return { map: room.map.name, place: room.place, opened };
    } finally {
      this.#waiting--;
    }
  }
}

function shutNote(map: string, world: World): string {
  const count = world.restingOn(map);
  const rest = count === 0 ? "nobody gets in" : `nobody gets in, and ${count} on this map rest out of sight`;
  return `Hidden rooms of ${map} are closed: ${rest}, until somebody gives their coordinates (elsewhere place open, or --place-keys)`;
}

function lostNote(map: string, world: World): string {
  return `${world.restingOn(map)} on ${map} rest in a hidden room that this map has no longer, or with another key: bring it back as it was`;
}
