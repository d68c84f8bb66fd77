import type { Door, DoorStep, Entry, MapExit, Place, ThingSpec, WorldExit, WorldMap } from "../map.ts";

/** What a letter of the drawing stands for. A letter may serve several of them. */
export interface Legend {
  readonly name?: string;
  readonly places?: Readonly<Record<string, PlaceLegend>>;
  readonly entries?: Readonly<Record<string, string>>;
  readonly exits?: Readonly<Record<string, { readonly map: string; readonly entry?: string | null }>>;
  readonly worldExits?: Readonly<Record<string, string>>;
  /** Tiles that a door blocks while closed; `blocksOpen` is a letter, too. */
  readonly doors?: Readonly<Record<string, DoorLegend>>;
  readonly silent?: string;
  readonly things?: readonly ThingSpec[];
  readonly sightTiles?: number;
  readonly hearingTiles?: number;
}

export interface DoorLegend {
  readonly name: string;
  readonly open?: boolean;
  readonly blocksOpen?: string;
  readonly steps?: Readonly<Record<string, Partial<Omit<DoorStep, "tiles">>>>;
}

/** Several letters may stand for one place. */
export interface PlaceLegend {
  readonly name: string;
  readonly room?: boolean;
  /** A room is hidden if it has a secret. */
  readonly hidden?: boolean;
  readonly secret?: string;
  /** Number of the layer that those who stand there are on. */
  readonly layer?: number;
  readonly description?: string;
}

/** A map from a drawing: `#` blocks, every other letter is ground and may mean more by the legend. Tests are its only use. */
export function asciiMap(drawing: string, legend: Legend = {}): WorldMap {
  const rows = drawing
    .split("\n")
    .map((row) => row.trim())
    .filter((row) => row !== "");
  const width = rows[0]!.length;
  const height = rows.length;
  if (rows.some((row) => row.length !== width)) throw new Error("every row of a drawing must be as long as the first");
  const cells = [...rows.join("")];
  const tilesOf = (letters: string): Int32Array => Int32Array.from(cells.flatMap((cell, tile) => (letters.includes(cell) ? [tile] : [])));
  const gridOf = (letters: string): Uint8Array => Uint8Array.from(cells, (cell) => (letters.includes(cell) ? 1 : 0));
  const entriesOf = <T>(record: Readonly<Record<string, T>> | undefined): [string, T][] => Object.entries(record ?? {});

  const layerAt = new Uint32Array(width * height);
  const places: Place[] = entriesOf(legend.places).map(([letters, { name, room = false, secret, layer, description = "" }]) => {
    const tiles = tilesOf(letters);
    if (layer !== undefined) for (const tile of tiles) layerAt[tile] = 2 ** layer;
    return { name, description, tiles, room, ...(secret === undefined ? {} : { secret }) };
  });
  const rooms = places.filter((place) => place.room);
  const roomOf = new Uint16Array(width * height);
  rooms.forEach((room, i) => room.tiles.forEach((tile) => (roomOf[tile] = i + 1)));
  const hiddenAt = new Uint16Array(width * height);
  rooms.forEach((room, i) => room.secret !== undefined && room.tiles.forEach((tile) => (hiddenAt[tile] = i + 1)));
  const entries: Entry[] = entriesOf(legend.entries).map(([letter, name]) => ({ name, tiles: tilesOf(letter) }));
  if (entries.length === 0)
    entries.push({
      name: "start",
      tiles: Int32Array.of(
        Math.max(
          0,
          cells.findIndex((cell) => cell !== "#"),
        ),
      ),
    });
  const exits: MapExit[] = entriesOf(legend.exits).map(([letter, { map, entry = null }]) => ({ tiles: tilesOf(letter), map, entry }));
  const worldExits: WorldExit[] = entriesOf(legend.worldExits).map(([letter, name]) => ({ name, tiles: tilesOf(letter) }));
  const doors: Door[] = entriesOf(legend.doors).map(([letter, door]) => ({
    name: door.name,
    open: door.open ?? false,
    blockedClosed: tilesOf(letter),
    blockedOpen: tilesOf(door.blocksOpen ?? ""),
    steps: entriesOf(door.steps).map(([step, how]) => ({ tiles: tilesOf(step), autoOpen: false, autoClose: false, code: null, ...how })),
  }));
  return {
    name: legend.name ?? "square",
    width,
    height,
    tile: { width: 32, height: 32 },
    blocked: gridOf("#"),
    silent: gridOf(legend.silent ?? ""),
    roomOf,
    rooms,
    hiddenAt: hiddenAt.some((room) => room !== 0) ? hiddenAt : null,
    closed: new Set(),
    layerAt: layerAt.some((layers) => layers !== 0) ? layerAt : null,
    places,
    entries,
    exits,
    worldExits,
    doors,
    things: legend.things ?? [],
    sightTiles: legend.sightTiles ?? 16,
    hearingTiles: legend.hearingTiles ?? 8,
    properties: {},
  };
}
