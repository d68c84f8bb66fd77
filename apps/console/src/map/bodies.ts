import type { Seen } from "@elsewhere/protocol";
import { Container, Graphics } from "pixi.js";
import { figureOf, figureUnits, looksOf } from "./figures.ts";
import { headFor, type Motion, positionAt, standing } from "./motion.ts";
import { isFixture, shapeOf } from "./shapes.ts";
import type { Theme } from "./theme.ts";

interface Shown {
  seen: Seen;
  motion: Motion;
  readonly figure: Graphics;
}

/** The bodies in sight, standing on the map and gliding from tick to tick. */
export class Bodies {
  readonly layer = new Container({ sortableChildren: true });
  readonly #shown = new Map<number, Shown>();
  readonly #ring = new Graphics();
  #me: number | null = null;

  constructor(theme: Theme) {
    this.layer.addChild(this.#ring);
    this.retheme(theme);
  }

  retheme(theme: Theme): void {
    this.#ring
      .clear()
      .ellipse(0, 22, 25, 11)
      .stroke({ color: 0xffffff, width: 7, alpha: 0.85 })
      .ellipse(0, 22, 25, 11)
      .stroke({ color: theme.accent, width: 4 });
  }

  /** Takes what is in sight after a tick. */
  update(bodies: Iterable<Seen>, me: number | null, timeMs: number, tickMs: number): void {
    this.#me = me;
    const gone = new Set(this.#shown.keys());
    for (const seen of bodies) {
      gone.delete(seen.id);
      this.#take(seen, timeMs, tickMs);
    }
    for (const id of gone) {
      this.#shown.get(id)?.figure.destroy();
      this.#shown.delete(id);
    }
  }

  clear(): void {
    this.update([], null, 0, 1);
  }

  #take(seen: Seen, timeMs: number, tickMs: number): void {
    const known = this.#shown.get(seen.id);
    if (known === undefined) {
      const figure = new Graphics(figureOf(seen));
      this.#shown.set(seen.id, { seen, motion: standing(seen.x, seen.y), figure });
      this.layer.addChild(figure);
      return;
    }
    if (looksOf(seen) !== looksOf(known.seen)) known.figure.context = figureOf(seen);
    known.seen = seen;
    known.motion = headFor(known.motion, seen.x, seen.y, timeMs, tickMs);
  }

  /** Puts everybody where they are at this moment; returns whether somebody is seen elsewhere than before. */
  place(timeMs: number): boolean {
    let moving = false;
    this.#ring.visible = false;
    for (const { seen, motion, figure } of this.#shown.values()) {
      const { x, y } = positionAt(motion, timeMs);
      moving ||= figure.x !== x || figure.y !== y;
      set(figure, x, y, y + (isFixture(seen) ? -0.4 : 0), shapeOf(seen) === "child" ? 0.78 : 1);
      if (seen.id !== this.#me) continue;
      this.#ring.visible = true;
      set(this.#ring, x, y, y - 0.5, 1);
    }
    return moving;
  }

  positionOf(id: number, timeMs: number): { readonly x: number; readonly y: number } | null {
    const shown = this.#shown.get(id);
    return shown === undefined ? null : positionAt(shown.motion, timeMs);
  }

  /** The body drawn at a point of the map, the frontmost first. */
  at(x: number, y: number, timeMs: number): Seen | null {
    let best: { seen: Seen; distance: number } | null = null;
    for (const { seen, motion } of this.#shown.values()) {
      const place = positionAt(motion, timeMs);
      // Heads rise above the tile: the figure's middle is a little north of its feet.
      const distance = Math.hypot(x - place.x, y - (place.y - 0.1));
      if (distance < 0.62 && (best === null || distance < best.distance)) best = { seen, distance };
    }
    return best?.seen ?? null;
  }

  *[Symbol.iterator](): Generator<Seen> {
    for (const { seen } of this.#shown.values()) yield seen;
  }
}

function set(node: Graphics, x: number, y: number, depth: number, size: number): void {
  node.position.set(x, y);
  node.scale.set(size / figureUnits);
  node.zIndex = depth;
}
