/** Which images go into a commit: those of turns and those the pool gave up, with the grounds they stand on that are not stored yet. */
import type { GroundRow, ImageRow, ProgramRow } from "../storage/contract.ts";
import type { LastImages } from "./collected.ts";
import type { Image, ProgramPool } from "./contract.ts";
import type { Resident } from "./resident.ts";

/** A program's image, to be stored. */
export interface OwnImage {
  readonly program: string;
  readonly image: Image;
}

const lastImagesPerBatch = 2_000;

export class ImageKeeping {
  readonly #pool: Pick<ProgramPool, "ground">;
  readonly #stored: Set<string>;
  #letGo: Resident[] = [];

  /** `stored`: hashes of the grounds that storage has. */
  constructor(pool: Pick<ProgramPool, "ground">, stored: readonly string[]) {
    this.#pool = pool;
    this.#stored = new Set(stored);
  }

  /** Whether that ground is stored, or is in a batch that was made. */
  has(hash: string): boolean {
    return this.#stored.has(hash);
  }

  /** The pool keeps this image no longer; stored, it makes the next wake quick. */
  letGo(resident: Resident, image: Image): void {
    resident.letGoImage = image;
    this.#letGo.push(resident);
  }

  /** Images given up since last asked whose turn has been collected. */
  takeLetGo(): readonly OwnImage[] {
    const taken: OwnImage[] = [];
    this.#letGo = this.#letGo.filter((resident) => {
      const { letGoImage: image, kept, spec } = resident;
      if (image !== null && image.turn > kept.turn) return true;
      resident.letGoImage = null;
      if (image === null || image.turn < kept.turn || image.turn <= kept.imageTurn) return false;
      resident.kept = { ...kept, imageTurn: image.turn, heapBytes: image.heapBytes };
      taken.push({ program: spec.program, image });
      return false;
    });
    return taken;
  }

  /** Images as rows, and the grounds to be stored before them. One whose ground is not at hand is left out: the transcript is enough without. */
  rows(images: readonly OwnImage[]): { images: ImageRow[]; grounds: GroundRow[] } {
    const grounds: GroundRow[] = [];
    const kept = images.filter(({ image }) => this.#collect(image.template, grounds));
    return {
      images: kept.map(({ program, image: { turn, hash, bytes, template } }) => ({ program, turn, hash, bytes, template, anew: false })),
      grounds,
    };
  }

  /** For a clean end: those that make the next start quick, in batches that are small enough to be taken back. */
  async *last(pool: Pick<ProgramPool, "image">, residents: Iterable<Resident>): AsyncGenerator<LastImages> {
    let images: OwnImage[] = [];
    let programs: ProgramRow[] = [];
    for (const resident of residents) {
      const { phase, kept, spec, livesHere } = resident;
      if (phase !== "idle" || kept.turn <= kept.imageTurn || !livesHere) continue;
      const image = await pool.image(spec.program);
      if (image === null || image.turn !== kept.turn) continue;
      resident.kept = { ...kept, imageTurn: image.turn, heapBytes: image.heapBytes };
      images.push({ program: spec.program, image });
      programs.push(resident.row());
      if (images.length < lastImagesPerBatch) continue;
      yield { ...this.rows(images), programs };
      images = [];
      programs = [];
    }
    yield { ...this.rows(images), programs };
  }

  #collect(hash: string, into: GroundRow[]): boolean {
    if (this.#stored.has(hash)) return true;
    const ground = this.#pool.ground(hash);
    if (ground === null || !ground.needs.every((needed) => this.#collect(needed, into))) return false;
    this.#stored.add(hash);
    into.push(ground);
    return true;
  }
}
