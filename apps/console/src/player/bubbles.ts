import type { Line } from "./reel.ts";

const charsShownMax = 140;
const lineCharsMax = 26;

/** How long words stay up while the film plays: long enough to read them. */
const bubbleMs = (text: string): number => Math.min(9_000, 2_500 + text.length * 45);

export interface Bubble {
  readonly line: Line;
  readonly rows: readonly string[];
  readonly untilMs: number;
}

/** What was said last by each, for as long as it is shown; time passes for it only while the film plays. */
export class Bubbles {
  readonly #shown = new Map<number, Bubble>();
  #nowMs = 0;

  pass(ms: number): void {
    this.#nowMs += ms;
    for (const [id, { untilMs }] of this.#shown) if (untilMs <= this.#nowMs) this.#shown.delete(id);
  }

  show(line: Line): void {
    const text = line.text.length > charsShownMax ? `${line.text.slice(0, charsShownMax - 1)}…` : line.text;
    this.#shown.delete(line.from.id);
    this.#shown.set(line.from.id, { line, rows: wrapped(text), untilMs: this.#nowMs + bubbleMs(text) });
  }

  clear(): void {
    this.#shown.clear();
  }

  of(id: number): Bubble | undefined {
    return this.#shown.get(id);
  }

  get isEmpty(): boolean {
    return this.#shown.size === 0;
  }
}

function wrapped(text: string): readonly string[] {
  const rows: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + word.length < lineCharsMax) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word.length > lineCharsMax ? `${word.slice(0, lineCharsMax - 1)}…` : word);
  }
  return rows;
}
