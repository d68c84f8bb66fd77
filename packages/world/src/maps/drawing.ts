import { toBase64, toBytes } from "../bytes.ts";
import type { DrawnLayer, DrawnPlace, DrawnTileset, MapDrawing } from "../drawing.ts";
import type { Place, WorldMap } from "../map.ts";
import type { FlatLayer } from "../tiled/flatten.ts";
import { textOf } from "../tiled/properties.ts";
import type { DoorPlan } from "./doors.ts";
import type { NamedExit } from "./exits.ts";
import { isThing, objectsOf, profileOf, type Survey } from "./survey.ts";

/** Flip bits are kept in the top three; the fourth turns hexagons, which are not drawn. */
const drawnBits = 0xefffffff;

/** WorkAdventure's bodies walk on this layer: what comes later in the list is drawn above them. */
const floorLayer = "floorLayer";

export interface DrawingParts {
  readonly world: WorldMap;
  readonly plans: readonly DoorPlan[];
  readonly exits: readonly NamedExit[];
  /** Address of the image of the nth tileset; null if there is none to show. */
  readonly imageOf: (tileset: number) => string | null;
}

export function drawingOf(survey: Survey, parts: DrawingParts): MapDrawing {
  const { world } = parts;
  const named = (place: Pick<Place, "name" | "tiles">): DrawnPlace => ({
    name: place.name,
    description: "",
    room: false,
    ...boxOf(place.tiles, world.width),
  });
  return {
    name: world.name,
    title: textOf(survey.properties, "mapName") || world.name,
    description: textOf(survey.properties, "mapDescription") || textOf(survey.properties, "world:description"),
    copyright: copyrightOf(survey),
    width: world.width,
    height: world.height,
    tile: world.tile,
    backgroundColor: survey.map.backgroundColor,
    layers: layersOf(survey, parts.plans),
    tilesets: tilesetsOf(survey, parts.imageOf),
    blocked: toBase64(world.blocked),
    places: world.places.map((place) => ({
      ...named(place),
      description: place.description,
      room: place.room,
    })),
    entries: world.entries.map(named),
    exits: parts.exits.map((exit) => ({ ...named(exit), map: exit.map })),
    worldExits: world.worldExits.map(named),
  };
}

function copyrightOf(survey: Survey): string[] {
  const own = ["mapCopyright", "tilesetCopyright"].map((name) => textOf(survey.properties, name));
  const tilesets = survey.map.tilesets.map((tileset) => textOf(tileset.properties, "tilesetCopyright"));
  return [...new Set([...own, ...tilesets].map((text) => text.trim()).filter((text) => text !== ""))];
}

function tilesetsOf(survey: Survey, imageOf: DrawingParts["imageOf"]): DrawnTileset[] {
  return survey.map.tilesets.map((tileset, i) => ({
    firstGid: tileset.firstGid,
    tileCount: tileset.tileCount,
    columns: tileset.columns,
    tile: tileset.tile,
    margin: tileset.margin,
    spacing: tileset.spacing,
    image: imageOf(i),
    classes: Object.fromEntries([...tileset.tiles].flatMap(([id, tile]) => (tile.class === "" ? [] : [[String(id), tile.class]]))),
  }));
}

function layersOf(survey: Survey, plans: readonly DoorPlan[]): DrawnLayer[] {
  const floor = survey.layers.findIndex((layer) => layer.layer.kind === "objects" && layer.layer.name === floorLayer);
  return survey.layers.flatMap((layer, i) => {
    const profiled = profileOf(layer, survey.profile);
    const common = {
      name: layer.path,
      opacity: layer.opacity,
      visible: layer.visible && (profiled === null || profiled.drawn),
      above: floor >= 0 && i > floor,
      door: doorOf(layer, plans),
    };
    return pictures(survey, layer).map((cells) => ({ ...common, gids: toBase64(toBytes(cells)) }));
  });
}

function doorOf(layer: FlatLayer, plans: readonly DoorPlan[]): DrawnLayer["door"] {
  for (const { name, openLayers, closedLayers } of plans) {
    if (openLayers.includes(layer)) return { name, shownWhen: "open" };
    if (closedLayers.includes(layer)) return { name, shownWhen: "closed" };
  }
  return null;
}

/** A tile layer's cells; of an object layer the tile objects, laid on the grid in as many sheets as lie on one tile. */
function pictures(survey: Survey, layer: FlatLayer): Uint32Array[] {
  if (layer.layer.kind === "tiles") return [survey.grid.placed(layer).map((cell) => cell & drawnBits)];
  const sheets: Uint32Array[] = [];
  for (const placed of objectsOf({ ...survey, layers: [layer] })) {
    const { object } = placed;
    if (object.gid === 0 || !object.visible || isThing(placed)) continue;
    const tile = survey.grid.tileAt(
      object.x + layer.offsetX + survey.map.tile.width / 2,
      object.y + layer.offsetY - survey.map.tile.height / 2,
    );
    if (tile === null) continue;
    let sheet = sheets.find((cells) => cells[tile] === 0);
    if (!sheet && sheets.length < sheetsMax) sheets.push((sheet = new Uint32Array(survey.grid.width * survey.grid.height)));
    if (sheet) sheet[tile] = object.gid & drawnBits;
  }
  return sheets;
}

/** More pictures than this on one tile cover each other anyway. */
const sheetsMax = 4;

function boxOf(tiles: Int32Array, width: number): { x: number; y: number; width: number; height: number } {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const tile of tiles) {
    const [x, y] = [tile % width, Math.floor(tile / width)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
