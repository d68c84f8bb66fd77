import type { Seen } from "@elsewhere/protocol";
import { Container, Text } from "pixi.js";
import { captionOf } from "../state/sentences.ts";
import type { Point } from "./camera.ts";
import { declutter } from "./declutter.ts";
import { isFixture } from "./shapes.ts";
import { fonts } from "./theme.ts";

interface Label {
  readonly node: Container;
  readonly name: Text;
  readonly caption: Text;
  text: string;
  wanted: boolean;
}

const outline = { color: 0x16202a, width: 3, join: "round" } as const;
/** Below this zoom (pixels a tile) names would say more than the map. */
const nameZoomMin = 20;
/** Things and lamps are named from nearer still. */
const fixtureZoomMin = 32;
const captionZoomMin = 30;

/** Names under the bodies, in screen pixels so that they stay sharp; where they would overlap, the less important wait. */
export class Labels {
  readonly layer = new Container();
  readonly #labels = new Map<number, Label>();
  #resolution: number;
  #sortedMs = Number.NEGATIVE_INFINITY;

  constructor(resolution: number) {
    this.#resolution = resolution;
  }

  /** `at` gives a body's place on the screen; `hovered` is always named. */
  place(
    bodies: Iterable<Seen>,
    me: number | null,
    own: boolean,
    hovered: number | null,
    zoom: number,
    at: (id: number) => Point | null,
    timeMs: number,
  ): void {
    const gone = new Set(this.#labels.keys());
    const shown: { seen: Seen; label: Label }[] = [];
    for (const seen of bodies) {
      gone.delete(seen.id);
      const label = this.#labelOf(seen, own && seen.id === me, zoom);
      const place = at(seen.id);
      if (place !== null) label.node.position.set(Math.round(place.x), Math.round(place.y + zoom * 0.42));
      shown.push({ seen, label });
    }
    for (const id of gone) {
      this.#labels.get(id)?.node.destroy({ children: true });
      this.#labels.delete(id);
    }
    if (timeMs - this.#sortedMs > 200) {
      this.#sortedMs = timeMs;
      sort(shown, me, hovered, zoom);
    }
    for (const { seen, label } of shown) label.node.visible = label.wanted || seen.id === hovered;
  }

  #labelOf(seen: Seen, self: boolean, zoom: number): Label {
    const caption = zoom < captionZoomMin ? null : seen.posture === "asleep" ? "asleep" : captionOf(seen);
    const name = self ? `${seen.name} (you)` : seen.name;
    const text = `${name}\n${caption ?? ""}`;
    const known = this.#labels.get(seen.id);
    if (known?.text === text) return known;
    const label = known ?? this.#make(seen);
    label.text = text;
    label.name.text = name;
    label.caption.text = caption ?? "";
    label.caption.visible = caption !== null;
    return label;
  }

  #make(seen: Seen): Label {
    const fontSize = isFixture(seen) ? 11.5 : 13;
    const fontWeight = seen.kind === "person" ? "700" : "600";
    const style = {
      fontFamily: fonts.plain,
      fontSize,
      fontWeight,
      fill: isFixture(seen) ? 0xe9e4d8 : 0xffffff,
      stroke: outline,
    } as const;
    const name = new Text({ text: seen.name, style, resolution: this.#resolution, anchor: { x: 0.5, y: 0 }, roundPixels: true });
    const quiet = { fontFamily: fonts.book, fontSize: 12.5, fontStyle: "italic", fill: 0xfff6e0, stroke: outline } as const;
    const caption = new Text({ text: "", style: quiet, resolution: this.#resolution, anchor: { x: 0.5, y: 0 }, roundPixels: true });
    caption.position.y = 14;
    const node = new Container({ children: [name, caption] });
    this.layer.addChild(node);
    const label: Label = { node, name, caption, text: "", wanted: true };
    this.#labels.set(seen.id, label);
    return label;
  }
}

function sort(shown: readonly { seen: Seen; label: Label }[], me: number | null, hovered: number | null, zoom: number): void {
  const rank = ({ seen }: { seen: Seen }): number => {
    if (seen.id === me) return 0;
    if (seen.id === hovered) return 1;
    return seen.kind === "person" ? 2 : isFixture(seen) ? 4 : 3;
  };
  const ordered = shown.toSorted((a, b) => rank(a) - rank(b) || a.seen.id - b.seen.id);
  const boxes = ordered.map(({ label }) => {
    const width = Math.max(label.name.width, label.caption.visible ? label.caption.width : 0);
    return { x: label.node.x - width / 2, y: label.node.y, width, height: label.caption.visible ? 28 : 15 };
  });
  const kept = declutter(boxes);
  for (const [index, item] of ordered.entries()) {
    item.label.wanted = kept[index]! && (item.seen.id === me || zoom >= (isFixture(item.seen) ? fixtureZoomMin : nameZoomMin));
  }
}
