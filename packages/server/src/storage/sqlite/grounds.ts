/** The grounds as a batch leaves them: all but their bytes, which are few enough to have at hand. */
import type { GroundRow } from "../contract.ts";
import { neededBy } from "../../record/images.ts";
import type { Ledger, LedgerRow } from "./ledger.ts";

export interface Ground extends Omit<GroundRow, "bytes"> {
  readonly id: number;
  /** How many images with bytes stand on it. */
  readonly images: number;
  /** Whether its bytes are there. Without them its row stays, for the images that once stood on it. */
  readonly stored: boolean;
}

function groundOf(row: LedgerRow): Ground {
  const [id, hash, kind, needs, images, stored] = row;
  return {
    id: Number(id),
    hash: String(hash),
    kind: String(kind) as Ground["kind"],
    needs: needs === "" ? [] : String(needs).split(","),
    images: Number(images),
    stored: stored === 1,
  };
}

export function groundColumns({ id, hash, kind, needs, images, stored }: Ground): LedgerRow {
  return [id, hash, kind, needs.join(","), images, stored ? 1 : 0];
}

/** Never changed, but replaced. */
export class Grounds {
  readonly #all: readonly Ground[];
  /** Where in `#all` each is: at its `id` less one. */
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(all: readonly Ground[], ids: ReadonlyMap<string, number>) {
    this.#all = all;
    this.#ids = ids;
  }

  static readIn(ledger: Ledger): Grounds {
    const all: Ground[] = [];
    for (const row of ledger.all("grounds")) {
      const ground = groundOf(row);
      all[ground.id - 1] = ground;
    }
    return new Grounds(all, new Map(all.map(({ hash, id }) => [hash, id])));
  }

  get all(): readonly Ground[] {
    return this.#all;
  }

  get(id: number): Ground | null {
    return this.#all[id - 1] ?? null;
  }

  withHash(hash: string): Ground | null {
    return this.get(this.#ids.get(hash) ?? 0);
  }

  isStored(hash: string): boolean {
    return this.withHash(hash)?.stored ?? false;
  }

  /** With each of `changed` in the place of what had its `id`, or as a new one. */
  with(changed: Iterable<Ground>): Grounds {
    const all = [...this.#all];
    const fresh: [string, number][] = [];
    for (const ground of changed) {
      if (all[ground.id - 1] === undefined) fresh.push([ground.hash, ground.id]);
      all[ground.id - 1] = ground;
    }
    return new Grounds(all, fresh.length === 0 ? this.#ids : new Map([...this.#ids, ...fresh]));
  }

  /** Those whose bytes nobody needs: neither an image, nor one of `held`, nor what one of those stands on. */
  idle(held: (ground: Ground) => boolean): readonly Ground[] {
    const roots = this.#all.filter((ground) => ground.images > 0 || held(ground)).map(({ hash }) => hash);
    const needed = neededBy(roots, (hash) => this.withHash(hash)?.needs ?? []);
    return this.#all.filter(({ stored, hash }) => stored && !needed.has(hash));
  }
}

/** The grounds that one batch is about: each is written once, however many images come to stand on it. */
export class GroundBook {
  readonly #ledger: Ledger;
  readonly #before: Grounds;
  readonly #changed = new Map<number, Ground>();
  #ids = new Map<string, number>();

  constructor(ledger: Ledger, before: Grounds) {
    this.#ledger = ledger;
    this.#before = before;
  }

  withHash(hash: string): Ground | null {
    const id = this.#ids.get(hash) ?? this.#before.withHash(hash)?.id;
    return id === undefined ? null : this.get(id);
  }

  get(id: number): Ground | null {
    return this.#changed.get(id) ?? this.#before.get(id);
  }

  isStored(hash: string): boolean {
    return this.withHash(hash)?.stored ?? false;
  }

  /** Notes that a ground's bytes are now there, and gives its number. */
  add({ hash, kind, needs }: GroundRow): number {
    const known = this.withHash(hash);
    const id = known?.id ?? this.#before.all.length + this.#ids.size + 1;
    if (known === null) this.#ids.set(hash, id);
    this.#changed.set(id, { id, hash, kind, needs, images: known?.images ?? 0, stored: true });
    return id;
  }

  /** `images` more, or fewer, stand on it. */
  count(id: number, images: number): void {
    const ground = this.get(id);
    if (ground !== null) this.#changed.set(id, { ...ground, images: ground.images + images });
  }

  flush(): Grounds {
    for (const [id, ground] of this.#changed) {
      const before = this.#before.get(id);
      this.#ledger.replace("grounds", before && groundColumns(before), groundColumns(ground));
    }
    return this.#changed.size === 0 ? this.#before : this.#before.with(this.#changed.values());
  }
}
