import { isKnown, type Keys, noKeys } from "./hiding.ts";
import type { WorldMap } from "./map.ts";

/** What of a map hangs together if every door stood open, so that most hopeless walks are refused without a search. */
export interface Regions {
  /** By tile: equal numbers are joined, and in the same hidden room or in none; -1 blocks for ever. */
  readonly of: Int32Array;
  /** Regions with a common border, and the hidden rooms that whoever crosses it must know. */
  readonly borders: readonly { readonly a: number; readonly b: number; readonly rooms: readonly number[] }[];
}

/** 4-connected regions. */
export function regionsOf(map: WorldMap): Regions {
  const { blocked, hiddenAt } = map;
  const of = new Int32Array(blocked.length).fill(-1);
  const borders = new Map<string, Regions["borders"][number]>();
  const stack: number[] = [];
  let region = 0;
  for (let start = 0; start < of.length; start++) {
    if (blocked[start] || of[start] !== -1) continue;
    stack.push(start);
    of[start] = region;
    while (stack.length > 0) {
      const tile = stack.pop()!;
      for (const next of neighbours(map, tile)) {
        if (blocked[next]) continue;
        if (hiddenAt !== null && hiddenAt[next] !== hiddenAt[tile]) {
          if (of[next] !== -1) addBorder(borders, hiddenAt, of, tile, next);
        } else if (of[next] === -1) {
          of[next] = region;
          stack.push(next);
        }
      }
    }
    region++;
  }
  return { of, borders: [...borders.values()] };
}

function neighbours({ width, height }: WorldMap, tile: number): number[] {
  const column = tile % width;
  const near = [column > 0 ? tile - 1 : -1, column < width - 1 ? tile + 1 : -1, tile - width, tile + width];
  return near.filter((next) => next >= 0 && next < width * height);
}

function addBorder(
  borders: Map<string, Regions["borders"][number]>,
  hiddenAt: Uint16Array,
  of: Int32Array,
  tile: number,
  next: number,
): void {
  const [a, b] = [of[tile]!, of[next]!];
  const rooms = [hiddenAt[tile]!, hiddenAt[next]!].filter((room) => room !== 0);
  borders.set(`${a} ${b}`, { a, b, rooms });
}

/** Whether a region can be walked to from another one by whoever has these keys. */
export function reachableFrom({ borders }: Regions, from: number, keys: Keys): (region: number) => boolean {
  if (borders.length === 0 || keys === noKeys) return (region) => region === from;
  const open = borders.filter(({ rooms }) => isKnown(rooms, keys));
  const reached = new Set([from]);
  for (const region of reached) {
    for (const { a, b } of open) {
      if (a === region) reached.add(b);
      else if (b === region) reached.add(a);
    }
  }
  return (region) => reached.has(region);
}
