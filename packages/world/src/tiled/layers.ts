import { limits } from "@elsewhere/protocol";
import { type Block, type Budget, readBlocks, takeCells } from "./cells.ts";
import type { MapFiles } from "./files.ts";
import type { TiledImageLayer, TiledLayer, TiledObjectLayer } from "./model.ts";
import { type ObjectContext, objectLabel, readObject } from "./objects.ts";
import { readProperties } from "./properties.ts";
import { nameOf, type RawObject } from "./raw.ts";
import { overLimit, quoted } from "./refuse.ts";
import { imagePath } from "./tilesets.ts";

type Common = Omit<TiledImageLayer, "kind" | "image">;

/** A layer whose tiles are not yet laid on the map: an infinite map's size is known when all chunks are. */
export type LooseLayer =
  | (Common & {
      readonly kind: "tiles";
      readonly blocks: readonly Block[];
      readonly raw: RawObject;
    })
  | TiledObjectLayer
  | TiledImageLayer
  | (Common & { readonly kind: "group"; readonly layers: readonly LooseLayer[] });

export interface LayerContext {
  readonly files: MapFiles;
  readonly infinite: boolean;
  readonly objects: ObjectContext;
  readonly budget: Budget;
  readonly notes: string[];
  layersLeft: number;
}

export async function readLayers(raw: RawObject, context: LayerContext, depth = 0): Promise<LooseLayer[]> {
  if (depth > limits.mapNestingMax) throw overLimit(raw.file, `groups nest deeper than ${limits.mapNestingMax}`, limits.mapNestingMax);
  const layers: LooseLayer[] = [];
  for (const layer of raw.objects("layers", limits.mapLayersMax)) {
    context.layersLeft--;
    if (context.layersLeft < 0) throw overLimit(raw.file, `has more than ${limits.mapLayersMax} layers`, limits.mapLayersMax);
    const read = await readLayer(layer.called(nameOf(layer, "layer")), context, depth);
    if (read) layers.push(read);
  }
  return layers;
}

async function readLayer(raw: RawObject, context: LayerContext, depth: number): Promise<LooseLayer | null> {
  const common = readCommon(raw);
  const type = raw.text("type");
  if (type === "tilelayer")
    return {
      ...common,
      kind: "tiles",
      blocks: readBlocks(raw, context.infinite, context.files, context.budget),
      raw,
    };
  if (type === "imagelayer") return { ...common, kind: "image", image: imagePath(raw, context.notes) };
  if (type === "group") return { ...common, kind: "group", layers: await readLayers(raw, context, depth + 1) };
  if (type === "objectgroup") {
    const objects = [];
    for (const object of raw.objects("objects", limits.mapObjectsMax)) {
      objects.push(await readObject(object.called(objectLabel(object, raw.at)), context.objects));
    }
    return { ...common, kind: "objects", objects };
  }
  context.notes.push(`${raw.at}: a layer of the type ${quoted(type)} is not known`);
  return null;
}

const readCommon = (raw: RawObject): Common => ({
  name: raw.text("name"),
  class: raw.text("class"),
  visible: raw.flag("visible", true),
  opacity: Math.min(1, Math.max(0, raw.number("opacity", 1))),
  offsetX: raw.pixels("offsetx"),
  offsetY: raw.pixels("offsety"),
  properties: readProperties(raw),
});

/** A map's place on the file's own grid of tiles. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest box around all chunks of all layers; null if there are none. */
export function boundingBox(layers: readonly LooseLayer[]): Box | null {
  const blocks = allBlocks(layers);
  if (blocks.length === 0) return null;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const block of blocks) {
    [left, top] = [Math.min(left, block.x), Math.min(top, block.y)];
    [right, bottom] = [Math.max(right, block.x + block.width), Math.max(bottom, block.y + block.height)];
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const allBlocks = (layers: readonly LooseLayer[]): Block[] =>
  layers.flatMap((layer) => (layer.kind === "group" ? allBlocks(layer.layers) : layer.kind === "tiles" ? layer.blocks : []));

/** Lays the layers on a map of the box's size; objects move by `dx`, `dy` pixels with its corner. */
export function layOut(
  layers: readonly LooseLayer[],
  box: Box,
  shift: { readonly dx: number; readonly dy: number },
  budget: Budget,
): TiledLayer[] {
  return layers.map((layer): TiledLayer => {
    if (layer.kind === "image") return layer;
    if (layer.kind === "group") return { ...layer, layers: layOut(layer.layers, box, shift, budget) };
    if (layer.kind === "objects") {
      return {
        ...layer,
        objects: layer.objects.map((object) => ({
          ...object,
          x: object.x + shift.dx,
          y: object.y + shift.dy,
        })),
      };
    }
    const { blocks, raw, ...common } = layer;
    return { ...common, cells: lay(blocks, box, budget, raw) };
  });
}

function lay(blocks: readonly Block[], box: Box, budget: Budget, raw: RawObject): Uint32Array {
  const only = blocks.length === 1 ? blocks[0]! : null;
  if (only && only.x === box.x && only.y === box.y && only.width === box.width && only.height === box.height) return only.cells;
  takeCells(budget, box.width * box.height, raw);
  const cells = new Uint32Array(box.width * box.height);
  for (const block of blocks) layBlock(cells, block, box);
  return cells;
}

/** What lies outside the box is cut off: a layer of a finite map may be larger than the map. */
function layBlock(cells: Uint32Array, block: Block, box: Box): void {
  const [dx, dy] = [block.x - box.x, block.y - box.y];
  const [from, to] = [Math.max(0, -dx), Math.min(block.width, box.width - dx)];
  if (to <= from) return;
  for (let y = Math.max(0, -dy); y < Math.min(block.height, box.height - dy); y++) {
    const row = block.cells.subarray(y * block.width + from, y * block.width + to);
    cells.set(row, (y + dy) * box.width + from + dx);
  }
}
