import type { BodyKind, Intent, JsonObject } from "@elsewhere/protocol";

/** A body between two maps, or at rest outside the world: everything that goes with it. */
export interface Luggage {
  readonly id: number;
  /** Stable identity across bodies and restarts: `person:ada`, `program:baker`, `thing:12`. */
  readonly who: string;
  readonly kind: BodyKind;
  readonly name: string;
  readonly epoch: number;
  readonly lastN: number;
  readonly traits: JsonObject;
  readonly marks: JsonObject;
  readonly layerOn: number;
  readonly layerSees: number;
  /** 1/16 tile a tick; 0 cannot walk. */
  readonly speed: number;
  readonly description: string;
  readonly portable: boolean;
  readonly carried: readonly Luggage[];
  /** Hidden rooms it may find, each as `map/alias`, sorted. */
  readonly holds: readonly string[];
  /** A walk it is still on: the intent to answer, and where to. */
  readonly errand: { readonly n: number; readonly to: string } | null;
}

/** Everything that can reach a map from outside it. A tick takes them in order. */
export type Input =
  /** An inhabitant acts. Older epochs are refused with `fenced`; an `n` not above `lastN` is ignored. */
  | { readonly kind: "intent"; readonly body: number; readonly epoch: number; readonly n: number; readonly intent: Intent }
  /**
   * A body comes in: at an entry or world exit by name, at a tile, or (null) where `away` last left it or at the
   * default entry. `id` is fresh; if `who` was away, its old luggage (id included) is used instead.
   */
  | { readonly kind: "enter"; readonly luggage: Luggage; readonly at: { readonly place: string } | { readonly tile: number } | null }
  /** A body arrives from another map, at its entry. */
  | { readonly kind: "arrive"; readonly luggage: Luggage; readonly entry: string | null }
  /** A session takes the body over: wakes it, fences older epochs. */
  | { readonly kind: "attach"; readonly body: number; readonly epoch: number }
  /** The session of this epoch is gone without an exit: the body falls asleep, and is withdrawn later. */
  | { readonly kind: "detach"; readonly body: number; readonly epoch: number }
  /** The world's laws put a body, here or away, on other layers and let it see others. */
  | { readonly kind: "layers"; readonly body: number; readonly on: number; readonly sees: number }
  /** The world's laws stop a body where it is (a program about to leave for another host). */
  | { readonly kind: "halt"; readonly body: number }
  /** A body is taken out of the world by its laws (a program that ended). */
  | { readonly kind: "remove"; readonly body: number }
  /**
   * What rested in a hidden room that is open again comes back: the keyframe of its part, which must have been read before.
   * No event tells of it.
   */
  | { readonly kind: "unseal"; readonly part: Uint8Array };

/** A body that steps off this map onto another in this tick. */
export interface Transfer {
  readonly luggage: Luggage;
  readonly map: string;
  readonly entry: string | null;
}
