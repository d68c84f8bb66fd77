import { CrossingRows } from "../../packages/server/src/crossings/journal.ts";
import { Crossings } from "../../packages/server/src/crossings/crossings.ts";
import type { OpenEngine } from "./engine.ts";
import { plainPacking } from "./packing.ts";
import type { Plant } from "./planted.ts";
import { simulate, type Verdict } from "./simulation.ts";

/** Runs the crossings of real hosts through what a seed means, perhaps with something that is wrong on purpose. */
export function simulateCrossings(seed: number, plant?: Plant, tell?: (line: string) => void): Promise<Verdict> {
  const open: OpenEngine = async (options) => {
    const given = plant?.into?.(options) ?? options;
    const engine = new Crossings(given, await CrossingRows.read(given.journal));
    return plant?.around?.(engine) ?? engine;
  };
  return simulate(seed, { open, packing: plainPacking, ...(tell === undefined ? {} : { tell }) });
}
