/** The hidden rooms of a world: their keys, those that are closed for want of one, and how they are opened. */
import { ElsewhereError, formatCoordinates } from "@elsewhere/protocol";
import { openRoom, veil, type WorldMap } from "@elsewhere/world";
import { hiddenPlaceForm, readHiddenPlace } from "./hidden-place.ts";
import { type PlaceKey, placeKey, streamOf } from "./place-key.ts";

export interface HiddenRoom {
  readonly map: WorldMap;
  /** As in `hiddenAt`. */
  readonly room: number;
  readonly place: string;
  readonly recipient: string;
  /** The name of its sealed stream. */
  readonly stream: string;
}

/** A hidden room with what opens it. */
export interface Opening {
  readonly room: HiddenRoom;
  readonly key: PlaceKey;
  readonly secret: string;
}

/** A secret as it may stand in a text. A short one is no coordinates by itself, and stands in half of all words. */
const needleOf = (secret: string): string => (secret.length < bareSecretCharsMin ? `~${secret}` : secret);
const bareSecretCharsMin = 4;

export class Places {
  readonly rooms: readonly HiddenRoom[];
  readonly #open = new Map<string, Opening>();

  private constructor(rooms: readonly HiddenRoom[]) {
    this.rooms = rooms;
  }

  /** Derives the keys of those rooms whose secrets the maps tell; all others are closed. Throws `malformed` where two rooms have one key. */
  static async of(maps: readonly WorldMap[]): Promise<Places> {
    const hidden = maps.flatMap((map) =>
      map.rooms.flatMap(({ name, secret, recipient }, i) =>
        secret === undefined ? [] : [{ map, room: i + 1, place: name, secret, recipient }],
      ),
    );
    // All at once: what a key costs is time of other threads.
    const keys = await Promise.all(
      hidden.map(async ({ map, place, secret, recipient }) => (recipient === undefined ? await placeKey(map.name, place, secret) : null)),
    );
    const rooms: HiddenRoom[] = [];
    const openings: Opening[] = [];
    for (const [i, { secret, ...one }] of hidden.entries()) {
      const key = keys[i]!;
      const recipient = key?.recipient ?? one.recipient!;
      const room = { ...one, recipient, stream: streamOf(recipient) };
      if (key === null) room.map.closed.add(room.room);
      else openings.push({ room, key, secret });
      rooms.push(room);
    }
    const twice = rooms.find(({ stream }, i) => rooms.findIndex((other) => other.stream === stream) !== i);
    if (twice !== undefined) {
      const told = `${twice.map.name}: a hidden room has the world:recipient of another: make a key for each with \`elsewhere place key\``;
      throw new ElsewhereError("malformed", told, { field: "world:recipient" });
    }
    veil(
      maps,
      rooms.map(({ map, room, stream }) => ({ map, room, alias: stream.slice(1) })),
    );
    const places = new Places(rooms);
    for (const opening of openings) places.add(opening);
    return places;
  }

  /**
   * Which room coordinates open. Throws `malformed` for what carries no secret, and `unknown` in the same words, after the same
   * work, for a place that does not exist and for a secret that is not the place's.
   */
  async opening(coordinates: string): Promise<Opening> {
    const hidden = readHiddenPlace(coordinates);
    if (hidden === null) {
      throw new ElsewhereError("malformed", `these are no coordinates of a hidden place: give ${hiddenPlaceForm}`, {
        field: "coordinates",
      });
    }
    const { map, place, secret } = hidden;
    const key = await placeKey(map, place, secret);
    const room = this.rooms.find((one) => one.map.name === map && one.place === place);
    if (room?.recipient !== key.recipient) {
      const named = formatCoordinates({ map, place });
      throw new ElsewhereError("unknown", `there is no such place: "${named}", with that secret`, { field: "coordinates" });
    }
    return { room, key, secret };
  }

  /** Opens the room that coordinates are of, before anything has begun. Throws as `opening` does. */
  async unlock(coordinates: string): Promise<void> {
    // Most are of rooms whose secrets the maps tell: their keys need not be derived again.
    const known = [...this.#open.values()].some(({ room, secret }) => `${room.map.name}/${room.place}~${secret}` === coordinates);
    if (!known) this.add(await this.opening(coordinates));
  }

  /** From now on the key of its room is at hand, and the room there for those who hold it. */
  add(opening: Opening): void {
    const { room, secret } = opening;
    this.#open.set(room.stream, opening);
    openRoom(room.map, room.room, secret);
  }

  /** Null for a closed room. */
  keyOf(stream: string): PlaceKey | null {
    return this.#open.get(stream)?.key ?? null;
  }

  get keys(): readonly PlaceKey[] {
    return [...this.#open.values()].map(({ key }) => key);
  }

  roomsOf(map: string): readonly HiddenRoom[] {
    return this.rooms.filter((room) => room.map.name === map);
  }

  /** The stream of a room of a map; null for the open. */
  streamOf(map: string, room: number): string | null {
    return room === 0 ? null : (this.rooms.find((one) => one.map.name === map && one.room === room)?.stream ?? null);
  }

  /** What gives the open rooms away wherever it is written. */
  secrets(): readonly { readonly stream: string; readonly secret: string }[] {
    return [...this.#open].map(([stream, { secret }]) => ({ stream, secret: needleOf(secret) }));
  }

  /** A text without the secrets of open rooms. */
  readonly redact = (text: string): string => {
    let told = text;
    for (const { secret } of this.#open.values()) {
      const needle = needleOf(secret);
      if (told.includes(needle)) told = told.replaceAll(needle, needle === secret ? "…" : "~…");
    }
    return told;
  };
}
