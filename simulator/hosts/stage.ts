import type { Packing } from "../../packages/server/src/crossings/contract.ts";
import type { Census } from "./census.ts";
import type { Chance } from "./chance.ts";
import type { OpenEngine } from "./engine.ts";
import type { SimHost } from "./host.ts";
import type { WritePoint } from "./journal.ts";
import type { Temper } from "./mind.ts";
import type { Wires } from "./network.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Vault } from "./vault.ts";

/** What all hosts of a simulation stand on. */
export interface Stage {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly census: Census;
  readonly vault: Vault;
  readonly wires: Wires;
  readonly packing: Packing;
  readonly open: OpenEngine;
  readonly names: readonly string[];
  temper: Temper;
  /** Share of writes at which their host crashes. */
  crashShare: number;
  crash(host: SimHost, point: WritePoint): void;
  /** From when on nothing disturbs any more; Infinity before that. */
  healedMs(): number;
  fingerprintOf(name: string): string;
  trace(line: string): void;
}
