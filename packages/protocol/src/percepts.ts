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

/** On what terms somebody is to cross. */
export interface CrossingTerms {
  /** Names it: what is accepted or declined. */
  readonly offer: string;
  /** How long it waits to be accepted, seconds of real time. */
  readonly forSeconds: number;
}

/** What has changed for a program that went on at another host. */
export interface Crossing {
  /** What the host it came to calls the one it came from. */
  readonly from: string;
  /** The world it is now in. */
  readonly to: string;
  /** World time between its last turn there and its arrival here, milliseconds, by the two worlds' own clocks: may be less than 0. */
  readonly awayMs: number;
  /** What it held there and holds no longer. */
  readonly lost: readonly string[];
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
  /** One's own body is now elsewhere: another map, back in the world, or, with `crossing`, another host. */
  | { readonly kind: "arrived"; readonly map: string; readonly x: number; readonly y: number; readonly crossing?: Crossing }
  /** To a program: it is asked to leave for another host, and does so if it accepts before it has waited too long. */
  | ({ readonly kind: "offered"; readonly to: string; readonly place: string | null; readonly by: string } & CrossingTerms)
  /** To a program that decides who comes in: somebody would like to. */
  | ({ readonly kind: "knocked"; readonly name: string; readonly host: string; readonly heapBytes: number } & CrossingTerms)
  /** One holds a hidden room from now on, `map/place`: one finds the way in and back. */
  | { readonly kind: "found"; readonly place: string }
  /** The answer to one's own intent number `n`. */
  | { readonly kind: "reply"; readonly n: number; readonly ok: true; readonly data: Json }
  | { readonly kind: "reply"; readonly n: number; readonly ok: false; readonly error: ErrorJson };

export type PerceptKind = Percept["kind"];
export type PerceptOf<K extends PerceptKind> = Extract<Percept, { readonly kind: K }>;

/** Sensations end with the moment: they are never remembered and never cross a border. */
export const sensations: ReadonlySet<PerceptKind> = new Set<PerceptKind>(["emoted", "used"]);
