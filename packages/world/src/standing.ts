/** Most bodies are on this layer alone. */
const common = 1;

/** How many stand on each tile, and how many of them are on layers that somebody sees. */
export class Standing {
  readonly all: Uint32Array;
  /** By layers other than the common one: how many on them stand on a tile. */
  readonly #others = new Map<number, Map<number, number>>();

  constructor(tiles: number) {
    this.all = new Uint32Array(tiles);
  }

  add(tile: number, layers: number): void {
    this.all[tile]!++;
    if (layers !== common) this.#count(tile, layers, 1);
  }

  remove(tile: number, layers: number): void {
    this.all[tile]!--;
    if (layers !== common) this.#count(tile, layers, -1);
  }

  /** How many stand on a tile whom eyes that see those layers could see. */
  seen(tile: number, sees: number): number {
    const all = this.all[tile]!;
    if (all === 0) return 0;
    const seesCommon = (sees & common) !== 0;
    let seen = seesCommon ? all : 0;
    for (const [layers, counts] of this.#others) {
      const seesThem = (layers & sees) !== 0;
      if (seesThem !== seesCommon) seen += (seesThem ? 1 : -1) * (counts.get(tile) ?? 0);
    }
    return seen;
  }

  #count(tile: number, layers: number, by: number): void {
    let counts = this.#others.get(layers);
    if (!counts) this.#others.set(layers, (counts = new Map()));
    const count = (counts.get(tile) ?? 0) + by;
    if (count > 0) counts.set(tile, count);
    else counts.delete(tile);
    if (counts.size === 0) this.#others.delete(layers);
  }
}
