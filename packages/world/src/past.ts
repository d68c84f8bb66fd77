import type { Before } from "./before.ts";
import type { BodyTable } from "./bodies.ts";
import { nowhere } from "./perception.ts";

/** How those that a step changed stood before it, by body and by where that was. */
export class Past {
  readonly #bodies: BodyTable;
  readonly #byId: ReadonlyMap<number, Before>;
  /** Made for the first who asks: in most steps nobody looks about anew. */
  #byCell: Map<number, Before[]> | null = null;

  constructor(bodies: BodyTable, touched: readonly Before[]) {
    this.#bodies = bodies;
    this.#byId = new Map(touched.map((before) => [before.id, before]));
  }

  /** Undefined: it stands as it stood. */
  of(id: number): Before | undefined {
    return this.#byId.get(id);
  }

  /** Calls `visit` for those changed who stood in the cells that a square of `radius` tiles around `tile` touches. */
  near(tile: number, radius: number, visit: (before: Before) => void): void {
    const byCell = (this.#byCell ??= this.#sorted());
    this.#bodies.cellsNear(tile, radius, (cell) => byCell.get(cell)?.forEach(visit));
  }

  #sorted(): Map<number, Before[]> {
    const byCell = new Map<number, Before[]>();
    for (const before of this.#byId.values()) {
      if (before.tile === nowhere) continue;
      const cell = this.#bodies.cellOf(before.tile);
      const list = byCell.get(cell);
      if (list) list.push(before);
      else byCell.set(cell, [before]);
    }
    return byCell;
  }
}
