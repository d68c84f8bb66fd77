/**
 * The scene that both sides show: streets between blocks of houses, bodies that never rest, some of them looked through.
 * It is made once by the kernel from a seed, and kept as a trace of where everybody stood in every tick.
 */
import { readFile, writeFile } from "node:fs/promises";

export interface SceneSize {
  readonly seed: number;
  readonly bodies: number;
  /** The first so many bodies are looked through. */
  readonly observers: number;
  /** How many an observer has in sight, itself included, were the houses no hindrance. */
  readonly inSight: number;
  /** How many ticks the trace holds beyond the first, in which everybody only stands. */
  readonly ticks: number;
}

/** Where everybody stood, tick by tick: the body `i` in tick `t` at `t * size.bodies + i`. Positions are sixteenths of a tile. */
export interface Trace {
  readonly size: SceneSize;
  /** Steps of the kernel, after everybody came in, until they all walked: tick 0 is the state after the last of these. */
  readonly warmTicks: number;
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** 0 north, 1 east, 2 south, 3 west. */
  readonly facing: Uint8Array;
}

export interface Scene extends Trace {
  /** Whom each observer must see, itself included: `o` in tick `t` from `starts[t * size.observers + o]` to the next start. */
  readonly seen: Int32Array;
  readonly starts: Int32Array;
}

export const sightTiles = 16;

const firstNames = ["Ada", "Benedikt", "Carla", "Dov", "Eleni", "Farid", "Greta", "Hiro", "Ines", "Jonas"];

export const nameOf = (body: number): string => `${firstNames[body % firstNames.length]!} ${Math.floor(body / firstNames.length)}`;

/** The ids a host would give: 31 bits that tell nothing, never 0 and no two alike (every step can be undone). */
export function idOf(body: number): number {
  const mask = 0x7fffffff;
  let mixed = (body + 1) & mask;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) & mask;
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39) & mask;
  return (mixed ^ (mixed >>> 15)) & mask;
}

/** The share of bodies that are elsewhere than a tick before, over all ticks. */
export function shareMoving({ size: { bodies, ticks }, x, y }: Trace): number {
  let moved = 0;
  for (let i = bodies; i < x.length; i++) if (x[i] !== x[i - bodies] || y[i] !== y[i - bodies]) moved++;
  return moved / (bodies * ticks);
}

/** Other processes show the same scene: making it anew would take each of them as long as showing it. */
export async function saveScene(path: string, scene: Trace & Partial<Scene>): Promise<void> {
  const { size, warmTicks, x, y, facing, starts = new Int32Array(), seen = new Int32Array() } = scene;
  const counts = { startsCount: starts.length, seenCount: seen.length };
  const head = Buffer.from(JSON.stringify({ size, warmTicks, ...counts }).padEnd(headBytes));
  await writeFile(path, Buffer.concat([head, ...[x, y, starts, seen].map(bytesOf), facing]));
}

/** A scene that was saved as a bare trace has nobody in sight of anybody: it is good for a trace alone. */
export async function loadScene(path: string): Promise<Scene> {
  const bytes = new Uint8Array(await readFile(path)).buffer;
  const { size, warmTicks, startsCount, seenCount } = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 0, headBytes))) as Head;
  const all = size.bodies * (size.ticks + 1);
  let at = headBytes;
  const next = (count: number): Int32Array => new Int32Array(bytes, (at += 4 * count) - 4 * count, count);
  const [x, y, starts, seen] = [next(all), next(all), next(startsCount), next(seenCount)];
  return { size, warmTicks, x, y, starts, seen, facing: new Uint8Array(bytes, at, all) };
}

interface Head extends Pick<Trace, "size" | "warmTicks"> {
  readonly startsCount: number;
  readonly seenCount: number;
}

const headBytes = 256;
const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);
