/**
 * By how much each body has moved in the step under way or just over, in sixteenths of a tile, by slot. Kept in few bytes
 * that lie side by side: of a crowd that walks it is asked for everybody, in every step.
 */
export class Motion {
  #step = 0;
  #movedIn = new Int32Array(64);
  #dx = new Int32Array(64);
  #dy = new Int32Array(64);

  /** To be called before a step changes anything. */
  begin(): void {
    this.#step++;
  }

  /** Notes that the body in a slot moves by so much, or turns. */
  add(slot: number, dx: number, dy: number): void {
    if (this.#movedIn[slot] !== this.#step) {
      this.#movedIn[slot] = this.#step;
      this.#dx[slot] = this.#dy[slot] = 0;
    }
    this.#dx[slot]! += dx;
    this.#dy[slot]! += dy;
  }

  /** Somebody else is in the slot now. */
  reset(slot: number): void {
    this.#movedIn[slot] = 0;
  }

  /** Whether the body in a slot moved or turned. */
  has(slot: number): boolean {
    return this.#movedIn[slot] === this.#step;
  }

  /** By how much, of one that moved. */
  dx(slot: number): number {
    return this.#dx[slot]!;
  }

  dy(slot: number): number {
    return this.#dy[slot]!;
  }

  /** Makes room for so many slots. */
  grow(size: number): void {
    const grown = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const wider = new Int32Array(size);
      wider.set(old);
      return wider;
    };
    this.#movedIn = grown(this.#movedIn);
    this.#dx = grown(this.#dx);
    this.#dy = grown(this.#dy);
  }
}
