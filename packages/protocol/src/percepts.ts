import type { ErrorJson } from "./errors.ts";
import type { Direction, Json, JsonObject } from "./intents.ts";

export type BodyKind = "person" | "program" | "thing";
export type Posture = "awake" | "asleep";

/** A body as one inhabitant perceives it. Positions are in tiles (multiples of 1/16), origin top left. */
export interface Seen {
  readonly id: number;
  readonly name: string;
  readonly kind: BodyKind;
  readonly x: number;
  readonly y: number;
  readonly facing: Direction;
  readonly posture: Posture;
  readonly traits: JsonObject;
  readonly marks: JsonObject;
  /** Names of the things it carries. */
  readonly carries: readonly string[];
}

/** Who did something, as its perceiver knows them. */
export interface Who {
  readonly id: number;
  readonly name: string;
}

export interface DoorSeen {
  readonly name: string;
  readonly open: boolean;
  readonly x: number;
  readonly y: number;
}

/** The answer to `look`. */
export interface Look {
  readonly map: string;
  readonly x: number;
  readonly y: number;
  readonly place: string | null;
  readonly description: string;
  readonly bodies: readonly Seen[];
  readonly doors: readonly DoorSeen[];
  /** Names of the places on this map one could walk to. */
  readonly places: readonly string[];
  /** Things one carries oneself. */
  readonly carried: readonly Who[];
}

/** What one inhabitant is allowed to know of what happened. */
export type Percept =
  | { readonly kind: "appeared"; readonly body: Seen }
  | { readonly kind: "vanished"; readonly body: Who }
  /** Traits, posture, marks or what it carries changed; never sent for a mere step. */
  | { readonly kind: "changed"; readonly body: Seen }
  | { readonly kind: "heard"; readonly from: Who; readonly how: "say" | "whisper" | "shout"; readonly text: string }
  | { readonly kind: "emoted"; readonly from: Who; readonly text: string }
  /** Somebody used one's body: rang the bell, touched the shoulder. */
  | { readonly kind: "used"; readonly from: Who }
  | { readonly kind: "did"; readonly from: Who; readonly verb: string; readonly data: Json; readonly to: number | null }
  | {
      readonly kind: "moved_thing";
      readonly how: "take" | "drop" | "give";
      readonly from: Who;
      readonly thing: Who;
      readonly to: Who | null;
    }
  /** A door that came into sight or moved: how and where it stands, in tiles. */
  | ({ readonly kind: "door" } & DoorSeen)
  /** One's own body is now elsewhere: another map, or back in the world. */
  | { readonly kind: "arrived"; readonly map: string; readonly x: number; readonly y: number }
  /** One holds a hidden room from now on, `map/place`: one finds the way in and back. */
  | { readonly kind: "found"; readonly place: string }
  /** The answer to one's own intent number `n`. */
  | { readonly kind: "reply"; readonly n: number; readonly ok: true; readonly data: Json }
  | { readonly kind: "reply"; readonly n: number; readonly ok: false; readonly error: ErrorJson };

export type PerceptKind = Percept["kind"];
export type PerceptOf<K extends PerceptKind> = Extract<Percept, { readonly kind: K }>;

/** Sensations end with the moment: they are never remembered and never cross a border. */
export const sensations: ReadonlySet<PerceptKind> = new Set<PerceptKind>(["emoted", "used"]);
