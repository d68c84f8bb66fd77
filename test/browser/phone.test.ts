import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded, openStage } from "./support.ts";
import type { Visitor } from "./visitor.ts";

const stage = openStage(["--tick-ms", "50"]);
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const;

test("K29 on a phone nothing is wider than the screen, and the panes and the map answer to a finger", bounded, async () => {
  const ada = await stage.open({ browser: phone });
  await fits(ada);
  await ada.look("phone-entrance");
  await ada.page.getByTestId("name").fill("Ada");
  await ada.page.getByTestId("enter").tap();
  await ada.inside();
  await ada.reads(/Welcome to Harbour, Ada!/);
  await ada.look("phone");
  const before = await ada.where();
  const map = (await ada.canvas.boundingBox())!;
  // One and a half tiles below the middle, where one stands: down the street.
  await ada.page.touchscreen.tap(map.x + map.width / 2, map.y + map.height / 2 + 51);
  await ada.page.locator("#map-text p").first().filter({ hasNotText: before }).waitFor({ state: "attached" });
  for (const tab of ["places", "yours", "here"] as const) {
    await ada.page.getByTestId(`tab-${tab}`).tap();
    await ada.page.locator(`[data-pane="${tab}"]`).waitFor();
    await fits(ada);
    assert.deepEqual(await ada.page.evaluate(smallTargets), [], `${tab}: too small for a finger`);
    await ada.look(`phone-${tab}`);
  }
  await ada.page
    .getByTestId("near")
    .getByRole("button", { name: /Lamp 1/ })
    .tap();
  await ada.page.getByRole("menuitem", { name: "Look" }).tap();
  await ada.reads(/Lamp 1 is one of this world's own/);
  await ada.page.getByTestId("leave").tap();
  await fits(ada);
  await ada.page.getByRole("dialog").getByRole("button", { name: "Stay" }).tap();
});

test("K29 the operator's table fits a phone", bounded, async () => {
  const operator = await stage.open({ hash: `#operator=${stage.server.token}`, browser: phone });
  await operator.page.locator("tbody tr").nth(29).waitFor();
  await fits(operator);
  await operator.look("phone-operator");
});

test("K30 text has a contrast of 4.5 or more in the light and in the dark scheme", bounded, async () => {
  const bea = await stage.open({ hash: `#operator=${stage.server.token}` });
  await readable(bea, "entrance");
  await bea.enter("Bea");
  for (const tab of ["places", "yours", "programs", "here"] as const) {
    await bea.tab(tab);
    await readable(bea, tab);
  }
  await bea.reads(/Welcome to Harbour/);
  await readable(bea, "log");
  await bea.look("dark");
  await bea.page.getByTestId("leave").click();
  await readable(bea, "dialog");
  await bea.page.evaluate(() => {
    const faint = '<p style="color: #777; background: #999">faint</p>';
    document.querySelector("main")!.insertAdjacentHTML("beforeend", faint);
  });
  await assert.rejects(readable(bea, "a planted faint line"));
});

async function fits({ page }: Visitor): Promise<void> {
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
  return [...document.querySelectorAll<HTMLElement>("button, input, summary")]
    .filter((element) => element.checkVisibility())
    .map((element) => ({ element, box: (element.closest("label") ?? element).getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
    .map(({ element, box }) => `${Math.round(box.width)} × ${Math.round(box.height)}: ${element.outerHTML.slice(0, 120)}`);
}

async function readable({ page }: Visitor, where: string): Promise<void> {
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
