import { join } from "node:path";
import type { Locator, Page } from "playwright-core";

/** Where pictures of the page go, for a person's eye; nowhere, unless asked for. */
const lookFolder = process.env["ELSEWHERE_LOOK"];

const ofAbsence = /^WebSocket connection to '[^']*' failed|^Failed to load resource: (net::|the server responded with a status of 503)/;

/** Somebody who sits before the console. Reads what the page tells in words, as one would who cannot see the map. */
export class Visitor {
  readonly page: Page;
  /** What the page complained of; a test takes out what it meant to provoke. */
  faults: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(30_000);
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => this.faults.push(error.stack ?? String(error)));
  }

  async goTo(url: string): Promise<void> {
    await this.page.goto(url);
    await this.canvas.waitFor();
  }

  get canvas(): Locator {
    return this.page.getByTestId("map");
  }

  get speech(): Locator {
    return this.page.getByTestId("speech");
  }

  async enter(name: string): Promise<void> {
    await this.page.getByTestId("name").fill(name);
    await this.page.getByTestId("enter").click();
    await this.inside();
  }

  async inside(): Promise<void> {
    await this.state("live");
    await this.stands(/./);
  }

  /** Waits until the page is in this state towards the world. */
  async state(name: string): Promise<void> {
    await this.page.locator(`html[data-state="${name}"]`).waitFor();
  }

  /** Writes a line into the speech box. */
  async write(line: string): Promise<void> {
    await this.speech.fill(line);
    await this.speech.press("Enter");
  }

  /** Waits until the log holds a sentence like this. */
  async reads(sentence: RegExp): Promise<void> {
    await this.page.getByTestId("log").locator(".entry", { hasText: sentence }).first().waitFor();
  }

  /** `Harbour, gate, tile 23, 4, facing south.` */
  async where(): Promise<string> {
    return (await this.page.locator("#map-text p").first().textContent()) ?? "";
  }

  /** Waits until the map's words put one where this says, and gives them back. */
  async stands(at: RegExp): Promise<string> {
    await this.page.locator("#map-text p").first().filter({ hasText: at }).waitFor({ state: "attached" });
    return this.where();
  }

  /** Walks to a tile and stands there. */
  async walk(x: number, y: number): Promise<string> {
    await this.write(`/go @${x},${y}`);
    return this.stands(new RegExp(`tile ${x}, ${y},`));
  }

  async tab(name: "here" | "places" | "yours" | "said" | "programs" | "crossings"): Promise<void> {
    await this.page.getByTestId(`tab-${name}`).click();
    await this.page.locator(`[data-pane="${name}"]`).waitFor();
  }

  /** Takes out what a browser itself complains of while a host is away or starting: every request that found nobody, or was cut off. */
  forgiveAbsence(): void {
    this.faults = this.faults.filter((fault) => !ofAbsence.test(fault));
  }

  async look(name: string): Promise<void> {
    if (lookFolder !== undefined) await this.page.screenshot({ path: join(lookFolder, `${name}.png`) });
  }

  /** Colours of the map as it is on the screen, `#rrggbb` at each crossing of a 40 × 40 grid. */
  async colours(): Promise<readonly string[]> {
    const picture = (await this.canvas.screenshot()).toString("base64");
    return this.page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
      context.drawImage(bitmap, 0, 0);
      const at = (part: number, size: number): number => Math.floor(((part + 0.5) / 40) * size);
      return Array.from({ length: 1600 }, (_, i) => {
        const { data } = context.getImageData(at(i % 40, bitmap.width), at(Math.floor(i / 40), bitmap.height), 1, 1);
        return `#${[...data.subarray(0, 3)].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
      });
    }, picture);
  }
}

/** How much bluer than red these colours are on the average; 1 where both are the same. */
export function blueness(colours: readonly string[]): number {
  const sum = (from: number): number => colours.reduce((all, colour) => all + Number.parseInt(colour.slice(from, from + 2), 16), 0);
  return sum(5) / sum(1);
}
