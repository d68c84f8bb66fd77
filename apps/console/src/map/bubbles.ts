import { Container, Graphics, Text } from "pixi.js";
import type { Point, Size } from "./camera.ts";
import { fonts, type Theme } from "./theme.ts";

export type Manner = "say" | "whisper" | "shout" | "emote";

interface Bubble {
  readonly node: Container;
  readonly width: number;
  readonly height: number;
  readonly untilMs: number;
}

const charsShownMax = 140;
const fadeMs = 600;

/** How long words stay up: long enough to read them. */
const bubbleMs = (text: string): number => Math.min(12_000, 3_500 + text.length * 55);

/** What bodies say, over their heads. A body's new words take the place of its old ones. */
export class Bubbles {
  readonly layer = new Container();
  readonly #bubbles = new Map<number, Bubble>();
  readonly #resolution: number;
  theme: Theme;

  constructor(theme: Theme, resolution: number) {
    this.theme = theme;
    this.#resolution = resolution;
  }

  show(body: number, manner: Manner, text: string, timeMs: number): void {
    this.#drop(body);
    const shown = text.length > charsShownMax ? `${text.slice(0, charsShownMax - 1)}…` : text;
    const { node, width, height } = draw(shown, manner, this.theme, this.#resolution);
    this.layer.addChild(node);
    this.#bubbles.set(body, { node, width, height, untilMs: timeMs + bubbleMs(shown) });
  }

  /** Puts every bubble over its body, within the view; returns whether any is seen otherwise than before. */
  place(at: (body: number) => Point | null, view: Size, zoom: number, timeMs: number, fades: boolean): boolean {
    let changed = false;
    for (const [body, bubble] of this.#bubbles) {
      const place = at(body);
      if (place === null || timeMs > bubble.untilMs) {
        this.#drop(body);
        changed = true;
        continue;
      }
      const { node } = bubble;
      const left = Math.min(Math.max(place.x, bubble.width / 2 + 6), Math.max(view.width - bubble.width / 2 - 6, bubble.width / 2 + 6));
      const top = Math.max(place.y - zoom * 0.55 - 6, bubble.height + 14);
      const [x, y, alpha] = [Math.round(left), Math.round(top), fades ? Math.min(1, (bubble.untilMs - timeMs) / fadeMs) : 1];
      changed ||= node.x !== x || node.y !== y || node.alpha !== alpha;
      node.position.set(x, y);
      node.alpha = alpha;
    }
    return changed;
  }

  clear(): void {
    for (const body of this.#bubbles.keys()) this.#drop(body);
  }

  #drop(body: number): void {
    this.#bubbles.get(body)?.node.destroy({ children: true });
    this.#bubbles.delete(body);
  }
}

function draw(text: string, manner: Manner, theme: Theme, resolution: number): { node: Container; width: number; height: number } {
  const quiet = manner === "whisper" || manner === "emote";
  const style = {
    fontFamily: manner === "shout" ? fonts.plain : fonts.book,
    fontSize: manner === "shout" ? 15 : 14,
    fontStyle: quiet ? "italic" : "normal",
    fontWeight: manner === "shout" ? "700" : "400",
    fill: quiet ? theme.soft : theme.ink,
    wordWrap: true,
    wordWrapWidth: 216,
    breakWords: true,
    lineHeight: 18,
  } as const;
  const words = new Text({ text, style, resolution, anchor: { x: 0.5, y: 1 }, roundPixels: true });
  const width = Math.ceil(words.width) + 22;
  const height = Math.ceil(words.height) + 14;
  words.position.y = -13;
  const paper = new Graphics();
  shape(paper, width, height, manner === "emote").fill({ color: theme.paper, alpha: manner === "say" || manner === "shout" ? 0.97 : 0.88 });
  if (manner === "shout") shape(paper, width, height, false).stroke({ color: theme.accent, width: 2.5, join: "round" });
  else
    shape(paper, width, height, manner === "emote").stroke({
      color: theme.soft,
      width: 1,
      alpha: manner === "whisper" ? 0.8 : 0.3,
      join: "round",
    });
  return { node: new Container({ children: [paper, words] }), width, height };
}

/** A rounded sheet with a tail; what is shown and not said has none. */
function shape(pen: Graphics, width: number, height: number, tailless: boolean): Graphics {
  const [left, right, bottom, r] = [-width / 2, width / 2, -6, 10];
  const top = bottom - height;
  pen
    .moveTo(left + r, top)
    .lineTo(right - r, top)
    .quadraticCurveTo(right, top, right, top + r);
  pen.lineTo(right, bottom - r).quadraticCurveTo(right, bottom, right - r, bottom);
  if (!tailless) pen.lineTo(7, bottom).lineTo(0, 1).lineTo(-7, bottom);
  pen.lineTo(left + r, bottom).quadraticCurveTo(left, bottom, left, bottom - r);
  return pen
    .lineTo(left, top + r)
    .quadraticCurveTo(left, top, left + r, top)
    .closePath();
}
