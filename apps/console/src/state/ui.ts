import type { Seen } from "@elsewhere/protocol";
import { signal } from "@preact/signals";

/** A point of the page, in CSS pixels. */
interface Spot {
  readonly x: number;
  readonly y: number;
}

export type TabName = "here" | "places" | "yours" | "said" | "programs" | "crossings";

export const tab = signal<TabName>("here");
/** The body or door whose menu is open, and where. */
export const menu = signal<{ readonly body: Seen; readonly at: Spot } | { readonly door: string; readonly at: Spot } | null>(null);
/** What the one open dialog asks. */
export const dialog = signal<
  { readonly kind: "code"; readonly door: string } | { readonly kind: "help" } | { readonly kind: "leave" } | null
>(null);
/** One line over the map, for a moment. */
export const notice = signal<string | null>(null);
/** The tile one is walking to, marked on the map. */
export const target = signal<Spot | null>(null);
/** What stands in the speech box; a menu may begin a line there. */
export const draft = signal("");
/** Asks the map to go to oneself again; counts up. */
export const centreOnMe = signal(0);
export const focusSpeech = signal(0);
/** On a narrow screen: whether the operator's pane has the room of the map as well. */
export const mapHidden = signal(false);
