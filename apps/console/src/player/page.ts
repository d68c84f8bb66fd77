/** What a film's page holds: its index, the map as it is drawn, and the blocks of its record. */
import type { ZstdReader } from "@elsewhere/protocol";
import type { MapDrawing } from "@elsewhere/world";
import { decompress } from "fzstd";

export interface FilmIndex {
  readonly world: string;
  readonly map: string;
  readonly title: string;
  /** Where the chain of the record ended that it was made of, hex. */
  readonly head: string | null;
  readonly fromTick: number;
  readonly toTick: number;
  /** From which tick and world time (ms since 1970) on time passes at one rate. */
  readonly clocks: readonly { readonly tick: number; readonly now: number; readonly worldMsPerTick: number }[];
  /** Real ms a tick took. */
  readonly tickMs: number;
  /** The tick that each block opens with. */
  readonly blocks: readonly number[];
  /** How much was said in each part of the film, all parts of one length. */
  readonly speech: readonly number[];
}

export interface Film {
  readonly index: FilmIndex;
  readonly drawing: MapDrawing;
  block(i: number): Uint8Array;
}

export const zstd: ZstdReader = {
  decompress: (bytes, sizeMax) => {
    const unpacked = decompress(bytes);
    if (unpacked.length > sizeMax) throw new Error("a part of the film is larger than it says");
    return unpacked;
  },
};

export function filmOf(page: Document): Film {
  const blocks = [...page.querySelectorAll('[data-film="block"]')];
  const text = (name: string): string => page.querySelector(`[data-film="${name}"]`)?.textContent ?? "";
  return {
    index: JSON.parse(text("index")) as FilmIndex,
    drawing: JSON.parse(new TextDecoder().decode(decompress(bytesOf(text("drawing"))))) as MapDrawing,
    block: (i) => bytesOf(blocks[i]!.textContent ?? ""),
  };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** World time at a tick, ms since 1970. */
export function timeAt({ clocks }: FilmIndex, tick: number): number {
  const setting = clocks.findLast((one) => one.tick <= tick) ?? clocks[0]!;
  return setting.now + (tick - setting.tick) * setting.worldMsPerTick;
}

/** The first tick at which world time has come to `now`. */
export function tickAtTime({ clocks }: FilmIndex, now: number): number {
  const setting = clocks.findLast((one) => one.now <= now) ?? clocks[0]!;
  return Math.ceil(setting.tick + (now - setting.now) / setting.worldMsPerTick);
}
