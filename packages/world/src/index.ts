export type { Input, Luggage, Transfer } from "./inputs.ts";
export type { Door, DoorStep, Entry, MapExit, Place, ThingSpec, WorldExit, WorldMap } from "./map.ts";
export type { DrawnLayer, DrawnPlace, DrawnTileset, MapDrawing } from "./drawing.ts";
