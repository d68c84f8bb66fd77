import assert from "node:assert/strict";
import type { Visitor } from "./visitor.ts";

export const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const;

/** Nothing is wider than the screen, but for what scrolls by itself. */
export async function fits({ page }: Visitor): Promise<void> {
  const wide = await page.evaluate(() => {
    const beyond = [...document.querySelectorAll<HTMLElement>("body *")].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      const scrolls = element.closest(".table, .near ul, canvas, .hidden, .skips") !== null;
      return !scrolls && width > 0 && (right > innerWidth + 1 || left < -1);
    });
    const page = document.scrollingElement!;
    return [
      ...(page.scrollWidth > innerWidth ? [`the page: ${page.scrollWidth}`] : []),
      ...beyond.map((element) => element.outerHTML.slice(0, 120)),
    ];
  });
  assert.deepEqual(wide, [], "wider than the screen");
}

/** In the page: what one should hit with a finger and hardly can. */
function smallTargets(): string[] {
  return [...document.querySelectorAll<HTMLElement>("button, input, select, summary")]
    .filter((element) => element.checkVisibility())
    .map((element) => ({ element, box: (element.closest("label") ?? element).getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
    .map(({ element, box }) => `${Math.round(box.width)} × ${Math.round(box.height)}: ${element.outerHTML.slice(0, 120)}`);
}

/** Everything one may press is large enough for a finger. */
export async function tapped({ page }: Visitor, where: string): Promise<void> {
  assert.deepEqual(await page.evaluate(smallTargets), [], `${where}: too small for a finger`);
}

/** Every text can be read in the light and in the dark scheme. */
export async function readable({ page }: Visitor, where: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await page.evaluate(faintText), [], `${where}, ${colorScheme}: too faint to read`);
  }
}

/** In the page: every visible line of text whose contrast with what is behind it is below 4.5 (WCAG 2.2, 1.4.3). */
function faintText(): string[] {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
  const paint = (colours: readonly string[]): readonly number[] => {
    context.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour: readonly number[]): number => {
    const [r, g, b] = colour.slice(0, 3).map((part) => (part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const behind = (element: Element): string[] => {
    const colours: string[] = [];
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      colours.unshift(getComputedStyle(at).backgroundColor);
      if (paint([colours[0]!])[3] === 255) break;
    }
    return colours;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint: string[] = [];
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement!;
    const words = texts.currentNode.textContent?.trim() ?? "";
    const aside = element.closest(".hidden, .skips, :disabled, noscript, script") !== null;
    if (words === "" || aside || !element.checkVisibility()) continue;
    const ground = behind(element);
    const [a, b] = [luminance(paint(ground)), luminance(paint([...ground, getComputedStyle(element).color]))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(`${contrast.toFixed(2)}: ${words.slice(0, 60)}`);
  }
  return faint;
}
