/** A film of the yard in a real browser, opened from the disk. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { overseen, type WorldMap } from "@elsewhere/world";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { replayMap } from "../support/film.ts";
import { recorded } from "../support/recorded-world.ts";
import { runElsewhere } from "../support/server.ts";
import { loadYard, yardFolder } from "../support/yard.ts";
import { fits, readable, tapped } from "./checks.ts";
import { bounded, launch } from "./support.ts";
import { Visitor } from "./visitor.ts";

const folder = await mkdtemp(join(tmpdir(), "elsewhere-film-"));
const data = join(folder, "data");
const film = join(folder, "film.html");
const requests: string[] = [];
let visitors: Visitor[] = [];
let browser: Browser;
let map: WorldMap;
/** By tick who was where, as the film tells it. */
const here = new Map<number, readonly string[]>();

before(async () => {
  const loaded = await loadYard();
  map = loaded.maps[0]!;
  await recorded(data, { loaded }, async (host) => {
    const ada = await host.enter("ada");
    const ben = await host.enter("ben");
    for (let i = 0; i < 200; i++) {
      if (i % 50 === 5) ada.act({ kind: "say", text: `It is ${i} <b>&` });
      if (i % 60 === 0) ada.act({ kind: "walk", to: `@${4 + (i % 7)},${4 + (i % 5)}` });
      if (i === 20) ben.act({ kind: "walk", to: "out" });
      if (i === 150) ben.act({ kind: "leave" });
      await host.tick();
    }
  });
  for (const { tick, state } of replayMap(data, map)) {
    const bodies = overseen(state).bodies.toSorted((a, b) => a.name.localeCompare(b.name));
    here.set(
      tick,
      bodies.map(({ name, x, y }) => `${name} — ${Math.floor(x)}, ${Math.floor(y)}`),
    );
  }
  const { code, errors } = await runElsewhere(["record", "export", data, "--world", join(yardFolder, "maps/yard.tmj"), "--film", film]);
  assert.equal(code, 0, errors);
  browser = await launch();
}, bounded);

afterEach(async () => {
  const seen = visitors;
  visitors = [];
  await Promise.all(seen.map(({ page }) => page.context().close()));
  assert.deepEqual(
    seen.flatMap(({ faults }) => faults),
    [],
    "the page's console has errors",
  );
}, bounded);

after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
}, bounded);

async function open(options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, offline: true, ...options });
  const visitor = new Visitor(await context.newPage());
  visitors.push(visitor);
  visitor.page.on("request", (request) => requests.push(request.url()));
  await visitor.page.goto(pathToFileURL(film).href);
  await at(visitor, 0);
  return visitor;
}

/** Waits until the page tells of that tick. */
const at = ({ page }: Visitor, tick: number): Promise<void> => page.locator(`html[data-tick="${tick}"]`).waitFor({ state: "attached" });

const inSight = ({ page }: Visitor): Promise<readonly string[]> => page.locator('[data-part="here"] li').allTextContents();

async function goTo(visitor: Visitor, tick: number): Promise<void> {
  await visitor.page.getByLabel("Moment").fill(String(tick));
  await at(visitor, tick);
}

/** Who was in sight at the end of a tick: as in the last one in which anything happened. */
const expected = (tick: number): readonly string[] => here.get(Math.max(...[...here.keys()].filter((each) => each <= tick))) ?? [];

test("R139 a film loads nothing, whatever is asked of it", bounded, async () => {
  const visitor = await open();
  assert.deepEqual(requests, [pathToFileURL(film).href]);
  const refused = await visitor.page.evaluate(async () => {
    const directives: string[] = [];
    document.addEventListener("securitypolicyviolation", (event) => directives.push(event.effectiveDirective));
    new Image().src = "http://127.0.0.1:9/picture.png";
    await fetch("http://127.0.0.1:9/").catch(() => {});
    document.body.append(Object.assign(document.createElement("script"), { textContent: "document.title = 'taken'" }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    return [directives.toSorted(), document.title];
  });
  assert.deepEqual(refused, [["connect-src", "img-src", "script-src-elem"], "The yard – The yard"]);
  visitor.faults = visitor.faults.filter((fault) => !fault.includes("Content Security Policy"));
});

test("R140 a film shows at any moment who was where then, and what was said shortly before", bounded, async () => {
  const visitor = await open();
  for (const tick of [30, 1, 199, 77, 78, 21, 155, 40]) {
    await goTo(visitor, tick);
    assert.deepEqual(await inSight(visitor), expected(tick), `tick ${tick}`);
  }
  const sights = new Set([...here.values()].map((bodies) => bodies.join()));
  assert.ok(sights.size > 20 && expected(199).length < expected(77).length, "they walk, and one leaves");
  const said = await visitor.page.locator('[data-part="said"] li').allTextContents();
  assert.match(said.at(-1)!, /ada says: It is 5 <b>&$/);
});

test("R141 a film is played to its end by a key, and gone through by keys and by what was said", bounded, async () => {
  const visitor = await open();
  const { page } = visitor;
  const last = Number(await page.getByLabel("Moment").getAttribute("max"));
  await page.getByLabel("Speed").selectOption("10");
  await page.getByRole("img", { name: /^Map of/ }).focus();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await at(visitor, last);
  await page.getByRole("button", { name: "Play" }).waitFor();
  assert.deepEqual(await inSight(visitor), expected(last));
  await page.keyboard.press("ArrowLeft");
  await at(visitor, last - 50);
  assert.deepEqual(await inSight(visitor), expected(last - 50));
  await page.keyboard.press(",");
  await at(visitor, last - 51);
  await page.keyboard.press("Home");
  await page.keyboard.press("n");
  await page.locator('[data-part="said"] li').last().filter({ hasText: "It is 5" }).waitFor();
  await page.keyboard.press("n");
  const line = page.locator('[data-part="said"] li').last().filter({ hasText: "It is 55" });
  await line.waitFor();
  const tick = Number(await page.locator("html").getAttribute("data-tick"));
  await page.keyboard.press("End");
  await at(visitor, last);
  await page.getByRole("button", { name: /It is 55/ }).click();
  await at(visitor, tick);
  const ada = page.getByRole("button", { name: /^ada — / });
  await ada.click();
  await page.locator('[aria-pressed="true"]', { hasText: "ada" }).waitFor();
  await ada.click();
  await page.locator('[aria-pressed="true"]').waitFor({ state: "detached" });
  await page.getByText("How this was made").click();
  const { head } = JSON.parse(/data-film="index">(.*?)</.exec(readFileSync(film, "utf8"))![1]!) as { head: string };
  assert.match(await page.locator('[data-part="about"]').innerText(), new RegExp(head));
});

test("R142 a film fits a small phone and its fingers, and can be read in the light and in the dark", bounded, async () => {
  const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, reducedMotion: "reduce" } as const;
  const visitor = await open(phone);
  await goTo(visitor, 60);
  await fits(visitor);
  await tapped(visitor, "film");
  await visitor.page.getByRole("button", { name: "Play" }).tap();
  await visitor.page.getByRole("button", { name: "Pause" }).tap();
  await visitor.page.getByRole("button", { name: "Nearer" }).tap();
  await visitor.look("film-phone");
  const wide = await open();
  await goTo(wide, 60);
  await readable(wide, "film");
  await wide.look("film-dark");
});
