import type { ErrorJson, Json, Who } from "@elsewhere/protocol";

/** The intent that made something happen: number `n` of that body. */
export interface Cause {
  readonly body: number;
  readonly n: number;
}

/** Where something could be perceived: around a tile, by those who see one of its layers. */
export interface Scope {
  readonly tile: number;
  readonly layers: number;
  readonly radius: number;
}

/** What happened on a map in one tick. Who may know of it is decided by perception, not here. */
export type WorldEvent =
  | {
      readonly kind: "entered";
      readonly body: number;
      readonly who: string;
      readonly name: string;
      /** For the first time, back from being away, or from another map. */
      readonly how: "entered" | "returned" | "arrived";
      readonly tile: number;
    }
  | {
      readonly kind: "left";
      readonly body: number;
      readonly who: string;
      readonly name: string;
      readonly how: "left" | "withdrawn" | "removed" | "transferred";
      readonly tile: number;
      /** Where a transfer leads. */
      readonly to: { readonly map: string; readonly entry: string | null } | null;
      readonly cause: Cause | null;
    }
  | {
      readonly kind: "changed";
      readonly body: number;
      readonly what: "traits" | "posture" | "carries";
      readonly cause: Cause | null;
    }
  | {
      readonly kind: "heard";
      readonly from: Who;
      readonly how: "say" | "whisper" | "shout";
      readonly text: string;
      /** The one who hears a whisper. */
      readonly to: number | null;
      readonly scope: Scope;
      readonly cause: Cause;
    }
  | { readonly kind: "emoted"; readonly from: Who; readonly text: string; readonly scope: Scope; readonly cause: Cause }
  | { readonly kind: "used"; readonly from: Who; readonly to: number; readonly scope: Scope; readonly cause: Cause }
  | {
      readonly kind: "did";
      readonly from: Who;
      readonly verb: string;
      readonly data: Json;
      readonly to: number | null;
      readonly scope: Scope;
      readonly cause: Cause;
    }
  | {
      readonly kind: "moved_thing";
      readonly how: "take" | "drop" | "give";
      readonly from: Who;
      readonly thing: Who;
      readonly to: Who | null;
      readonly scope: Scope;
      readonly cause: Cause | null;
    }
  /** A body holds a hidden room from now on, `map/alias`: it may be on another map. */
  | { readonly kind: "found"; readonly body: number; readonly place: string; readonly cause: Cause }
  /** `door` is its index on the map; the cause is null where it moved by itself. */
  | { readonly kind: "door"; readonly door: number; readonly name: string; readonly open: boolean; readonly cause: Cause | null }
  | { readonly kind: "reply"; readonly body: number; readonly n: number; readonly answer: Answer }
  /**
   * An input that changed nothing, for the host to tell whoever sent it. Not part of what happened, so not in the record.
   * `body` and `epoch` are those of the input, `n` is null if it was no intent.
   */
  | { readonly kind: "refused"; readonly body: number; readonly epoch: number; readonly n: number | null; readonly error: ErrorJson };

export type Answer =
  | { readonly ok: true; readonly data: Json }
  /** The answer to `look`: worked out through perception when it is delivered, so that no record repeats what was in sight. */
  | { readonly ok: true; readonly look: number | null }
  | { readonly ok: false; readonly error: ErrorJson };
