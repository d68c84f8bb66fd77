import type { DrawnPlace, MapDrawing } from "@elsewhere/world";
import { Container, Graphics, Text } from "pixi.js";
import type { Box, Point } from "./camera.ts";
import { declutter } from "./declutter.ts";
import { fonts, signColour, type Theme } from "./theme.ts";

interface Sign {
  readonly place: DrawnPlace;
  readonly node: Text;
  readonly kind: "place" | "way" | "exit";
}

/** What the map says of itself: names of places, ways to other maps, ways out, where one is heading. */
export class Signs {
  /** In tiles, on the ground. */
  readonly marks = new Container();
  /** In screen pixels, above the bodies' tint. */
  readonly names = new Container();
  readonly #signs: Sign[] = [];
  readonly #target = new Graphics();
  readonly #hover = new Graphics();
  #sortedKey = "";

  constructor(drawing: MapDrawing, titleOf: (map: string) => string, theme: Theme, resolution: number) {
    for (const exit of drawing.exits) {
      // A way that leads to another part of the same map is marked, but tells nothing by that map's name.
      const text = exit.map === drawing.name ? exit.name : titleOf(exit.map);
      this.#sign(exit, text === "" ? "" : `→ ${text}`, "way", resolution);
    }
    for (const exit of drawing.worldExits) this.#sign(exit, `⇥ ${exit.name === "" ? "way out" : exit.name}`, "exit", resolution);
    for (const place of drawing.places) this.#sign(place, place.name, "place", resolution);
    const pen = (node: Graphics, colour: number): Graphics =>
      node.roundRect(0.06, 0.06, 0.88, 0.88, 0.18).stroke({ color: colour, width: 0.06, alpha: 0.9 });
    pen(this.#hover, 0xffffff).alpha = 0.55;
    this.#target
      .circle(0, 0, 0.3)
      .stroke({ color: 0xffffff, width: 0.14, alpha: 0.9 })
      .circle(0, 0, 0.3)
      .stroke({ color: theme.accent, width: 0.08 });
    this.#target.visible = false;
    this.#hover.visible = false;
    this.marks.addChild(this.#hover, this.#target);
  }

  #sign(place: DrawnPlace, text: string, kind: Sign["kind"], resolution: number): void {
    const quiet = kind === "place";
    const style = {
      fontFamily: fonts.book,
      fontSize: quiet ? 14 : 12.5,
      fontStyle: quiet ? "italic" : "normal",
      fontWeight: quiet ? "400" : "600",
      letterSpacing: quiet ? 0.8 : 0.2,
      fill: quiet ? 0xfffaf0 : 0xffffff,
      stroke: { color: quiet ? 0x2b2a2a : signColour, width: quiet ? 3 : 4, join: "round", alpha: quiet ? 0.45 : 0.9 },
    } as const;
    const node = new Text({ text, style, resolution, anchor: 0.5, roundPixels: true });
    node.alpha = quiet ? 0.8 : 1;
    this.names.addChild(node);
    this.#signs.push({ place, node, kind });
    if (quiet) return;
    const mark = new Graphics().roundRect(place.x + 0.08, place.y + 0.08, place.width - 0.16, place.height - 0.16, 0.25);
    this.marks.addChild(mark.fill({ color: signColour, alpha: 0.2 }).stroke({ color: signColour, width: 0.06, alpha: 0.75 }));
  }

  /** A place is named where its box is wide enough on the screen for its name. */
  place(toScreen: (tile: Point) => Point, zoom: number): void {
    for (const { place, node, kind } of this.#signs) {
      // A way's name stands over it, where nobody who takes the way hides it.
      const down = kind === "place" ? Math.min(place.height / 2, 1.4) : 0;
      const at = toScreen({ x: place.x + place.width / 2, y: place.y + down });
      node.position.set(Math.round(at.x), Math.round(at.y - (kind === "place" ? 0 : 12 + zoom * 0.15)));
    }
    const key = zoom.toFixed(2);
    if (key === this.#sortedKey) return;
    this.#sortedKey = key;
    const boxes = this.#signs.map(({ node }): Box => ({ x: node.x - node.width / 2, y: node.y - 9, width: node.width, height: 30 }));
    const kept = declutter(boxes);
    for (const [index, { place, node, kind }] of this.#signs.entries()) {
      const large = place.width * place.height >= 6 || zoom >= 60;
      const roomy = kind === "place" ? large && place.width * zoom > node.width * 0.8 && zoom > 7 : zoom > 10;
      node.visible = roomy && kept[index]!;
    }
  }

  /** Where one is walking to, or null once there. */
  target(tile: Point | null): void {
    this.#target.visible = tile !== null;
    if (tile !== null) this.#target.position.set(Math.floor(tile.x) + 0.5, Math.floor(tile.y) + 0.5);
  }

  hover(tile: Point | null): void {
    this.#hover.visible = tile !== null;
    if (tile !== null) this.#hover.position.set(Math.floor(tile.x), Math.floor(tile.y));
  }

  destroy(): void {
    this.marks.destroy({ children: true });
    this.names.destroy({ children: true });
  }
}
