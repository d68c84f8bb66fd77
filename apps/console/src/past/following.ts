/**
 * Keeps to one body through time. While it is in the picture the map is centred on it. Where an operator looks at all of a
 * map and it is not there, a scout, a second film through that body's eyes, tells on which map it is or why on none; the
 * picture then goes to that map. Others see what their eyes see, and are told when the body is out of them.
 */
import { batch, effect, signal } from "@preact/signals";
import type { Film, Viewpoint } from "./film.ts";

/** A body by what is known of it. */
export interface Kept {
  readonly body: number;
  readonly name: string;
  /** How the host knows it: `program:ID`, or a name. */
  readonly who: string;
}

/** Where the one that is followed is. */
export type Whereabouts =
  | { readonly kind: "here" }
  | { readonly kind: "looking" }
  /** On its way from one map to another. */
  | { readonly kind: "between" }
  /** Not in the picture, and one cannot go after it. */
  | { readonly kind: "unseen" }
  | { readonly kind: "gone"; readonly why: "away" | "hidden" | "before" | "after" }
  | { readonly kind: "lost"; readonly why: string };

/** What following needs of the picture. */
type Followable = Pick<Film, "bodies" | "map" | "now" | "viewpoint" | "on" | "order">;
/** What it needs of a scout. */
export type Scout = Pick<Film, "map" | "standing" | "on" | "order" | "close">;

export interface Means {
  /** Opens a film through these eyes. */
  scout(from: Viewpoint, at: number): Scout;
  after(ms: number, wake: () => void): () => void;
}

/** While the picture goes on without it, a scout looks again this often, ms. */
const lookAgainMs = 1000;

export const kept = signal<Kept | null>(null);
export const whereabouts = signal<Whereabouts>({ kind: "here" });

/** Follows `kept` in this film. `focus` is told the body to centre on. Returns how to stop. */
export function keepTo(film: Followable, focus: (body: number | null) => void, means: Means): () => void {
  const chase = new Chase(film, focus, means);
  const stops = [
    film.on("view", () => chase.look()),
    film.on("tick", () => chase.look()),
    effect(() => {
      void kept.value;
      chase.begin();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    chase.end();
  };
}

class Chase {
  readonly #film: Followable;
  readonly #focus: (body: number | null) => void;
  readonly #means: Means;
  #scout: Scout | null = null;
  /** The moment a scout was last asked about; null while nothing is asked. */
  #askedAt: number | null = null;
  #resting: (() => void) | null = null;

  constructor(film: Followable, focus: (body: number | null) => void, means: Means) {
    this.#film = film;
    this.#focus = focus;
    this.#means = means;
  }

  begin(): void {
    this.end();
    this.look();
  }

  end(): void {
    this.#scout?.close();
    this.#scout = null;
    this.#resting?.();
    this.#resting = null;
    this.#askedAt = null;
  }

  /** Called whenever the picture changed. */
  look(): void {
    const sought = kept.peek();
    if (sought === null) return this.#focus(null);
    const { bodies, viewpoint, now } = this.#film;
    if (bodies.has(sought.body)) {
      this.end();
      this.#focus(sought.body);
      return this.#say({ kind: "here" });
    }
    this.#focus(null);
    if (viewpoint.kind !== "map") return this.#say({ kind: "unseen" });
    if (this.#resting !== null || this.#askedAt === now) return;
    this.#ask(sought, now);
  }

  #ask(sought: Kept, now: number): void {
    this.#askedAt = now;
    this.#resting = this.#means.after(lookAgainMs, () => {
      this.#resting = null;
      if (this.#askedAt === this.#film.now && whereabouts.peek().kind === "looking") this.#say({ kind: "between" });
      this.look();
    });
    if (whereabouts.peek().kind === "here") this.#say({ kind: "looking" });
    if (this.#scout === null) this.#scout = this.#send(sought, now);
    else this.#scout.order({ at: now });
  }

  #send(sought: Kept, now: number): Scout {
    const { who, body, name } = sought;
    const scout = this.#means.scout({ kind: "as", who, body, name }, now);
    const asked = (): boolean => this.#scout === scout;
    scout.on("standing", ({ gone }) => {
      if (asked() && gone !== null) this.#say({ kind: "gone", why: gone });
    });
    scout.on("view", () => {
      const seen = asked() && scout.standing?.gone === null && scout.map !== "";
      if (seen && scout.map !== this.#film.map) this.#film.order({ map: scout.map });
    });
    scout.on("state", (state) => {
      if (asked() && state.kind === "closed" && state.error !== null) this.#say({ kind: "lost", why: state.error.message });
    });
    return scout;
  }

  #say(where: Whereabouts): void {
    const before = whereabouts.peek();
    if (JSON.stringify(before) !== JSON.stringify(where)) batch(() => (whereabouts.value = where));
  }
}
