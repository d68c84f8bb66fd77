import type { FilmState } from "./state.ts";

/** Sixteenths of a tile: positions are counted in them, and tiles are made for at their centres. */
const sixteenths = 16;
const half = sixteenths / 2;
/** How many steps are looked up from the beginning of paths, in one block, before nothing more is guessed. */
const lookedUpMax = 2 ** 24;

/** Guesses where bodies get to that go on along their paths unhindered: `speed` sixteenths a tick, from centre to centre. */
export class Walks {
  /** The last guess. */
  dx = 0;
  dy = 0;
  facing = 0;
  at = 0;
  readonly #state: FilmState;
  /** By slot: the centre it makes for, and which step of its path leads there; -1 if not known. */
  #aimX = new Int32Array(0);
  #aimY = new Int32Array(0);
  #aimAt = new Int32Array(0);
  #guessX = 0;
  #guessY = 0;
  #lookedUp = 0;

  constructor(state: FilmState) {
    this.#state = state;
  }

  reserve(end: number): void {
    [this.#aimX, this.#aimY, this.#aimAt] = [new Int32Array(end), new Int32Array(end), new Int32Array(end).fill(-1)];
  }

  /** The body has another path. */
  forget(slot: number): void {
    this.#aimAt[slot] = -1;
  }

  /** It went as guessed. */
  follow(slot: number): void {
    this.#aimX[slot] = this.#guessX;
    this.#aimY[slot] = this.#guessY;
    this.#aimAt[slot] = this.at;
  }

  /** Whether the first step of a path can be taken from where the body stands. */
  liesAhead(slot: number, path: string): boolean {
    const { x, y } = this.#state;
    const step = path.charCodeAt(0);
    if (Number.isNaN(step)) return false;
    return (step === north || step === south ? x[slot]! : y[slot]!) % sixteenths === half;
  }

  /** False if nothing can be guessed. */
  guess(slot: number, path: string, from: number, at: number): boolean {
    if (at > path.length || !this.#aim(slot, path, from, at)) return false;
    const state = this.#state;
    const steps = path.length;
    let aimX = this.#guessX;
    let aimY = this.#guessY;
    let left = state.bodies[slot]!.speed;
    let x = state.x[slot]!;
    let y = state.y[slot]!;
    let facing = state.facing[slot]!;
    let step = at;
    for (;;) {
      const toX = aimX - x;
      const toY = aimY - y;
      const goX = Math.min(left, Math.abs(toX));
      const goY = Math.min(left - goX, Math.abs(toY));
      if (goX + goY > 0) {
        facing = toX > 0 ? 1 : toX < 0 ? 3 : toY > 0 ? 2 : 0;
        x += toX < 0 ? -goX : goX;
        y += toY < 0 ? -goY : goY;
        left -= goX + goY;
      }
      if (x !== aimX || y !== aimY || step === steps || left === 0) break;
      const letter = path.charCodeAt(step++);
      if (letter === north) aimY -= sixteenths;
      else if (letter === south) aimY += sixteenths;
      else aimX += letter === east ? sixteenths : -sixteenths;
    }
    this.#lookedUp += step - at;
    this.dx = x - state.x[slot]!;
    this.dy = y - state.y[slot]!;
    this.facing = facing;
    this.at = step;
    this.#guessX = aimX;
    this.#guessY = aimY;
    return true;
  }

  /** Finds the centre that step `at` leads to. */
  #aim(slot: number, path: string, from: number, at: number): boolean {
    let known = this.#aimAt[slot]!;
    let aimX = this.#aimX[slot]!;
    let aimY = this.#aimY[slot]!;
    if (known === -1 || known > at) {
      const { width } = this.#state;
      known = 0;
      aimX = (from % width) * sixteenths + half;
      aimY = Math.floor(from / width) * sixteenths + half;
    }
    this.#lookedUp += at - known;
    if (this.#lookedUp > lookedUpMax) return false;
    for (; known < at; known++) {
      const letter = path.charCodeAt(known);
      if (letter === north) aimY -= sixteenths;
      else if (letter === south) aimY += sixteenths;
      else aimX += letter === east ? sixteenths : -sixteenths;
    }
    this.#guessX = aimX;
    this.#guessY = aimY;
    return true;
  }
}

const [north, east, south] = ["n", "e", "s"].map((letter) => letter.charCodeAt(0)) as [number, number, number];
