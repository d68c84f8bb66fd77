import type { Stands } from "../../packages/server/src/crossings/contract.ts";
import type { Chance } from "./chance.ts";
import type { Temper } from "./mind.ts";
import type { Weather } from "./network.ts";
import type { Hospitality } from "./peers.ts";

export interface HostPlan {
  readonly name: string;
  readonly tickMs: number;
  readonly writeMs: number;
  readonly clockRate: number;
  /** How far its clock on the wall is from the true time, seconds. */
  readonly wallSeconds: number;
  /** The host whose store has its rows; null is its own. */
  readonly witness: string | null;
  readonly carrier: boolean;
  readonly gates: { readonly stands: Stands; readonly keeps: number; readonly fails: number };
  readonly hospitality: Hospitality;
}

/** What happens by itself, and how often: from one time to the next, ms; Infinity for never. */
export interface Troubles {
  readonly offers: number;
  readonly letters: number;
  readonly crashes: number;
  readonly cuts: number;
  readonly fullDisks: number;
  readonly jumps: number;
  readonly carrierLosses: number;
  readonly takeBacks: number;
  /** Share of writes at which their host crashes. */
  readonly crashShare: number;
}

export interface Plan {
  readonly hosts: readonly HostPlan[];
  readonly lives: number;
  readonly forMs: number;
  readonly temper: Temper;
  readonly weather: Weather;
  readonly troubles: Troubles;
  /** One host is set back to a disk of earlier. */
  readonly restores: boolean;
}

const engine = { engine: "e".repeat(64), base: "b".repeat(64) };
const otherEngine = { engine: "f".repeat(64), base: "b".repeat(64) };

const day = 86_400;
const walls = [0, 3_600, -3_600, day, -day, 1_800_000_000, 4_300_000_000];

/** What a seed means. Some are calm, so that what is wrong without any trouble is found without any. */
export function planOf(chance: Chance): Plan {
  const isCalm = chance.hits(0.15);
  const often = (share: number, mean: number): number =>
    !isCalm && chance.hits(share) ? mean * chance.between(0.5, 2) : Number.POSITIVE_INFINITY;
  const restores = !isCalm && chance.hits(0.2);
  const names = ["harbour", "haven", "hollow"].slice(0, restores || chance.hits(0.6) ? 3 : 2);
  const carrier = chance.hits(0.4);
  const third = chance.hits(0.5);
  const hosts = names.map((name, index): HostPlan => {
    const witness = restores ? "hollow" : third ? chance.pick(names) : null;
    return {
      name,
      tickMs: chance.between(100, 600),
      writeMs: chance.between(2, 60),
      clockRate: chance.pick([1, 1, 1, 0.9, 1.1]),
      wallSeconds: isCalm ? 0 : chance.pick(walls),
      witness: witness === name ? null : witness,
      carrier,
      gates: {
        stands: index > 0 && chance.hits(0.05) ? otherEngine : engine,
        keeps: chance.pick([0, 0.1]),
        fails: chance.pick([0, 0, 0.1, 0.4]),
      },
      hospitality: { refuses: chance.pick([0, 0, 0.1, 0.4]), asks: chance.pick([0, 0, 0.3]), guestsMax: chance.pick([2, 100]) },
    };
  });
  return {
    hosts,
    lives: 1 + chance.below(6),
    forMs: chance.pick([3_000, 10_000, 30_000]),
    temper: { idles: 0.1, accepts: 0.9, wanders: chance.pick([0, 0.05, 0.2]), errs: 0.01 },
    weather: {
      lost: isCalm ? 0 : chance.pick([0, 0.05, 0.3]),
      twice: isCalm ? 0 : chance.pick([0, 0.1, 0.4]),
      late: isCalm ? 0 : chance.pick([0, 0.05, 0.2]),
      lateMs: chance.pick([2_000, 40_000]),
      delayMs: chance.pick([20, 200]),
    },
    troubles: {
      offers: chance.between(300, 3_000),
      letters: chance.between(1_000, 6_000),
      crashes: often(0.6, 20_000),
      cuts: often(0.4, 20_000),
      fullDisks: often(0.3, 30_000),
      jumps: often(0.4, 20_000),
      carrierLosses: often(0.5, 15_000),
      takeBacks: often(0.05, 20_000),
      crashShare: !isCalm && chance.hits(0.4) ? chance.pick([0.002, 0.01]) : 0,
    },
    restores,
  };
}
