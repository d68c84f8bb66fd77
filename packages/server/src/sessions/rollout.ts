import type { RealTime } from "../ticks/clock.ts";
import type { Show } from "./showing.ts";

/** Frames made at a time while their tick is being stored: less than a millisecond's work. */
const framesAtOnce = 100;

type Send = () => void;

/**
 * How one tick is shown. Making and sending a thousand frames takes a while, so who is told something comes before who only
 * sees others move. Their frames are made at once; the others' a few at a time while the tick is being stored, so that the
 * storing of it is noticed meanwhile. All are made before the next step, for they show the present.
 */
export class Rollout {
  readonly #time: RealTime;
  readonly #telling: readonly Show[];
  readonly #others: readonly Show[];
  readonly #told: Send[] = [];
  readonly #rest: Send[] = [];
  /** How many of the others' frames are made. */
  #made = 0;

  constructor(shows: readonly Show[], time: RealTime) {
    this.#time = time;
    this.#telling = shows.filter(({ tells }) => tells);
    this.#others = shows.filter(({ tells }) => !tells);
  }

  /** Whether anybody is told something for certain. */
  get tells(): boolean {
    return this.#telling.length > 0;
  }

  prepare(): void {
    for (const show of this.#telling) add(this.#told, show);
    this.#goOn();
  }

  /** Makes the frames that are not made yet. */
  finish(): void {
    this.#make(this.#others.length);
  }

  publish(): void {
    for (const send of this.#told) send();
    this.finish();
    for (const send of this.#rest) send();
  }

  #goOn(): void {
    if (this.#made === this.#others.length) return;
    this.#time.soon(() => {
      this.#make(this.#made + framesAtOnce);
      this.#goOn();
    });
  }

  #make(count: number): void {
    while (this.#made < Math.min(count, this.#others.length)) add(this.#rest, this.#others[this.#made++]!);
  }
}

function add(sends: Send[], { prepare }: Show): void {
  const send = prepare();
  if (send !== null) sends.push(send);
}
