/** By slot: the step a body last moved in, and by how much: dx in the upper half of 32 bits, dy in the lower. */
const stride = 2;

/**
 * By how much each body has moved in the step under way or just over, in sixteenths of a tile, by slot: less than the side of
 * the largest map, so that both ways fit into one number. Of a crowd that walks it is asked for everybody, in every step: what
 * is known of one lies in eight bytes.
 */
export class Motion {
  #step = 0;
  #rows = new Int32Array(64 * stride);

  /** To be called before a step changes anything. */
  begin(): void {
    this.#step++;
  }

  /** Notes that the body in a slot moves by so much, or turns. */
  add(slot: number, dx: number, dy: number): void {
    const row = slot * stride;
    const before = this.#rows[row] === this.#step ? this.#rows[row + 1]! : 0;
    this.#rows[row] = this.#step;
    this.#rows[row + 1] = (((before >> 16) + dx) << 16) | ((((before << 16) >> 16) + dy) & 0xffff);
  }

  /** Somebody else is in the slot now. */
  reset(slot: number): void {
    this.#rows[slot * stride] = 0;
  }

  /** Whether the body in a slot moved or turned. */
  has(slot: number): boolean {
    return this.#rows[slot * stride] === this.#step;
  }

  /** By how much, of one that moved. */
  dx(slot: number): number {
    return this.#rows[slot * stride + 1]! >> 16;
  }

  dy(slot: number): number {
    return (this.#rows[slot * stride + 1]! << 16) >> 16;
  }

  /** Makes room for so many slots. */
  grow(size: number): void {
    const rows = new Int32Array(size * stride);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}
