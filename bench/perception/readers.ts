/**
 * Readers that read at their own pace, each an observer of the scene: `readers.ts SCENE SOCKET FIRST ALL CRAWLING DEAF`, so
 * many of each, from the observer FIRST on. Once told to, some of the slow ones read everything, and what they know is compared.
 */
import { fromParent, tellParent } from "./children.ts";
import type { Begun } from "./load.ts";
import { OurClient } from "./our-client.ts";
import { type Pace, RawReader } from "./raw-reader.ts";
import { loadScene } from "./scene.ts";
import { checkKnown, momentOf, seenBy } from "./truth.ts";

const [path, socket, ...numbers] = process.argv.slice(2);
const [first, all, crawling, deaf] = numbers.map(Number) as [number, number, number, number];
const scene = await loadScene(path!);

/** What frames call tick 0 of the scene. */
let begun = Number.NaN;
/** So many ticks after its fresh view show that a reader is in step again. */
const ticksAfterView = 10;
/** One in so many of the slow ones wakes. */
const wakingStride = 25;

class SlowReader {
  readonly #observer: number;
  readonly #raw: RawReader;
  readonly #frames: Uint8Array[] = [];
  #read = (): void => {};
  /** How many frames there are to be once it has been shown its fresh view. */
  #wanted = Infinity;

  constructor(observer: number, pace: Pace) {
    this.#observer = observer;
    this.#raw = new RawReader(socket!, observer, pace, (frame) => this.#take(frame));
  }

  /** Resolves when it has read all that waited, and some ticks after that. */
  wake(): Promise<void> {
    this.#raw.wake();
    return new Promise((resolve) => (this.#read = resolve));
  }

  /** Frames are only kept: who decodes them meanwhile reads slowly again. The first shows everything, and then one more. */
  #take(frame: Uint8Array): void {
    if (this.#frames.length > 0 && frame[0] === viewKind && this.#wanted === Infinity)
      this.#wanted = this.#frames.length + 1 + ticksAfterView;
    if (this.#frames.length < this.#wanted) this.#frames.push(frame);
    if (this.#frames.length === this.#wanted) this.#read();
  }

  /** Decodes all it read; what it knew was right at every moment, before it had fallen behind, too. Returns how many. */
  check(): number {
    const client = new OurClient();
    let views = 0;
    for (const frame of this.#frames) {
      if (client.take(frame) === "view") views++;
      const tick = client.tick - begun;
      const where = `tick ${tick}, slow reader ${this.#observer}`;
      if (!(tick >= 0 && tick <= scene.size.ticks)) throw new Error(`${where}: the scene has no such tick`);
      const now = momentOf(scene, tick);
      checkKnown(now, seenBy(now, this.#observer), client, where);
    }
    if (views !== 2) throw new Error(`slow reader ${this.#observer} was sent ${views} views`);
    return this.#frames.length;
  }
}

async function wakeAndCheck(): Promise<void> {
  const waking = slow.filter((_, i) => i % wakingStride === 0);
  await Promise.all(waking.map((reader) => reader.wake()));
  tellParent({ kind: "caughtUp", compared: waking.reduce((sum, reader) => sum + reader.check(), 0) });
}

const viewKind = 1;
for (let i = 0; i < all; i++) void new RawReader(socket!, first + i, "all", () => {});
const slow = Array.from({ length: crawling + deaf }, (_, i) => new SlowReader(first + all + i, i < crawling ? "crawling" : "deaf"));
fromParent((saying) => {
  if (saying.kind === "begun") begun = (saying as Begun).tick;
  else void wakeAndCheck();
});
tellParent({ kind: "joined" });
