import { gidOf, type TiledGroup, type TiledLayer, type TiledProperties } from "../tiled/model.ts";
import { quoted } from "../tiled/refuse.ts";
import type { Notes } from "./notes.ts";
import type { Survey } from "./survey.ts";
import { isAreaClass, isThing, objectsOf, profileOf } from "./survey.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().split(/\s+/).filter(Boolean));

/** The properties that have a meaning here, in lower case, by what they stand on. */
const known = {
  map: words("mapName mapDescription mapCopyright tilesetCopyright script world:description world:sight world:hearing world:layers"),
  area: words(`start startLayer exitUrl exitSceneUrl silent collides doorVariable autoOpen autoClose code codeVariable tag
    bindVariable enterValue leaveValue triggerMessage openTriggerMessage closeTriggerMessage
    world:room world:exit world:description world:hidden world:secret world:recipient world:layer`),
  variable: words("door default openLayer closeLayer"),
  tile: words("collides"),
  tileset: words("tilesetCopyright"),
  object: words("collides world:thing"),
  group: words(""),
} as const;

/** Properties that make a place of a tile layer: WorkAdventure's own for areas, and ours. */
export const placeProperties = words(`silent zone focusable jitsiRoom bbbMeeting livekitRoomName openWebsite openTab playAudio
  speakerMegaphone listenerMegaphone world:room world:hidden world:description`);

export type Bearer = keyof typeof known;

const bearers: Readonly<Record<Bearer, string>> = {
  map: "maps",
  area: "areas and layers",
  variable: "variables",
  tile: "tiles",
  tileset: "tilesets",
  object: "tile objects",
  group: "groups",
};

export const isKnown = (bearer: Bearer, name: string): boolean => known[bearer].has(name.toLowerCase());

/** Lists what nothing here understands. All of it stays in the map as read. */
export function noteUnknown(survey: Survey): void {
  const { notes } = survey;
  noteProperties("map", survey.properties, "the map", notes);
  if ([...survey.properties.keys()].some((name) => name.toLowerCase() === "script")) notes.say("the map's script is kept and never run");
  for (const tileset of survey.map.tilesets) {
    noteProperties("tileset", tileset.properties, quoted(tileset.name), notes);
    for (const [id, tile] of tileset.tiles) noteProperties("tile", tile.properties, `${tileset.name} ${id}`, notes);
  }
  noteLayers(survey);
  noteObjects(survey);
  if (survey.map.orientation !== "orthogonal") notes.say(`the map is ${quoted(survey.map.orientation)} and treated as a plain grid`);
}

function noteLayers(survey: Survey): void {
  for (const layer of survey.layers) {
    noteProperties("area", layer.layer.properties, quoted(layer.path), survey.notes);
    if (layer.layer.kind === "image") survey.notes.gather("image layers are not drawn", quoted(layer.path));
    if (layer.layer.kind === "tiles") noteCells(survey, layer.layer.cells, quoted(layer.path));
  }
  for (const group of groupsOf(survey.map.layers)) noteProperties("group", group.properties, quoted(group.name), survey.notes);
  for (const name of Object.keys(survey.profile?.layers ?? {})) {
    const here = survey.layers.some((layer) => profileOf(layer, survey.profile) === survey.profile?.layers[name]);
    if (!here) survey.notes.say(`the profile speaks of a layer ${quoted(name)}, which the map does not have`);
  }
}

const groupsOf = (layers: readonly TiledLayer[]): TiledGroup[] =>
  layers.flatMap((layer) => (layer.kind === "group" ? [layer, ...groupsOf(layer.layers)] : []));

function noteCells(survey: Survey, cells: Uint32Array, label: string): void {
  const { tilesets } = survey.map;
  const last = tilesets.at(-1);
  const [from, to] = [tilesets[0]?.firstGid ?? Infinity, last && last.tileCount > 0 ? last.firstGid + last.tileCount : Infinity];
  const strangers = cells.reduce((sum, cell) => sum + (gidOf(cell) !== 0 && (gidOf(cell) < from || gidOf(cell) >= to) ? 1 : 0), 0);
  if (strangers > 0) survey.notes.gather("cells with tiles that no tileset has", `${strangers} of ${label}`);
}

function noteObjects(survey: Survey): void {
  for (const placed of objectsOf(survey)) {
    const { object, label } = placed;
    if (isThing(placed)) noteWorldOnly(object.properties, label, survey.notes);
    else if (isAreaClass(placed.class)) noteProperties("area", object.properties, label, survey.notes);
    else if (placed.class === "variable") noteProperties("variable", object.properties, label, survey.notes);
    else if (object.shape === "text") survey.notes.gather("texts are not drawn", label);
    else if (object.shape === "tile") noteProperties("object", object.properties, label, survey.notes);
    else survey.notes.gather(`objects of the class ${quoted(placed.class)} have no meaning here`, label);
  }
}

function noteProperties(bearer: Bearer, properties: TiledProperties, label: string, notes: Notes): void {
  for (const name of properties.keys()) {
    if (isKnown(bearer, name)) continue;
    if (isOurs(name)) notes.gather(`there is no property ${quoted(name)} of ${bearers[bearer]}`, label);
    else notes.gather(`kept without a meaning here: the property ${quoted(name)} of ${bearers[bearer]}`, label);
  }
}

const thingProperties = words("world:thing world:description world:portable world:layer");

/** All of a thing's other properties are its traits. */
function noteWorldOnly(properties: TiledProperties, label: string, notes: Notes): void {
  for (const name of properties.keys()) {
    if (isOurs(name) && !thingProperties.has(name.toLowerCase())) notes.gather(`there is no property ${quoted(name)} of things`, label);
  }
}

const isOurs = (name: string): boolean => name.toLowerCase().startsWith("world:");
