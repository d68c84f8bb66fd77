import type { FilmState } from "./state.ts";
import type { FilmActivity } from "./told.ts";

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
  /** By slot: its path, how many steps that has (-1 if it has none), the tile it begins on, and how far the body goes in a tick. */
  readonly #paths: string[] = [];
  #steps = new Int32Array(0);
  #from = new Float64Array(0);
  #speed = new Float64Array(0);
  #guessX = 0;
  #guessY = 0;
  #lookedUp = 0;

  constructor(state: FilmState) {
    this.#state = state;
  }

  /** For slots up to `end`. */
  reserve(end: number): void {
    [this.#aimX, this.#aimY, this.#aimAt] = [new Int32Array(end), new Int32Array(end), new Int32Array(end)];
    [this.#steps, this.#from, this.#speed] = [new Int32Array(end).fill(-1), new Float64Array(end), new Float64Array(end)];
    for (let slot = 0; slot < end; slot++) {
      this.#paths.push("");
      const body = this.#state.bodies[slot];
      if (body) this.begin(slot, body.activity, body.speed);
    }
  }

  /** The body has that activity from now on. */
  begin(slot: number, activity: FilmActivity | null, speed: number): void {
    this.#speed[slot] = speed;
    const path = activity === null ? null : activity.path;
    if (path !== null && this.#steps[slot] === path.length && this.#paths[slot] === path && this.#from[slot] === activity!.from) return;
    this.#aimAt[slot] = -1;
    this.#steps[slot] = path === null ? -1 : path.length;
    this.#paths[slot] = path ?? "";
    this.#from[slot] = activity?.from ?? 0;
  }

  hasPath(slot: number): boolean {
    return this.#steps[slot] !== -1;
  }

  /** It went as guessed. */
  follow(slot: number): void {
    this.#aimX[slot] = this.#guessX;
    this.#aimY[slot] = this.#guessY;
    this.#aimAt[slot] = this.at;
  }

  /** Whether the first step of a path can be taken from where the body stands. */
  liesAhead(slot: number): boolean {
    const { x, y } = this.#state;
    const step = this.#paths[slot]!.charCodeAt(0);
    if (Number.isNaN(step)) return false;
    return (step === north || step === south ? x[slot]! : y[slot]!) % sixteenths === half;
  }

  /** False if nothing can be guessed. */
  guess(slot: number, at: number): boolean {
    const steps = this.#steps[slot]!;
    if (at > steps || (this.#aimAt[slot] !== at && !this.#find(slot, at))) return false;
    const state = this.#state;
    let aimX = this.#aimX[slot]!;
    let aimY = this.#aimY[slot]!;
    let left = this.#speed[slot]!;
    const fromX = state.x[slot]!;
    const fromY = state.y[slot]!;
    let x = fromX;
    let y = fromY;
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
      const letter = this.#paths[slot]!.charCodeAt(step++);
      if (letter === north) aimY -= sixteenths;
      else if (letter === south) aimY += sixteenths;
      else aimX += letter === east ? sixteenths : -sixteenths;
    }
    this.#lookedUp += step - at;
    this.dx = x - fromX;
    this.dy = y - fromY;
    this.facing = facing;
    this.at = step;
    this.#guessX = aimX;
    this.#guessY = aimY;
    return true;
  }

  /** Finds the centre that step `at` leads to. */
  #find(slot: number, at: number): boolean {
    const path = this.#paths[slot]!;
    const { width } = this.#state;
    let known = this.#aimAt[slot]!;
    if (known === -1 || known > at) {
      known = 0;
      this.#aimX[slot] = (this.#from[slot]! % width) * sixteenths + half;
      this.#aimY[slot] = Math.floor(this.#from[slot]! / width) * sixteenths + half;
    }
    this.#lookedUp += at - known;
    if (this.#lookedUp > lookedUpMax) return false;
    for (; known < at; known++) {
      const letter = path.charCodeAt(known);
      if (letter === north) this.#aimY[slot]! -= sixteenths;
      else if (letter === south) this.#aimY[slot]! += sixteenths;
      else this.#aimX[slot]! += letter === east ? sixteenths : -sixteenths;
    }
    this.#aimAt[slot] = at;
    return true;
  }
}

const [north, east, south] = ["n", "e", "s"].map((letter) => letter.charCodeAt(0)) as [number, number, number];
