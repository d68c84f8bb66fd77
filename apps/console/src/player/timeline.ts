import { type FilmIndex, tickAtTime, timeAt } from "./page.ts";
import { clockOf, dayOf, shortDayOf } from "./moments.ts";
import { context } from "./ground.ts";

const dayMs = 86_400_000;
const labelPixels = 54;

/** The line along which one goes through a film: how much was said when, where days begin, and where one is. */
export class Timeline {
  readonly #index: FilmIndex;
  readonly #range: HTMLInputElement;
  readonly #canvas: HTMLCanvasElement;

  constructor(index: FilmIndex, range: HTMLInputElement, canvas: HTMLCanvasElement) {
    this.#index = index;
    this.#range = range;
    this.#canvas = canvas;
    range.min = String(index.fromTick);
    range.max = String(index.toTick);
    range.step = "1";
  }

  show(at: number): void {
    const now = timeAt(this.#index, at);
    this.#range.value = String(Math.round(at));
    this.#range.setAttribute("aria-valuetext", `${dayOf(now)}, ${clockOf(now)}`);
  }

  draw(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    const ctx = context(this.#canvas);
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const { speech, fromTick, toTick } = this.#index;
    const most = Math.max(1, ...speech);
    ctx.fillStyle = colour("--accent");
    speech.forEach((count, i) => {
      if (count === 0) return;
      const bar = Math.max(2, (height - 16) * Math.sqrt(count / most));
      ctx.fillRect((i / speech.length) * width, height - bar, Math.max(1, width / speech.length - 0.5), bar);
    });
    ctx.font = "11px system-ui, sans-serif";
    ctx.textBaseline = "top";
    let free = 0;
    for (const midnight of this.#midnights()) {
      const x = ((tickAtTime(this.#index, midnight) - fromTick) / Math.max(1, toTick - fromTick)) * width;
      ctx.fillStyle = colour("--paper-edge");
      ctx.fillRect(Math.round(x), 0, 1, height);
      if (x < free || x + labelPixels > width) continue;
      free = x + labelPixels;
      ctx.fillStyle = colour("--ink-soft");
      ctx.fillText(shortDayOf(midnight), x + 4, 1);
    }
  }

  *#midnights(): Generator<number> {
    const [from, to] = [timeAt(this.#index, this.#index.fromTick), timeAt(this.#index, this.#index.toTick)];
    const step = dayMs * Math.max(1, Math.ceil((to - from) / dayMs / 60));
    for (let at = Math.ceil(from / dayMs) * dayMs; at <= to; at += step) yield at;
  }
}
