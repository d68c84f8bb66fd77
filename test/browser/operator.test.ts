import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, test } from "node:test";
import type { Locator } from "playwright-core";
import { bounded, openStage } from "./support.ts";
import { blueness, type Visitor } from "./visitor.ts";
import { harbourWith } from "./worlds.ts";

/** The harbour by night, with one who tells its log what it does, one who fails whatever it does, and one who runs laps. */
const world = await harbourWith(
  ({ clock, programs }) => ({
    clock: { ...clock, start: "2030-03-21T22:00:00Z" },
    programs: [
      ...programs,
      { id: "teller", name: "Teller", code: "programs/teller.ts", at: "harbour/square" },
      { id: "failer", name: "Failer", code: "programs/failer.ts", at: "harbour/square" },
      { id: "runner", name: "Runner", code: "programs/runner.ts", at: "harbour/square" },
    ],
  }),
  {
    "programs/teller.ts":
      'import { sleep } from "@elsewhere/program"; for (;;) { console.log("counting gulls"); await sleep({ minutes: 1 }); }',
    "programs/runner.ts":
      'import { sleep } from "@elsewhere/program"; for (let lap = 1; ; lap += 1) { await sleep({ seconds: 5 }); console.log(`lap ${lap}.`); }',
    "programs/failer.ts": 'import { sleep } from "@elsewhere/program"; await sleep({ seconds: 1 }); throw new Error("no gulls to count");',
  },
);
const stage = openStage(["--world", world], "webgl");
after(() => rm(world, { recursive: true }));

test("K26 the operator's token leaves the address, and a reload still knows it", bounded, async () => {
  const operator = await enterAsOperator();
  assert.equal(operator.page.url(), `${stage.server.url}/`);
  assert.equal(await operator.page.evaluate(() => localStorage.length), 0, "the token outlives the tab");
  await operator.page.reload();
  await rows(operator).nth(29).waitFor();
});

test("K12 K26 programs are listed with their state, found and put in order", bounded, async () => {
  const operator = await enterAsOperator();
  const { page } = operator;
  const states = await page.locator("tbody .status").allTextContents();
  assert.ok(states.filter((state) => state === "running").length >= 30, states.join());
  await page.getByTestId("figures").getByText("Ticks a second").waitFor();
  await page
    .getByTestId("residence")
    .getByText(/[1-9]\d* live/)
    .waitFor();
  await page.getByRole("button", { name: "Faults" }).click();
  await rows(operator).first().getByText("Failer", { exact: true }).waitFor();
  await rows(operator)
    .first()
    .getByText(/^(backing off|suspended)$/)
    .waitFor();
  await operator.look("operator");

  await page.getByRole("button", { name: "Heap" }).click();
  await page.locator('th[data-column="heapBytes"][aria-sort="descending"]').waitFor();
  await rows(operator).first().locator('td[data-column="heapBytes"]', { hasText: "KB" }).waitFor();
  const sizes = (await page.locator('tbody td[data-column="heapBytes"]').allTextContents()).map(bytesOf);
  assert.ok(sizes.length >= 30 && sizes.every((size, i) => i === 0 || size <= sizes[i - 1]!), sizes.join());

  await page.getByLabel("Find programs by name").fill("of the watch");
  await page.getByTestId("range").getByText("1–2 of 2").waitFor();
  const found = await rows(operator).locator("th button").allTextContents();
  assert.deepEqual(found.toSorted(), ["Bram of the watch", "Greta of the watch"]);
});

test("K16 K26 a program's log is read, and the operator sees through its eyes, by night in blue, until told to stop", bounded, async () => {
  const operator = await enterAsOperator();
  const details = operator.page.getByTestId("program-details");
  await operator.page.getByRole("button", { name: "Teller", exact: true }).click();
  await details.getByRole("list", { name: "Log of Teller" }).getByText("counting gulls").first().waitFor();
  await operator.page.getByTestId("all-programs").click();
  await operator.page.getByRole("button", { name: "Failer", exact: true }).click();
  await details.getByRole("list", { name: "Log of Failer" }).getByText("no gulls to count").first().waitFor();
  await details.locator(".note", { hasText: "no gulls to count" }).waitFor();
  await operator.look("details");
  await operator.page.getByTestId("all-programs").click();
  await operator.page.getByRole("button", { name: "Linnea, the guide" }).click();
  await details.getByRole("heading", { name: "Linnea, the guide" }).waitFor();
  await details.getByRole("button", { name: "Follow" }).click();
  const banner = operator.page.getByTestId("following");
  await banner.getByText("You see what Linnea, the guide perceives.").waitFor();
  await operator.stands(/^Harbour, /);
  await operator.tab("here");
  await operator.page.getByTestId("near").getByText("Lamp 1").waitFor();
  assert.equal(await operator.page.getByTestId("near").getByRole("button").first().isDisabled(), true, "one acts through nobody");
  const drawn = await operator.colours();
  assert.ok(blueness(drawn) > 1.1, `by night the map has a blueness of ${blueness(drawn)}`);
  await operator.look("following");
  await banner.getByRole("button", { name: "Stop following" }).click();
  await banner.waitFor({ state: "detached" });
  await operator.page.getByText("You are outside of").waitFor();
});

test("K65 K68 a program is suspended, resumed and ended, and stays so after a reload", bounded, async () => {
  const operator = await enterAsOperator();
  const details = await look(operator, "Teller");
  await details.getByRole("button", { name: "Suspend" }).click();
  await said(operator, "Suspended");
  await details.locator(".status").getByText("suspended").waitFor();
  await operator.page.reload();
  await look(operator, "Teller");
  await details.locator(".status").getByText("suspended").waitFor();
  await details.getByRole("button", { name: "Resume" }).click();
  await said(operator, "Resumed");
  await details.locator(".status").getByText("running").waitFor();
  await details.getByTestId("end").click();
  await operator.page.getByTestId("confirm").getByRole("button", { name: "End it" }).click();
  await said(operator, "Ended");
  await details.locator(".status").getByText("ended").waitFor();
});

test("K65 K68 a program goes back to an image and does again what it did since, and an upgrade starts it anew", bounded, async () => {
  const operator = await enterAsOperator();
  const details = await look(operator, "Runner");
  const rewind = details.getByRole("button", { name: /^Rewind to after turn/ }).first();
  await rewind.click();
  const asked = (await operator.page.getByTestId("confirm").textContent())!;
  const turn = Number(/after turn ([\d,]+)/.exec(asked)![1]!.replaceAll(",", ""));
  assert.ok(turn > 1, asked);
  // The turn after the image ends the same sleep once more.
  const lap = (n: number) => details.locator(".program-log").getByText(`lap ${n}.`, { exact: true });
  await lap(turn).first().waitFor({ state: "attached" });
  await operator.page.getByTestId("confirm").getByRole("button", { name: "Rewind", exact: true }).click();
  await said(operator, "Rewound");
  await lap(turn).nth(1).waitFor({ state: "attached" });
  await details.getByRole("button", { name: "Upgrade" }).click();
  await said(operator, "Upgraded");
  // The newest lines come first and the oldest fall off: a first lap with others before it is that of the new heap.
  const anew = "xpath=.//li[.//bdi[.='lap 1.']][following-sibling::li[.//bdi[starts-with(., 'lap ')]]]";
  await details.locator(".program-log").locator(anew).first().waitFor({ state: "attached" });
});

test("K33 the map is drawn no more than once a tick while words stand over who stands still", bounded, async () => {
  const fay = await stage.open();
  await fay.enter("Fay");
  await fay.write("Good morning!");
  await fay.reads(/You say: Good morning!/);
  const tick = async (): Promise<number> => ((await (await fetch(`${stage.server.url}/healthz`)).json()) as { tick: number }).tick;
  const before = await tick();
  const draws = await fay.page.evaluate(drawsWithin, 2_000);
  const ticks = (await tick()) - before;
  assert.ok(draws > 0 && draws <= ticks + 5, `drawn ${draws} times in ${ticks} ticks`);
});

async function enterAsOperator(): Promise<Visitor> {
  const operator = await stage.open({ hash: `#operator=${stage.server.token}` });
  await rows(operator).nth(29).waitFor();
  return operator;
}

const rows = (operator: Visitor) => operator.page.locator("tbody tr");

async function look(operator: Visitor, name: string): Promise<Locator> {
  await operator.page.getByRole("button", { name, exact: true }).click();
  const details = operator.page.getByTestId("program-details");
  await details.getByRole("heading", { name, exact: true }).waitFor();
  return details;
}

const said = (operator: Visitor, text: string): Promise<void> => operator.page.getByTestId("answer").getByText(text).waitFor();

/** `27 KB` in bytes; 0 for a heap that has no image yet. */
function bytesOf(text: string): number {
  const [, value, unit] = /^([\d.]+) (B|KB|MB)$/.exec(text) ?? ["", "0", "B"];
  return Number(value) * { B: 1, KB: 1e3, MB: 1e6 }[unit as "B" | "KB" | "MB"];
}

/** In the page: how often the map is drawn. */
function drawsWithin(ms: number): Promise<number> {
  const { clear } = WebGL2RenderingContext.prototype;
  let draws = 0;
  WebGL2RenderingContext.prototype.clear = function (mask) {
    draws++;
    clear.call(this, mask);
  };
  return new Promise((resolve) => {
    setTimeout(() => {
      WebGL2RenderingContext.prototype.clear = clear;
      resolve(draws);
    }, ms);
  });
}
