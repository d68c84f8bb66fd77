import type { ErrorJson, ReplayOrder } from "@elsewhere/protocol";
import type { WorldMap } from "@elsewhere/world";
import type { ClockSetting } from "../ticks/clock.ts";
import type { Loaded, LoadedParts } from "./archive.ts";
import type { Ends, Viewing } from "./contract.ts";
import type { Shown } from "./replay.ts";
import type { Scanned } from "./scan.ts";
import type { Viewpoint } from "./viewpoint.ts";

/** What a worker for replays is started with. */
export interface WorkerData {
  readonly maps: readonly WorldMap[];
  readonly clocks: readonly ClockSetting[];
}

/** What is done for one replay; each is answered once. */
export type Task =
  | { readonly kind: "open"; readonly viewing: Viewing }
  | { readonly kind: "order"; readonly order: ReplayOrder }
  | { readonly kind: "advance"; readonly ticks: number }
  | { readonly kind: "again" };

export type ToWorker =
  | { readonly kind: "task"; readonly replay: number; readonly task: Task; readonly ends: Ends }
  | { readonly kind: "interrupt"; readonly replay: number }
  | { readonly kind: "close"; readonly replay: number }
  | { readonly kind: "scan"; readonly scan: number; readonly map: string; readonly tick: number; readonly sought: string | null }
  | { readonly kind: "loaded"; readonly request: number; readonly result: Brought };

/** What a worker has asked for of the record. */
export type Brought = { readonly stretch: Loaded } | { readonly parts: LoadedParts } | { readonly error: ErrorJson };

export type FromWorker =
  | {
      readonly kind: "load";
      readonly request: number;
      readonly what: "stretch" | { readonly parts: "keyframe" | "tick" };
      readonly map: string;
      readonly tick: number;
    }
  | { readonly kind: "shown"; readonly replay: number; readonly shown: Shown; readonly self: ReturnType<Viewpoint["self"]> | null }
  | { readonly kind: "scanned"; readonly scan: number; readonly result: { readonly scanned: Scanned } | { readonly error: ErrorJson } }
  /** It stays where it is. */
  | { readonly kind: "refused"; readonly replay: number; readonly error: ErrorJson }
  /** It is over. */
  | { readonly kind: "failed"; readonly replay: number; readonly error: ErrorJson };

/**
 * A map without what nobody needs to see the past: how to get into its hidden rooms and through its doors. None of its rooms is
 * closed, for what is shown of them is what their parts of the record tell.
 */
export function withoutSecrets(map: WorldMap): WorldMap {
  const known = <T extends { readonly secret?: string }>(place: T): T => (place.secret === undefined ? place : { ...place, secret: "" });
  return {
    ...map,
    closed: new Set(),
    rooms: map.rooms.map(known),
    places: map.places.map(known),
    doors: map.doors.map((door) => ({ ...door, steps: door.steps.map((step) => ({ ...step, code: step.code === null ? null : "" })) })),
  };
}
