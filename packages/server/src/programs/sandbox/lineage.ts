/**
 * Which templates the images of one code are written down against, and when it gets a new one. Siblings that have taken as
 * many turns differ in a dozen granules; one turn more moves what is alive to other places, and two hundred differ. So
 * what others came near to that had the same template before and as many turns now is looked at first, and there is a new
 * one when images no longer come near to those in use, but only as often as that pays: each image earns the more the nearer it came, and a new template costs
 * more than the one before. A million images make about a hundred.
 */
import type { Template } from "./templates.ts";

const recentMax = 2;
/** Of steps from one template to the next that are remembered. */
const stepsMax = 512;
const firstPrice = 4;
const dearer = 1.1;
/** Of the price: what can be saved up. */
const savedMax = 3;
/** Earned at least, so that what has changed for good is noticed in the end. */
const earnedMin = 1 / 16;
/** Below it, looking at more than one template has not paid. */
const luckMin = 0.05;

/** From 1 for a heap that equals its template to 0 for one that differs in 128 granules and more. */
const nearness = (granules: number): number => Math.max(0, 1 - granules / 128);
/** An image this near is a few hundred bytes long. */
const nearMin = 0.6;
export const isNear = (granules: number): boolean => nearness(granules) >= nearMin;

const stepOf = (own: Template | null, turn: number): string => `${own?.hash ?? ""} ${turn}`;

export class Lineage {
  /** Those that images came near to last, the latest first. */
  #recent: readonly Template[] = [];
  /** What heaps came near to that had one template before and have taken so many turns now; the oldest first. */
  readonly #steps = new Map<string, Template>();
  #price = firstPrice;
  #credit = savedMax * firstPrice;
  /** How near images came of late, on average. */
  #luck = 1;

  /** Templates that a heap after `turn` may be near to, the likeliest first; `own` is one it came with. */
  likely(own: Template | null, turn: number): readonly Template[] {
    const next = this.#steps.get(stepOf(own, turn));
    const all = new Set([...(next === undefined ? [] : [next]), ...this.#recent, ...(own === null ? [] : [own])]);
    return this.#luck < luckMin ? [...all].slice(0, 1) : [...all];
  }

  /** Takes note of how near an image came to a template; whether it would pay to make its heap one. */
  judge(template: Template, granules: number, own: Template | null, turn: number): boolean {
    const how = nearness(granules);
    if (how > 0) this.#use(template);
    if (how >= nearMin) this.#step(template, own, turn);
    this.#luck += (how - this.#luck) / 16;
    this.#credit = Math.min(savedMax * this.#price, this.#credit + Math.max(how, earnedMin));
    return how < nearMin && this.#credit >= this.#price;
  }

  /** A heap that came with `own` is a template now. */
  made(template: Template, own: Template | null): void {
    this.#use(template);
    this.#step(template, own, template.turn);
    this.#credit -= this.#price;
    this.#price *= dearer;
  }

  /** One that was made elsewhere. */
  learn(template: Template): void {
    if (this.#recent.length === 0) this.#recent = [template];
  }

  /** Whether none is left. */
  forget(template: Template): boolean {
    this.#recent = this.#recent.filter((other) => other !== template);
    for (const [step, to] of this.#steps) if (to === template) this.#steps.delete(step);
    return this.#recent.length === 0;
  }

  #step(to: Template, own: Template | null, turn: number): void {
    const step = stepOf(own, turn);
    if (this.#steps.get(step) === to) return;
    this.#steps.delete(step);
    this.#steps.set(step, to);
    const [oldest] = this.#steps.keys();
    if (this.#steps.size > stepsMax) this.#steps.delete(oldest!);
  }

  #use(template: Template): void {
    if (this.#recent[0] === template) return;
    this.#recent = [template, ...this.#recent.filter((other) => other !== template)].slice(0, recentMax);
  }
}
