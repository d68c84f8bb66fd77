/** Plays a film: the page holds all of it, and nothing is loaded. */
import "./player.css";
import { Bubbles } from "./bubbles.ts";
import { followPointers } from "./gestures.ts";
import { buildPage, type Parts, speeds } from "./layout.ts";
import { tellAbout, tellHere, tellSaid } from "./lists.ts";
import { clockOf, dayOf } from "./moments.ts";
import { type Film, filmOf, timeAt } from "./page.ts";
import { Playback } from "./playback.ts";
import { Reels } from "./reel.ts";
import { Stage } from "./stage.ts";
import { Timeline } from "./timeline.ts";

/** How far one goes by a key or a button, in real seconds of the world. */
const jumpSeconds = 5;
/** What was said so shortly before is still up where one comes to. */
const freshSeconds = 4;
/** A page that was hidden does not catch up. */
const frameMsMax = 250;
const listsEveryMs = 200;
const panPixels = 60;

class Player {
  readonly #film: Film;
  readonly #parts: Parts;
  readonly #playback: Playback;
  readonly #stage: Stage;
  readonly #timeline: Timeline;
  readonly #bubbles = new Bubbles();
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #playing = false;
  #lastMs = 0;
  #listsMs = -Infinity;
  #shownTick = -1;
  #due = false;
  /** The body that stays in the middle. */
  #followed: number | null = null;

  constructor(film: Film) {
    this.#film = film;
    const { title, map, world } = film.index;
    this.#parts = buildPage(title || map, world);
    this.#playback = new Playback(film.index, new Reels(film));
    this.#stage = new Stage(this.#parts.canvas, film.drawing);
    this.#timeline = new Timeline(film.index, this.#parts.range, this.#parts.density);
    tellAbout(this.#parts.about, film.index);
    this.#listen();
    new ResizeObserver(() => this.#resize()).observe(this.#parts.canvas);
    this.#resize();
    this.#goTo(film.index.fromTick);
  }

  get #speed(): number {
    return Number(this.#parts.speed.value);
  }

  get #ticksPerSecond(): number {
    return 1_000 / this.#film.index.tickMs;
  }

  #listen(): void {
    const { play, back, on, earlier, later, nearer, farther, all, range, canvas } = this.#parts;
    const click = (button: HTMLElement, act: () => void): void => button.addEventListener("click", act);
    click(play, () => this.#toggle());
    click(back, () => this.#jump(-jumpSeconds));
    click(on, () => this.#jump(jumpSeconds));
    click(earlier, () => this.#toSpeech(true));
    click(later, () => this.#toSpeech(false));
    click(nearer, () => this.#zoom(1.4));
    click(farther, () => this.#zoom(1 / 1.4));
    click(all, () => this.#fit());
    range.addEventListener("input", () => this.#goTo(Number(range.value)));
    document.addEventListener("keydown", (event) => this.#key(event));
    const release = (): void => this.#follow(null);
    followPointers(canvas, this.#stage.view, () => this.#draw(), release);
    for (const button of [earlier, later]) button.disabled = this.#film.index.speech.every((count) => count === 0);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#resize());
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target instanceof HTMLSelectElement) return;
    const pressing = event.target instanceof HTMLButtonElement || (event.target as Element).tagName === "SUMMARY";
    if (pressing && (event.key === " " || event.key === "Enter")) return;
    if (event.shiftKey && this.#pan(event.key)) return event.preventDefault();
    const { fromTick, toTick } = this.#film.index;
    const acts: Readonly<Record<string, () => void>> = {
      " ": () => this.#toggle(),
      arrowleft: () => this.#jump(-jumpSeconds),
      arrowright: () => this.#jump(jumpSeconds),
      home: () => this.#goTo(fromTick),
      end: () => this.#goTo(toTick),
      ",": () => this.#goTo(Math.ceil(this.#playback.at) - 1),
      ".": () => this.#goTo(Math.floor(this.#playback.at) + 1),
      p: () => this.#toSpeech(true),
      n: () => this.#toSpeech(false),
      "[": () => this.#faster(-1),
      "]": () => this.#faster(1),
      "+": () => this.#zoom(1.4),
      "-": () => this.#zoom(1 / 1.4),
      "0": () => this.#fit(),
    };
    const act = acts[event.key.toLowerCase()];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  #toggle(): void {
    if (!this.#playing && this.#playback.atEnd) this.#goTo(this.#film.index.fromTick);
    this.#setPlaying(!this.#playing);
  }

  #setPlaying(playing: boolean): void {
    this.#playing = playing;
    const { play } = this.#parts;
    play.textContent = playing ? "❚❚" : "▶";
    play.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.#lastMs = performance.now();
    if (playing) requestAnimationFrame(() => this.#frame());
    else this.#tell();
  }

  #frame(): void {
    if (!this.#playing) return;
    const nowMs = performance.now();
    const passedMs = Math.min(frameMsMax, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.#bubbles.pass(passedMs);
    const said = this.#playback.advance((passedMs / this.#film.index.tickMs) * this.#speed);
    for (const line of said) this.#bubbles.show(line);
    this.#paint();
    if (nowMs - this.#listsMs > listsEveryMs) this.#tell();
    if (this.#playback.atEnd) this.#setPlaying(false);
    else requestAnimationFrame(() => this.#frame());
  }

  #jump(seconds: number): void {
    this.#goTo(this.#playback.at + seconds * this.#ticksPerSecond);
  }

  #goTo(tick: number): void {
    const lines = this.#playback.seek(tick);
    this.#bubbles.clear();
    const fresh = this.#playback.at - freshSeconds * this.#ticksPerSecond;
    for (const line of lines) if (line.tick > fresh) this.#bubbles.show(line);
    this.#draw();
    this.#tell();
  }

  #toSpeech(back: boolean): void {
    const tick = this.#playback.speechFrom(Math.ceil(this.#playback.at), back);
    if (tick !== null) this.#goTo(tick);
  }

  #faster(steps: number): void {
    const at = speeds.findIndex((speed) => speed === this.#speed) + steps;
    this.#parts.speed.value = String(speeds[Math.min(speeds.length - 1, Math.max(0, at))]);
  }

  #zoom(factor: number): void {
    this.#stage.view.zoomBy(factor);
    this.#draw();
  }

  /** Whether it was a key that moves the map. */
  #pan(key: string): boolean {
    const ways: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [panPixels, 0],
      ArrowRight: [-panPixels, 0],
      ArrowUp: [0, panPixels],
      ArrowDown: [0, -panPixels],
    };
    const way = ways[key];
    if (way === undefined) return false;
    this.#follow(null);
    this.#stage.view.panBy(...way);
    this.#draw();
    return true;
  }

  /** Whoever is followed already is let go. */
  #follow(id: number | null): void {
    if (id === null && this.#followed === null) return;
    this.#followed = id === this.#followed ? null : id;
    this.#shownTick = -1;
    this.#tell();
    this.#draw();
  }

  #fit(): void {
    this.#follow(null);
    this.#stage.view.fit();
    this.#draw();
  }

  #resize(): void {
    this.#stage.resize();
    this.#timeline.draw();
    this.#paint();
  }

  /** Paints soon, once for all that has changed until then. */
  #draw(): void {
    if (this.#due || this.#playing) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#paint();
    });
  }

  #paint(): void {
    const { cast, at, part } = this.#playback;
    const now = timeAt(this.#film.index, at);
    const shown = this.#calm.matches ? 1 : part;
    const followed = this.#followed === null ? undefined : [...cast].find(({ id }) => id === this.#followed);
    if (followed !== undefined) this.#stage.centreOn(followed, cast, shown);
    this.#stage.draw(cast, shown, now, this.#bubbles, this.#followed);
    this.#parts.day.textContent = dayOf(now);
    this.#parts.clock.textContent = clockOf(now);
    this.#timeline.show(at);
  }

  #tell(): void {
    this.#listsMs = performance.now();
    const { cast, lines } = this.#playback;
    if (this.#shownTick === cast.tick) return;
    this.#shownTick = cast.tick;
    tellHere(this.#parts.here, cast, this.#followed, (id) => this.#follow(id));
    tellSaid(this.#parts.said, lines, this.#film.index, (tick) => this.#goTo(tick));
    document.documentElement.dataset["tick"] = String(cast.tick);
  }
}

void new Player(filmOf(document));
