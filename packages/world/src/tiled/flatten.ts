import type { TiledImageLayer, TiledLayer, TiledMap, TiledObjectLayer, TiledTileLayer } from "./model.ts";

/** A layer that is no group, with what the groups around it add. */
export interface FlatLayer {
  readonly layer: TiledTileLayer | TiledObjectLayer | TiledImageLayer;
  /** Names of its groups and its own, with "/" between: `floor/carpet`. */
  readonly path: string;
  readonly visible: boolean;
  readonly opacity: number;
  /** Pixels. */
  readonly offsetX: number;
  readonly offsetY: number;
}

/** All layers of a map, bottom to top, groups dissolved. */
export function flatten(map: TiledMap): FlatLayer[] {
  const found: FlatLayer[] = [];
  const visit = (layers: readonly TiledLayer[], around: Omit<FlatLayer, "layer">): void => {
    for (const layer of layers) {
      const flat = {
        path: around.path === "" ? layer.name : `${around.path}/${layer.name}`,
        visible: around.visible && layer.visible,
        opacity: around.opacity * layer.opacity,
        offsetX: around.offsetX + layer.offsetX,
        offsetY: around.offsetY + layer.offsetY,
      };
      if (layer.kind === "group") visit(layer.layers, flat);
      else found.push({ ...flat, layer });
    }
  };
  visit(map.layers, { path: "", visible: true, opacity: 1, offsetX: 0, offsetY: 0 });
  return found;
}
