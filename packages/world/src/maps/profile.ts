import type { Json } from "@elsewhere/protocol";

/** What the layers of a map mean that does not say so itself. Layer names are paths (`group/layer`) or bare names. */
export interface Profile {
  readonly layers: Readonly<Record<string, ProfileLayer>>;
  /** Entries by tile, before all others. */
  readonly entries: readonly { readonly name: string; readonly x: number; readonly y: number }[];
  /** Properties of the map, where it has none of that name. */
  readonly properties: Readonly<Record<string, Json>>;
}

export interface ProfileLayer {
  readonly as: Meaning;
  /** Name of the place, entry or exit that all its cells are; the layer's own if it is left out. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** By tile id: then the cells of each id are a region of their own with that name. */
  readonly regions?: Readonly<Record<string, string>> | undefined;
  /** Whether the layer is a picture too; one that only carries a meaning is not shown. */
  readonly drawn: boolean;
}

export type Meaning = (typeof meanings)[number];

export const meanings = ["collides", "silent", "entry", "exit", "place", "room", "nothing"] as const;

/** The property that says the same of an area; walls are no areas. */
export const propertyOfMeaning: Readonly<Record<Meaning, string | null>> = {
  collides: null,
  silent: "silent",
  entry: "start",
  exit: "world:exit",
  room: "world:room",
  place: null,
  nothing: null,
};
