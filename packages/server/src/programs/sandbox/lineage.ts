/**
 * Which templates the images of one code are written down against, and when it gets a new one. Siblings that have taken as
 * many turns differ in a dozen granules; one turn more moves what is alive to other places, and two hundred differ. So
 * there is a new template when images no longer come near to those in use, but only as often as that pays: each image
 * earns the more the nearer it came, and a new template costs more than the one before. A million images make about a
 * hundred.
 */
import type { Template } from "./templates.ts";

const recentMax = 2;
const firstPrice = 8;
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

export class Lineage {
  /** Those that images came near to last, the latest first. */
  #recent: readonly Template[] = [];
  #price = firstPrice;
  #credit = savedMax * firstPrice;
  /** How near images came of late, on average. */
  #luck = 1;

  /** Templates that a heap may be near to, the likeliest first; `own` is one it came with. */
  likely(own: Template | null): readonly Template[] {
    const all = own === null || this.#recent.includes(own) ? this.#recent : [...this.#recent, own];
    return this.#luck < luckMin ? all.slice(0, 1) : all;
  }

  /** Takes note of how near an image came to a template; whether it would pay to make its heap one. */
  judge(template: Template, granules: number): boolean {
    const how = nearness(granules);
    if (how > 0) this.#use(template);
    this.#luck += (how - this.#luck) / 16;
    this.#credit = Math.min(savedMax * this.#price, this.#credit + Math.max(how, earnedMin));
    return how < nearMin && this.#credit >= this.#price;
  }

  made(template: Template): void {
    this.#use(template);
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
    return this.#recent.length === 0;
  }

  #use(template: Template): void {
    if (this.#recent[0] === template) return;
    this.#recent = [template, ...this.#recent.filter((other) => other !== template)].slice(0, recentMax);
  }
}
