/**
 * `ours` or `peer`, in a process of its own: `encode.ts SIDE SCENE` prints what it costs to find and encode what everybody
 * sees. Every frame is decoded afterwards and compared with the scene, body by body.
 */
import { median } from "../report.ts";
import { OurSide } from "./our-side.ts";
import { PeerSide } from "./peer-side.ts";
import { loadScene, type Scene } from "./scene.ts";
import type { Side } from "./side.ts";
import { checkTold } from "./truth.ts";

export interface EncodeFigures {
  /** CPU of the whole process, medians and mean over the ticks, ms. */
  readonly cpuMs: number;
  readonly cpuMsMean: number;
  readonly bytesPerFrame: number;
  /** How many times what an observer sees was compared. */
  readonly compared: number;
}

/** The first ticks warm the engine up. */
const warmTicks = 20;

function measure(side: Side, scene: Scene): EncodeFigures {
  const { ticks, observers } = scene.size;
  const warm = Math.min(warmTicks, ticks >> 1);
  const archive = new Archive();
  const cpuMs: number[] = [];
  for (let tick = 0; tick <= ticks; tick++) {
    side.move(tick);
    const before = process.cpuUsage();
    const frames = side.encode(tick);
    const { user, system } = process.cpuUsage(before);
    if (tick > warm) cpuMs.push((user + system) / 1000);
    for (const frame of frames) archive.add(frame);
  }
  let bytes = 0;
  for (let observer = 0; observer < observers; observer++) {
    const client = side.client(observer);
    for (let tick = 0; tick <= ticks; tick++) {
      const frame = archive.get(tick * observers + observer);
      if (tick > warm) bytes += frame.length;
      client.take(frame);
      checkTold(scene, tick, observer, client);
    }
  }
  return {
    cpuMs: median(cpuMs),
    cpuMsMean: cpuMs.reduce((sum, one) => sum + one, 0) / cpuMs.length,
    bytesPerFrame: bytes / (cpuMs.length * observers),
    compared: observers * (ticks + 1),
  };
}

/** Keeps frames in one piece of memory, so that those of earlier ticks are no work for the garbage collector. */
class Archive {
  #bytes = new Uint8Array(2 ** 22);
  readonly #ends: number[] = [0];

  add(frame: Uint8Array): void {
    const at = this.#ends.at(-1)!;
    if (at + frame.length > this.#bytes.length) {
      const grown = new Uint8Array(2 * (at + frame.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(frame, at);
    this.#ends.push(at + frame.length);
  }

  get(i: number): Uint8Array {
    return this.#bytes.subarray(this.#ends[i], this.#ends[i + 1]);
  }
}

const [name, path] = process.argv.slice(2);
const scene = await loadScene(path!);
const side: Side = name === "ours" ? new OurSide(scene.size) : new PeerSide(scene);
process.stdout.write(JSON.stringify(measure(side, scene)));
