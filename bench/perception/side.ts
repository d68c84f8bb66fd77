/** One side of the comparison within one process: it is given the scene, and makes a frame for every observer in every tick. */
export interface Side {
  /** Puts everybody where they are in this tick. Not measured: the laws of a world, whatever they are. */
  move(tick: number): void;
  /** Finds what each observer sees of this tick and encodes it: this is measured. What is returned is read before the next call. */
  encode(tick: number): readonly Uint8Array[];
  /** A client of that observer, which has been told nothing. */
  client(observer: number): Client;
}

/** Reads what one observer is told. The first frame says all that is in sight, each later one what one tick changed. */
export interface Client {
  take(frame: Uint8Array): void;
  /** How many are in sight, oneself included, and what is known of each. */
  count(): number;
  told(body: number): Told | undefined;
}

/** A body as an observer was told of it, whichever way. Positions are sixteenths of a tile. */
export interface Told {
  readonly x: number;
  readonly y: number;
  readonly facing: number;
  readonly name: string;
}
