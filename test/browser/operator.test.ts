import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, test } from "node:test";
import { bounded, openStage } from "./support.ts";
import { blueness, type Visitor } from "./visitor.ts";
import { harbourWith } from "./worlds.ts";

/** The harbour by night, with one who tells its log what it does, and one who fails whatever it does. */
const world = await harbourWith(
  ({ clock, programs }) => ({
    clock: { ...clock, start: "2030-03-21T22:00:00Z" },
    programs: [
      ...programs,
      { id: "teller", name: "Teller", code: "programs/teller.ts", at: "harbour/square" },
      { id: "failer", name: "Failer", code: "programs/failer.ts", at: "harbour/square" },
    ],
  }),
  {
    "programs/teller.ts":
      'import { sleep } from "@elsewhere/program"; for (;;) { console.log("counting gulls"); await sleep({ minutes: 1 }); }',
    "programs/failer.ts": 'import { sleep } from "@elsewhere/program"; await sleep({ seconds: 1 }); throw new Error("no gulls to count");',
  },
);
const stage = openStage(["--world", world]);
after(() => rm(world, { recursive: true }));

test("K26 the operator's token leaves the address, and a reload still knows it", bounded, async () => {
  const operator = await enterAsOperator();
  assert.equal(operator.page.url(), `${stage.server.url}/`);
  assert.equal(await operator.page.evaluate(() => localStorage.length), 0, "the token outlives the tab");
  await operator.page.reload();
  await rows(operator).nth(29).waitFor();
});

test("K26 programs are listed with their state, found and put in order", bounded, async () => {
  const operator = await enterAsOperator();
  const states = await operator.page.locator("tbody .status").allTextContents();
  assert.ok(states.length >= 30, `${states.length} programs`);
  assert.ok(states.filter((state) => state === "running").length >= 30, states.join());
  assert.equal(states.indexOf("running"), states.length - states.filter((state) => state === "running").length, "trouble comes first");
  await rows(operator).filter({ hasText: "Failer" }).getByText("backing off").waitFor();
  await operator.page.getByTestId("figures").getByText("Ticks a second").waitFor();
  await operator.look("operator");

  const turns = async (): Promise<number[]> =>
    (await operator.page.locator("tbody tr td:nth-child(3)").allTextContents()).map((text) => Number(text.replaceAll(",", "")));
  await operator.page.getByRole("button", { name: "Turns" }).click();
  await operator.page.locator('th[data-column="turns"][aria-sort="descending"]').waitFor();
  const most = await turns();
  assert.ok(most[0]! > most.at(-1)!, `from ${most[0]} to ${most.at(-1)}`);
  assert.deepEqual(
    most,
    most.toSorted((a, b) => b - a),
  );
  await operator.page.getByRole("button", { name: "Turns" }).click();
  await operator.page.locator('th[data-column="turns"][aria-sort="ascending"]').waitFor();
  const least = await turns();
  assert.deepEqual(
    least,
    least.toSorted((a, b) => a - b),
  );

  await operator.page.getByLabel("Find programs by name, map or state").fill("of the watch");
  await rows(operator).nth(2).waitFor({ state: "detached" });
  const found = await rows(operator).locator("th button").allTextContents();
  assert.deepEqual(found.toSorted(), ["Bram of the watch", "Greta of the watch"]);
});

test("K16 K26 a program's log is read, and the operator sees through its eyes, by night in blue, until told to stop", bounded, async () => {
  const operator = await enterAsOperator();
  const details = operator.page.getByTestId("program-details");
  await operator.page.getByRole("button", { name: "Teller", exact: true }).click();
  await details.getByRole("list", { name: "Log of Teller" }).getByText("counting gulls").first().waitFor();
  await operator.page.getByRole("button", { name: "Failer", exact: true }).click();
  await details.getByRole("list", { name: "Log of Failer" }).getByText("no gulls to count").first().waitFor();
  await details.locator(".note", { hasText: "no gulls to count" }).waitFor();
  await operator.look("details");
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

async function enterAsOperator(): Promise<Visitor> {
  const operator = await stage.open({ hash: `#operator=${stage.server.token}` });
  await rows(operator).nth(29).waitFor();
  return operator;
}

const rows = (operator: Visitor) => operator.page.locator("tbody tr");
