import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, test } from "node:test";
import { enter } from "@elsewhere/client";
import type { Locator } from "playwright-core";
import { fits, readable, tapped } from "./checks.ts";
import { bounded, openStage } from "./support.ts";
import type { Visitor } from "./visitor.ts";
import { harbourWith } from "./worlds.ts";

/** The harbour with one who goes to and fro between two maps and says so. */
const world = await harbourWith(
  ({ programs }) => ({ programs: [...programs, { id: "pell", name: "Pell", code: "programs/pell.ts", at: "harbour/gate" }] }),
  {
    "programs/pell.ts": `
      import { me, sleep } from "@elsewhere/program";
      for (let round = 1; ; round += 1) {
        await me.say("Off to the bakery, round " + round + ".");
        await me.go("bakery/counter");
        await me.say("Rye and wheat, round " + round + ".");
        await sleep({ minutes: 4 });
        await me.go("harbour/gate");
      }`,
  },
);
const stage = openStage(["--world", world, "--tick-ms", "50"]);
after(() => rm(world, { recursive: true }));

test("K100 K102 K103 K104 the handle is dragged, clicked and moved by keys, and the picture goes along", bounded, async () => {
  const ada = await stage.open();
  const orders = ordersOf(ada);
  await ada.enter("Ada");
  await ada.reads(/You are in Harbour now/);
  const { page } = ada;
  const track = page.getByTestId("track");
  await moment(ada, /^Live$/);
  const box = (await track.boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.95, y);
  await page.mouse.down();
  const sinceMs = performance.now();
  for (let i = 0; i < 15; i += 1) await page.mouse.move(box.x + box.width * (0.95 - i / 50), y);
  await page
    .locator(".pointed")
    .getByText(/^\w+ \d+ \w+, \d\d:\d\d:\d\d$/)
    .waitFor();
  await page.mouse.up();
  const sent = orders.length;
  const tookMs = performance.now() - sinceMs;
  assert.ok(sent <= 2 + tookMs / 100, `${sent} orders in ${Math.round(tookMs)} ms`);
  await page.getByTestId("band").waitFor();
  await moment(ada, /in the past$/);
  const dragged = await valueNow(track);
  await track.focus();
  // Where the past is slow to come the handle goes back to what is shown, and a key goes on from there.
  await until(track, async () => {
    await page.keyboard.press("ArrowLeft");
    return (await valueNow(track)) < dragged;
  });
  await page.keyboard.press("Home");
  await page.getByTestId("timeline-said").getByText("The record begins here.").waitFor();
  await page.mouse.click(box.x + box.width * 0.9, (await track.boundingBox())!.y + 20);
  await until(track, async () => (await valueNow(track)) > dragged);
  await page.getByTestId("zoom").selectOption("hour");
  await page.keyboard.press("Escape");
  await page.getByTestId("band").waitFor({ state: "detached" });
  await moment(ada, /^Live$/);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "map");
});

test("K105 K113 a person sees their own past alone and cannot act in it, and the present goes on", bounded, async (t) => {
  const bea = await stage.open();
  await bea.enter("Bea");
  const cleo = await enter({ url: stage.server.url, name: "Cleo" });
  t.after(() => cleo.close());
  const { page } = bea;
  await page.getByTestId("track").focus();
  await page.keyboard.press("Home");
  await page.getByTestId("gone").getByText("You had not come into the world yet.").waitFor();
  await page.getByTestId("band").getByText("You cannot act or speak in it.").waitFor();
  for (const gone of ["speech", "leave", "tab-places", "tab-yours", "seen-by"]) assert.equal(await page.getByTestId(gone).count(), 0, gone);
  await bea.look("timeline-gone");
  await cleo.me.say("Bea, are you dreaming?");
  await page.keyboard.press("Escape");
  await bea.reads(/Cleo says: Bea, are you dreaming\?/);
  await bea.speech.waitFor();
});

test("K105 K109 K113 a person finds what they heard and nothing else, goes there, and is back with one key", bounded, async () => {
  const gus = await stage.open();
  await gus.enter("Gus");
  await gus.reads(/Welcome to Harbour, Gus!/);
  const { page } = gus;
  await gus.tab("said");
  const search = page.getByTestId("search");
  await search.fill("Off to the bakery, round 1.");
  await page.getByTestId("search-now").click();
  await page
    .getByTestId("search-said")
    .getByText(/^Nobody said that/)
    .waitFor();
  await search.fill("HARBOUR, gus");
  await search.press("Enter");
  await page
    .getByTestId("found")
    .getByRole("button", { name: /Linnea, the guide: Welcome to Harbour, Gus!/ })
    .click();
  await moment(gus, /in the past$/);
  await gus.tab("here");
  await gus.reads(/Linnea, the guide says: Welcome to Harbour, Gus!/);
  await gus.tab("said");
  await search.press("Escape");
  await moment(gus, /^Live$/);
});

test("K106 the past plays on and back, faster, and by the tick", bounded, async () => {
  const dora = await stage.open();
  await dora.enter("Dora");
  await dora.walk(22, 7);
  const { page } = dora;
  const track = page.getByTestId("track");
  const step = (name: string): Promise<void> => page.getByTestId(name).click();
  await page.getByTestId("track").focus();
  await page.keyboard.press("PageDown");
  await page.getByTestId("band").waitFor();
  const begun = await valueNow(track);
  await step("play");
  await until(track, async () => (await valueNow(track)) > begun + 3000);
  await moment(dora, /in the past, playing$/);
  await dora.look("timeline-play");
  await step("play");
  await moment(dora, /in the past$/);
  const stopped = await valueNow(track);
  await step("step-back");
  await until(track, async () => (await valueNow(track)) === stopped - 3000);
  await page.locator("#map").focus();
  await page.keyboard.press(".");
  await until(track, async () => (await valueNow(track)) === stopped);
  await page.getByTestId("pace").selectOption("1000");
  await page.keyboard.press(" ");
  await page.getByTestId("timeline-said").getByText("The record ends here. Press Live for the present.").waitFor();
  const end = await valueNow(track);
  await page.getByTestId("pace").selectOption("60");
  await step("play-back");
  await until(track, async () => (await valueNow(track)) < end - 60_000);
  await step("live");
  await dora.stands(/tile 22, 7,/);
});

test("K105 the operator sees what a person heard, as that person", bounded, async () => {
  const frida = await stage.open();
  await frida.enter("Frida");
  await frida.write("Here I am, and it is early.");
  await frida.reads(/You say: Here I am/);
  const operator = await enterAsOperator();
  const { page } = operator;
  await operator.tab("said");
  await page.getByTestId("search").fill("and it is early");
  await page.getByTestId("search").press("Enter");
  await page
    .getByTestId("found")
    .getByRole("button", { name: /Frida: Here I am/ })
    .click();
  await page.getByTestId("band").getByText("All of Harbour.").waitFor();
  await operator.tab("here");
  await page.getByTestId("near").getByRole("button", { name: /Frida/ }).click();
  await page.getByRole("menuitem", { name: "See as they saw it" }).click();
  await page.getByTestId("band").getByText("As Frida perceived it.").waitFor();
  await page.getByTestId("track").focus();
  await page.keyboard.press("Home");
  await page.getByTestId("gone").getByText("Frida had not come into the world yet.").waitFor();
});

test("K105 K108 K109 the operator finds what was said, and who speaks next, on all of a map", bounded, async () => {
  const operator = await enterAsOperator();
  const { page } = operator;
  await find(operator, "and wheat, round 1.");
  const found = page.getByTestId("found").getByRole("button", { name: /Pell: Rye and wheat, round 1\./ });
  await found.waitFor();
  await operator.look("timeline-search");
  await found.click();
  await page.getByTestId("band").getByText("All of The bakery.").waitFor();
  await page.locator(".map-title", { hasText: "The bakery" }).waitFor();
  await operator.tab("here");
  await operator.reads(/Pell says: Rye and wheat, round 1\./);
  await page.getByTestId("who").selectOption("Pell");
  await page.getByTestId("next").click();
  await operator.reads(/Pell says: Off to the bakery, round 2\./);
  await page.getByTestId("band").getByText("All of Harbour.").waitFor();
  await page.getByTestId("last").click();
  await operator.reads(/Pell says: Rye and wheat, round 1\./);
  await page.getByTestId("kind").selectOption("emoted");
  await page.getByTestId("next").click();
  await page.getByTestId("timeline-said").getByText("Pell never makes a gesture after this moment.").waitFor();
});

test("K110 K111 whoever is followed is followed from map to map, and seen through their eyes", bounded, async () => {
  const operator = await enterAsOperator();
  const { page } = operator;
  const band = page.getByTestId("band");
  const keeping = page.getByTestId("keeping");
  const pell = page.getByTestId("near").getByRole("button", { name: /Pell/ });
  await find(operator, "and wheat, round 1.");
  await page.getByTestId("found").getByRole("button").first().click();
  await band.getByText("All of The bakery.").waitFor();
  await operator.tab("here");
  await pell.click();
  await page.getByRole("menuitem", { name: "Follow" }).click();
  await keeping.getByText("You follow Pell.").waitFor();
  await page.getByTestId("seen-by").selectOption("map:mill");
  await page.locator(".map-title", { hasText: "The bakery" }).waitFor();
  await keeping.getByText("You follow Pell.").waitFor();
  await operator.look("timeline-following");

  await pell.click();
  await page.getByRole("menuitem", { name: "See as they saw it" }).click();
  await band.getByText("As Pell perceived it.").waitFor();
  await operator.stands(/^The bakery, /);
  assert.equal(await page.getByTestId("seen-by").inputValue(), "as");

  await page.getByTestId("seen-by").selectOption("map:bakery");
  await band.getByText("All of The bakery.").waitFor();
  await page.getByTestId("pace").selectOption("10");
  await page.getByTestId("play").click();
  await band.getByText("All of Harbour.").waitFor();
  await page.getByTestId("step-back").click();
  await page.getByTestId("track").focus();
  await page.keyboard.press("Home");
  await keeping.getByText("Pell had not come into the world yet. Go on in time.").waitFor();
});

test("K107 K112 a host that comes back goes on at the moment that was shown", bounded, async () => {
  const operator = await enterAsOperator();
  const { page } = operator;
  const track = page.getByTestId("track");
  await track.focus();
  await page.keyboard.press("PageDown");
  await page.getByTestId("band").waitFor();
  await page.keyboard.press("ArrowLeft");
  const time = page.getByTestId("band").locator("time");
  // The handle is where it was put, and so is the past.
  await until(track, async () => (await track.getAttribute("aria-valuetext")) === `${await time.textContent()}, in the past`);
  const before = await time.textContent();
  await stage.restart(async () => {
    await page.getByTestId("timeline-said").getByText("The host cannot be reached.").waitFor();
  });
  await page.getByTestId("timeline-said").filter({ hasNotText: "cannot be reached" }).waitFor({ state: "attached" });
  assert.equal(await time.textContent(), before);
  await page.getByTestId("step-on").click();
  await time.filter({ hasNotText: before! }).waitFor();
  operator.forgiveAbsence();
});

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true } as const;

test("K29 K30 the timeline fits a narrow phone, answers to a finger and can be read", bounded, async () => {
  const emil = await stage.open({ hash: `#operator=${stage.server.token}`, browser: phone });
  await emil.enter("Emil");
  await fits(emil);
  await tapped(emil, "live");
  await ready(emil);
  const box = (await emil.page.getByTestId("track").boundingBox())!;
  await emil.page.touchscreen.tap(box.x + box.width * 0.5, box.y + 20);
  await emil.page.getByTestId("band").waitFor();
  for (const tab of ["said", "here"] as const) {
    await emil.tab(tab);
    await fits(emil);
    await tapped(emil, tab);
  }
  await emil.look("timeline-phone");
  await readable(emil, "the past");
  await emil.page.getByTestId("live").tap();
  await emil.page.getByTestId("band").waitFor({ state: "detached" });
});

async function enterAsOperator(): Promise<Visitor> {
  const operator = await stage.open({ hash: `#operator=${stage.server.token}` });
  await operator.page.locator("tbody tr").nth(20).waitFor();
  await ready(operator);
  return operator;
}

/** The line of time can be gone along. */
const ready = ({ page }: Visitor): Promise<void> => page.locator('[data-testid="track"][aria-disabled="false"]').waitFor();

/** Searches for what Pell says in his rounds, once he has said it and begun another one. */
async function find(operator: Visitor, words: string): Promise<void> {
  const headers = { authorization: `Bearer ${stage.server.token}` };
  const begun = async (): Promise<boolean> => {
    const answer = await fetch(`${stage.server.url}/api/record/search?q=bakery, round 2.`, { headers });
    return ((await answer.json()) as { readonly found: readonly unknown[] }).found.length > 0;
  };
  while (!(await begun())) await operator.page.waitForTimeout(250);
  await operator.tab("said");
  await operator.page.getByTestId("search").fill(words);
  await operator.page.getByTestId("search").press("Enter");
}

/** What a page asks of the past, as it asks for it. */
function ordersOf({ page }: Visitor): readonly string[] {
  const orders: string[] = [];
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      if (String(payload).startsWith('{"type":"replay"')) orders.push(String(payload));
    });
  });
  return orders;
}

async function moment({ page }: Visitor, text: RegExp): Promise<void> {
  await page.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector("[data-testid=track]")?.getAttribute("aria-valuetext") ?? ""),
    text.source,
  );
}

const valueNow = async (track: Locator): Promise<number> => Number(await track.getAttribute("aria-valuenow"));

async function until(track: Locator, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return;
    await track.page().waitForTimeout(50);
  }
  assert.fail(`the timeline stays at ${await track.getAttribute("aria-valuetext")}`);
}
