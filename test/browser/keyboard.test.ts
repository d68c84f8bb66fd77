import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { yardFolder } from "../support/yard.ts";
import { bounded, openStage } from "./support.ts";
import type { Visitor } from "./visitor.ts";

const stage = openStage(["--world", yardFolder, "--tick-ms", "50"]);

test("K27 with the keyboard alone one enters, speaks, walks, looks into everything and leaves", bounded, async () => {
  const ada = await stage.open();
  const { keyboard } = ada.page;
  await tabTo(ada.page.getByTestId("name"));
  await keyboard.type("Ada");
  await keyboard.press("Enter");
  await ada.inside();
  await tabTo(ada.speech);
  await keyboard.type("Is anybody there?");
  await keyboard.press("Enter");
  await ada.reads(/You say: Is anybody there\?/);
  await keyboard.press("Escape");
  await focused(ada.page.locator("#map"));
  const before = await ada.where();
  await keyboard.press("ArrowDown");
  await changed(ada, before);
  await keyboard.press("Enter");
  await focused(ada.speech);

  await tabTo(ada.page.getByTestId("tab-here"));
  await keyboard.press("ArrowRight");
  await focused(ada.page.getByTestId("tab-places"));
  await tabTo(ada.page.getByRole("button", { name: /^out\b/ }).first());
  await keyboard.press("Enter");
  await ada.stands(/^The yard, out,/);

  await tabTo(ada.page.getByTestId("leave"));
  await keyboard.press("Enter");
  await tabTo(ada.page.getByTestId("leave-now"));
  await keyboard.press("Enter");
  await ada.state("left");
});

test("K27 Escape closes what is open, and the focus returns to where it was", bounded, async () => {
  const bea = await stage.open();
  await bea.enter("Bea");
  const { keyboard } = bea.page;
  for (const name of ["Leave", "What you can write"]) {
    const opener = bea.page.getByRole("button", { name, exact: true });
    await tabTo(opener);
    await keyboard.press("Enter");
    await bea.page.getByRole("dialog").waitFor();
    await keyboard.press("Escape");
    await bea.page.getByRole("dialog").waitFor({ state: "detached" });
    await focused(opener);
  }
  const body = bea.page.getByTestId("near").getByRole("button").first();
  await body.focus();
  await keyboard.press("Enter");
  const menu = bea.page.getByTestId("menu");
  await focused(menu.getByRole("menuitem", { name: "Walk there" }));
  await keyboard.press("ArrowDown");
  await focused(menu.getByRole("menuitem", { name: "Look" }));
  await keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
});

test("K27 Tab visits every control with the focus in sight and comes out at the end", bounded, async () => {
  const cleo = await stage.open({ hash: `#operator=${stage.server.token}` });
  await cleo.enter("Cleo");
  for (const tab of ["places", "yours", "programs"] as const) {
    await cleo.tab(tab);
    // Programs that get into trouble change their row; one is as good as thirty.
    if (tab === "programs") {
      await cleo.page.getByLabel("Find programs").fill("Counter 7");
      await cleo.page.getByTestId("range").getByText("1–1 of 1").waitFor();
    }
    const wanted = await cleo.page.evaluate(markControls);
    assert.ok(wanted.length > 10, `${tab}: ${wanted.length} controls`);
    const visited = await tour(cleo.page, 2 * wanted.length);
    assert.deepEqual(
      wanted.filter((name) => !visited.includes(name)),
      [],
      `${tab}: not reached with Tab`,
    );
  }
});

test("K28 every control has a name, the page has a language, and what happens is a live region", bounded, async () => {
  const dora = await stage.open({ hash: `#operator=${stage.server.token}` });
  await named(dora, "entrance");
  assert.equal(await dora.page.locator("html").getAttribute("lang"), "en");
  await dora.enter("Dora");
  await dora.tab("here");
  assert.equal(await dora.page.getByRole("log", { name: "What happens" }).getAttribute("aria-live"), "polite");
  for (const tab of ["here", "places", "yours", "programs"] as const) {
    await dora.tab(tab);
    await named(dora, tab);
  }
  await dora.page.locator("tbody th button").first().click();
  await dora.page.getByTestId("program-details").waitFor();
  await named(dora, "details");
  const track = dora.page.getByTestId("track");
  const band = dora.page.getByTestId("band");
  // The record is asked for anew when whose it is changes, and until it has come the track hears no key.
  for (let tries = 0; tries < 4 && !(await band.isVisible()); tries++) {
    await dora.page.locator('[data-testid="track"]:not([aria-disabled="true"])').waitFor();
    await track.press("PageDown");
    await band.waitFor({ timeout: 6_000 }).catch(() => {});
  }
  await band.waitFor({ timeout: 1_000 });
  for (const tab of ["here", "said"] as const) {
    await dora.tab(tab);
    await named(dora, `the past, ${tab}`);
  }
  await dora.page.keyboard.press("Escape");
  for (const name of ["Leave", "What you can write"]) {
    await dora.page.getByRole("button", { name, exact: true }).click();
    await dora.page.getByRole("dialog").waitFor();
    await named(dora, name);
    await dora.page.keyboard.press("Escape");
  }
  await dora.page.evaluate(() => document.querySelector("main")!.insertAdjacentHTML("beforeend", "<button></button>"));
  await assert.rejects(named(dora, "a planted button without a name"));
});

const stopsMax = 200;

/** Presses Tab until this has the focus. */
async function tabTo(target: Locator): Promise<void> {
  for (let stops = 0; stops < stopsMax; stops += 1) {
    if (await hasFocus(target)) return;
    await target.page().keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${String(target)}`);
}

const hasFocus = (target: Locator): Promise<boolean> => target.evaluate((element) => element === document.activeElement);

async function focused(target: Locator): Promise<void> {
  await target.and(target.page().locator(":focus")).waitFor();
}

async function changed(visitor: Visitor, before: string): Promise<void> {
  await visitor.page.locator("#map-text p").first().filter({ hasNotText: before }).waitFor({ state: "attached" });
}

/** In the page: gives every control that Tab should visit a number, and returns them. */
function markControls(): string[] {
  const all = document.querySelectorAll<HTMLElement>("a[href], button:not(:disabled), input:not(:disabled), summary, [tabindex='0']");
  return [...all]
    .filter((element) => element.tabIndex >= 0 && element.checkVisibility())
    .map((element, i) => (element.dataset["stop"] = `${i} ${element.tagName} ${element.textContent?.slice(0, 30) ?? ""}`));
}

/** Presses Tab until it comes round. The focus must leave the page on the way, and every stop must show that it has it. */
async function tour(page: Page, stopsAtMost: number): Promise<readonly string[]> {
  const visited: string[] = [];
  let cameOut = false;
  for (let stops = 0; stops < stopsAtMost; stops += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(focusNow);
    if (stop === null) cameOut = true;
    else if (visited.includes(stop)) break;
    else {
      // What was out of view comes into it with the next frame.
      const shows = page.waitForFunction(focusShows, undefined, { timeout: 5_000 });
      await shows.catch((cause: unknown) => assert.fail(`the focus cannot be seen on ${stop}: ${String(cause)}`));
      visited.push(stop);
    }
  }
  assert.ok(cameOut, `after ${stopsAtMost} stops the focus is still in the page: ${visited.slice(-5).join(" | ")}`);
  return visited;
}

/** In the page: what has the focus; null where it is outside of the page. */
function focusNow(): string | null {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return null;
  return element.dataset["stop"] ?? element.outerHTML.slice(0, 80);
}

/** In the page: whether one sees what has the focus, and that it has. */
function focusShows(): boolean {
  const element = document.activeElement!;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { top, bottom, left, right } = element.getBoundingClientRect();
  const within = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  return within && outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
}

/** What a screen reader is told of every control begins with its name. */
async function named(visitor: Visitor, where: string): Promise<void> {
  const tree = await visitor.page.locator("body").ariaSnapshot();
  const control =
    /^\s*- '?(button|link|textbox|searchbox|checkbox|tab|menuitem|application|dialog|tablist|log|list item|slider|combobox)\b(.*)$/gm;
  const nameless = [...tree.matchAll(control)].filter(([, , rest]) => !/^ "[^"]+/.test(rest!)).map(([line]) => line.trim());
  assert.deepEqual(nameless, [], `${where}: controls without a name`);
}
