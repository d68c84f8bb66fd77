import { signal } from "@preact/signals";
import type { Perceiver } from "../state/perceiver.ts";
import type { Film } from "./film.ts";

/** The past that is shown. */
export interface Past {
  readonly film: Film;
  readonly perceiver: Perceiver<Film>;
}

/** Null while one sees the present. */
export const past = signal<Past | null>(null);
