import type { JsonObject } from "@elsewhere/protocol";

/** A set of tiles with a name. Tile index = y × width + x, row-major, origin top left. */
export interface Place {
  readonly name: string;
  /** Text for those who read; empty if the map gives none. */
  readonly description: string;
  readonly tiles: Int32Array;
  /** Whether perception stops at its boundary. */
  readonly room: boolean;
  /**
   * Of a hidden room: who gives it holds the room. Never drawn, reported, logged or sent to anybody. Empty where the host does
   * not know it: `openRoom` sets it.
   */
  secret?: string;
  /** Of a hidden room: what stands for its name wherever something is recorded; its name where `veil` has given it none. */
  alias?: string;
  /** Of a hidden room whose secret the map does not tell: the public half of its key, `age1…`. */
  readonly recipient?: string;
  /** What the map says of it that has no meaning here, as found. */
  readonly properties?: JsonObject;
}

/** Where bodies come in. */
export interface Entry {
  readonly name: string;
  readonly tiles: Int32Array;
}

/** A door to another map (or to another entry of this one): standing on one of its tiles leads there. */
export interface MapExit {
  readonly tiles: Int32Array;
  /** Name of the target map as the world knows it. */
  readonly map: string;
  /** Entry on the target map; null is its default entry. */
  readonly entry: string | null;
}

/** Where a person may leave the world cleanly, or come back in (`world:exit`). */
export interface WorldExit {
  readonly name: string;
  readonly tiles: Int32Array;
}

export interface Door {
  readonly name: string;
  readonly open: boolean;
  /** Tiles that block while it is open / while it is closed. */
  readonly blockedOpen: Int32Array;
  readonly blockedClosed: Int32Array;
  /** Tiles from which it can be used, and whose entering and leaving opens and closes it by itself. */
  readonly steps: readonly DoorStep[];
}

export interface DoorStep {
  readonly tiles: Int32Array;
  readonly autoOpen: boolean;
  readonly autoClose: boolean;
  /** Never sent to anybody. */
  readonly code: string | null;
}

/** A thing the map puts into the world at its first start. */
export interface ThingSpec {
  readonly name: string;
  readonly tile: number;
  readonly description: string;
  readonly traits: JsonObject;
  /** Whether it can be taken and carried. */
  readonly portable: boolean;
  /** The layers it is on; the common one if it is left out. */
  readonly layerOn?: number;
}

/** One map, immutable but for which of its hidden rooms are closed, as the kernel steps it. All grids are row-major, one value a tile. */
export interface WorldMap {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Tile size in pixels, for drawing only. */
  readonly tile: { readonly width: number; readonly height: number };
  /** 1 where a tile blocks whatever the doors do. */
  readonly blocked: Uint8Array;
  /** 1 where speech is not possible. */
  readonly silent: Uint8Array;
  /** Which room a tile is in: 0 is open ground, i + 1 is `rooms[i]`. */
  readonly roomOf: Uint16Array;
  readonly rooms: readonly Place[];
  /** Which hidden room a tile is in: 0 is none, i + 1 is `rooms[i]`. Null where the map has no hidden room. */
  readonly hiddenAt: Uint16Array | null;
  /** Of the whole world: how hidden rooms are called, as `map/place`, by what is recorded for that. Set by `veil`. */
  named?: ReadonlyMap<string, string>;
  /** Hidden rooms, by their numbers in `hiddenAt`, that are wall to everybody at present, whoever holds them: see `openRoom`. */
  readonly closed: Set<number>;
  /** The layers that whoever stands on a tile is on, in place of its own; 0 leaves it on its own. Null where no tile does. */
  readonly layerAt: Uint32Array | null;
  /** All named places, rooms included; where two overlap the later one is the more specific. */
  readonly places: readonly Place[];
  /** Never empty; the first is the default. */
  readonly entries: readonly Entry[];
  readonly exits: readonly MapExit[];
  readonly worldExits: readonly WorldExit[];
  readonly doors: readonly Door[];
  readonly things: readonly ThingSpec[];
  readonly sightTiles: number;
  readonly hearingTiles: number;
  /** `mapName`, `mapDescription`, `mapCopyright`, `tilesetCopyright` and every other map property, as found. */
  readonly properties: JsonObject;
}
