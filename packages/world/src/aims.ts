import { letters, strides } from "./space.ts";

/** Steps of a path that fit into one number, two bits each. */
const stepsPerBlock = 16;

/**
 * The tile each walking body makes for, by slot. It is remembered, because paths are long, and so are the next few steps:
 * the paths of a crowd lie all over memory, and each is looked into only every few tiles.
 */
export class Aims {
  readonly #strides: readonly number[];
  #aim = new Int32Array(64);
  /** Which steps of its path `#steps` holds, counted in blocks; -1 if none. */
  #block = new Int32Array(64);
  #steps = new Uint32Array(64);

  constructor(width: number) {
    this.#strides = strides(width);
  }

  /** The body has another path, or is at another place of it. */
  forget(slot: number): void {
    this.#aim[slot] = -1;
    this.#block[slot] = -1;
  }

  /** The tile that lies `at` steps along a path from its first one. */
  of(slot: number, path: string, from: number, at: number): number {
    let tile = from;
    for (let i = 0; i < at; i++) tile += this.#strides[letters.indexOf(path[i]!)]!;
    this.#aim[slot] = tile;
    return tile;
  }

  /** The same where it is known, else -1. */
  known(slot: number): number {
    return this.#aim[slot]!;
  }

  /** The body makes for the next tile of its path, which lies `at` steps along it. `pathOf` is asked only now and then. */
  advance(slot: number, at: number, pathOf: (slot: number) => string): void {
    if (this.#aim[slot] === -1) return;
    const step = at - 1;
    const block = Math.floor(step / stepsPerBlock);
    if (this.#block[slot] !== block) this.#load(slot, block, pathOf(slot));
    this.#aim[slot]! += this.#strides[(this.#steps[slot]! >>> ((step % stepsPerBlock) * 2)) & 3]!;
  }

  /** Makes room for so many slots. */
  grow(size: number): void {
    const [aim, block, steps] = [new Int32Array(size), new Int32Array(size), new Uint32Array(size)];
    aim.set(this.#aim);
    block.set(this.#block);
    steps.set(this.#steps);
    [this.#aim, this.#block, this.#steps] = [aim, block, steps];
  }

  #load(slot: number, block: number, path: string): void {
    const first = block * stepsPerBlock;
    let steps = 0;
    for (let i = Math.min(path.length, first + stepsPerBlock) - 1; i >= first; i--) steps = (steps << 2) | letters.indexOf(path[i]!);
    this.#block[slot] = block;
    this.#steps[slot] = steps;
  }
}
