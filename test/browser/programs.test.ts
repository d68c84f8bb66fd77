import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import type { Locator } from "playwright-core";
import { fits, phone, readable, tapped } from "./checks.ts";
import { Crowd } from "./crowd.ts";
import { bounded, openPages } from "./support.ts";
import type { Visitor } from "./visitor.ts";

const crowd = new Crowd(100_000);
before(() => crowd.open());
const pages = openPages(() => crowd.url);
after(async () => {
  await crowd.close();
  assert.deepEqual(crowd.faults, []);
});

const failed = {
  level: "error",
  text: "TypeError: no loaves\n    at sell (programs/baker.ts:42:18)",
} as const;
const perceived = { level: "host", text: 'perceived in that turn: {"kind":"heard","text":"Two loaves!"}' } as const;

test("K60 of a hundred thousand programs a page is shown, found and put in order by the host", bounded, async () => {
  const operator = await enter();
  assert.equal(await rows(operator).count(), 100);
  await operator.look("crowd");
  const { page } = operator;
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByTestId("range").getByText("101–200 of 100,000").waitFor();
  await page.getByRole("button", { name: "Heap" }).click();
  await page.locator('th[data-column="heapBytes"][aria-sort="descending"]').waitFor();
  await page.getByTestId("range").getByText("1–100 of 100,000").waitFor();
  const largest = crowd.infos.toSorted((a, b) => b.heapBytes - a.heapBytes)[0]!;
  await rows(operator).first().getByText(largest.name, { exact: true }).waitFor();
  await page.getByLabel("Find programs by name").fill("GULL 7777");
  await page.getByTestId("range").getByText("1–3 of 3").waitFor();
  assert.deepEqual((await rows(operator).locator("th button").allTextContents()).toSorted(), ["Gull 77771", "Gull 77775", "Gull 77779"]);
});

test("K61 K69 rows stay while one is among them, with the focus, and their figures go on", bounded, async () => {
  const operator = await enter();
  const { page } = operator;
  await page.getByRole("button", { name: "Turns", exact: true }).click();
  await page.locator('th[data-column="turns"][aria-sort="descending"]').waitFor();
  await page.mouse.move(5, 5);
  const third = rows(operator).nth(2).getByRole("button");
  const name = (await third.textContent())!;
  await third.focus();
  const orderBefore = await rows(operator).locator("th button").allTextContents();
  crowd.of(name).turns = 900_000;
  await rows(operator).filter({ hasText: "900,000" }).waitFor();
  assert.deepEqual(await rows(operator).locator("th button").allTextContents(), orderBefore);
  assert.equal(await focusedText(operator), name);
  await page.getByRole("button", { name: "Sort anew" }).click();
  await rows(operator).first().getByText(name, { exact: true }).waitFor();
  await page.getByRole("button", { name: "Sort anew" }).waitFor({ state: "detached" });
});

test("K69 the list comes back as it was left, with the focus on the program one looked at", bounded, async () => {
  const operator = await enter();
  const row = rows(operator).nth(70).getByRole("button");
  await row.scrollIntoViewIfNeeded();
  const name = (await row.textContent())!;
  const top = await scrollOf(operator, ".table");
  assert.ok(top > 0);
  await row.click();
  await details(operator).getByRole("heading", { name, exact: true }).and(operator.page.locator(":focus")).waitFor();
  await operator.page.keyboard.press("Escape");
  await row.and(operator.page.locator(":focus")).waitFor();
  assert.equal(await scrollOf(operator, ".table"), top);
});

test(
  "K63 K64 K69 an error shows its line; its stack stays open, and what one reads in its place, while more is logged",
  bounded,
  async () => {
    const log = Array.from({ length: 60 }, (_, i) => ({ now: i * 60_000, level: "log" as const, text: `loaf ${i}` }));
    crowd.logs.set("baker-4", [...log.slice(0, 30), { now: 29 * 60_000, ...failed }, { now: 29 * 60_000, ...perceived }, ...log.slice(30)]);
    const operator = await enter();
    await operator.page.getByRole("button", { name: "Baker 4", exact: true }).click();
    const summary = details(operator).locator("summary");
    await summary.getByText("TypeError: no loaves").waitFor();
    await summary.getByText("programs/baker.ts:42:18").waitFor();
    await summary.click();
    await details(operator).getByRole("list", { name: "Stack" }).getByText("in sell").waitFor();
    await details(operator).getByText("Two loaves!").waitFor();
    await operator.look("crowd-log");
    const place = (await summary.boundingBox())!;
    crowd.logs.get("baker-4")!.push({ now: 90 * 60_000, level: "log", text: "one more loaf" });
    await details(operator).getByText("one more loaf").waitFor({ state: "attached" });
    assert.ok(await details(operator).getByText("Two loaves!").isVisible(), "the stack has closed");
    assert.ok(Math.abs((await summary.boundingBox())!.y - place.y) < 2, "what one reads has moved");
  },
);

test("K65 K66 K68 a program is suspended and resumed, and the page says in place what came of it", bounded, async () => {
  const operator = await enter();
  const { page } = operator;
  await page.getByRole("button", { name: "Carter 1", exact: true }).click();
  const pane = details(operator);
  await pane.getByRole("meter", { name: "Heap" }).waitFor();
  assert.match((await pane.getByRole("meter", { name: "Heap" }).getAttribute("aria-valuetext"))!, /^20 KB of 2\.1 MB, 2\.1 MB left$/);
  await pane.getByText("2 of 1,200 · 1,198 left").waitFor();
  await pane.getByRole("button", { name: "Suspend" }).click();
  await page.getByTestId("answer").getByText("Suspended").waitFor();
  await pane.getByRole("button", { name: "Suspend" }).and(page.locator(':focus[aria-disabled="true"]')).waitFor();
  await pane.locator(".status").getByText("suspended").waitFor();
  crowd.refusal = new ElsewhereError("forbidden", "only a suspended program can be resumed", { field: "program" });
  await pane.getByRole("button", { name: "Resume" }).click();
  await page.getByTestId("answer").and(page.locator('[data-tone="error"]')).getByText("Only a suspended program can be resumed").waitFor();
  crowd.refusal = null;
  await pane.getByRole("button", { name: "Resume" }).click();
  await page.getByTestId("answer").getByText("Resumed").waitFor();
  await pane.getByRole("button", { name: "Upgrade" }).click();
  await page.getByTestId("answer").getByText("Upgraded").waitFor();
  const said = crowd.commands.filter(([program]) => program === "carter-1").map(([, { kind }]) => kind);
  assert.deepEqual(said, ["suspend", "resume", "resume", "upgrade"]);
  // The browser itself reports every answer that is a refusal.
  operator.faults = operator.faults.filter((fault) => !/409 \(Conflict\)/.test(fault));
});

test("K67 with the keyboard alone one rewinds and ends, after one more question that begins at the harmless answer", bounded, async () => {
  const operator = await enter();
  const { page } = operator;
  const told = (): readonly string[] =>
    crowd.commands.filter(([program]) => program === "lamp-2").map(([, command]) => JSON.stringify(command));
  await page.getByRole("button", { name: "Lamp 2", exact: true }).focus();
  await page.keyboard.press("Enter");
  const rewind = details(operator).getByRole("button", { name: "Rewind to after turn 128…" });
  await tabTo(rewind);
  await page.keyboard.press("Enter");
  const question = page.getByTestId("confirm");
  await focused(question.getByRole("button", { name: "Leave it" }));
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  await focused(rewind);
  await page.keyboard.press("Enter");
  await focused(question.getByRole("button", { name: "Leave it" }));
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByTestId("answer").getByText("Rewound").waitFor();
  assert.deepEqual(told(), [JSON.stringify({ kind: "rewind", hash: (128).toString(16).padStart(64, "0") })]);

  const end = page.getByTestId("end");
  await tabTo(end, "Shift+Tab");
  await page.keyboard.press("Enter");
  await focused(question.getByRole("button", { name: "Keep it" }));
  await page.keyboard.press("Enter");
  assert.equal(told().length, 1);
  await focused(end);
  await page.keyboard.press("Enter");
  await focused(question.getByRole("button", { name: "Keep it" }));
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByTestId("answer").getByText("Ended").waitFor();
  assert.equal(told().at(-1), '{"kind":"end"}');
  for (const id of ["suspend", "resume", "upgrade", "end"])
    assert.equal(await page.getByTestId(id).getAttribute("aria-disabled"), "true", id);
  await focused(end);
  await page.keyboard.press("Enter");
  assert.equal(told().length, 2, "what has ended was told to do something");
});

test("K70 state and residence stand there in words, and details can be read on a phone in both schemes", bounded, async () => {
  Object.assign(crowd.of("Baker 0"), { status: "backing_off", next: "older", reason: "TypeError: no flour", faults: 3 });
  crowd.logs.set("baker-0", [
    { now: 0, ...failed },
    { now: 0, ...perceived },
  ]);
  const operator = await enter({ browser: phone });
  const first = rows(operator).first();
  assert.deepEqual(await first.locator('td[data-column="status"] > span').allTextContents(), ["backing off", "live"]);
  await operator.page.getByTestId("residence").getByText("49,936 parked").waitFor();
  await operator.page.getByRole("button", { name: "Hide the map" }).tap();
  await fits(operator);
  await tapped(operator, "list");
  await readable(operator, "list");
  await first.getByRole("button").tap();
  await details(operator).getByText("It will go on from an older image.").waitFor();
  await details(operator).locator("summary").tap();
  await operator.page.getByTestId("end").tap();
  await fits(operator);
  await tapped(operator, "details");
  await readable(operator, "details");
  await operator.look("crowd-phone");
});

async function enter(options: { readonly browser?: typeof phone } = {}): Promise<Visitor> {
  const operator = await pages.open({ hash: "#operator=token", ...options });
  await rows(operator).nth(99).waitFor();
  return operator;
}

const rows = (operator: Visitor): Locator => operator.page.locator("tbody tr");
const details = (operator: Visitor): Locator => operator.page.getByTestId("program-details");
const focusedText = (operator: Visitor): Promise<string | null> =>
  operator.page.evaluate(() => document.activeElement?.textContent ?? null);
const scrollOf = (operator: Visitor, selector: string): Promise<number> =>
  operator.page.locator(selector).evaluate((element) => element.scrollTop);

async function focused(target: Locator): Promise<void> {
  await target.and(target.page().locator(":focus")).waitFor();
}

async function tabTo(target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await target.waitFor();
  for (let stops = 0; stops < 50; stops += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await target.page().keyboard.press(key);
  }
  assert.fail(`${key} does not reach ${String(target)}`);
}
