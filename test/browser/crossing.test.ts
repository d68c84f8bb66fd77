import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Locator } from "playwright-core";
import { type Server, startServer } from "../support/server.ts";
import { Strait } from "../support/strait.ts";
import { fits, phone, readable, tapped } from "./checks.ts";
import { bounded, openPages } from "./support.ts";
import type { Visitor } from "./visitor.ts";
import { harbourWith } from "./worlds.ts";

/** Two pages are drawn at once. */
const boundedTwice = { timeout: 2 * bounded.timeout };
const ottilie = "Ottilie, the traveller";
const wilma = "Wilma, her sister";
let folder = "";
let world = "";
let harbour: Server;
let haven: Server;
/** By which Harbour reaches Haven. */
let strait: Strait;
let at = "";
const pages = openPages(() => at);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "elsewhere-crossing-"));
  // Where people come in, and by a slow clock, so that somebody sees her leave before she walks off.
  world = await harbourWith(({ clock, programs }) => ({
    clock: { ...clock, dayMinutes: 1440 },
    programs: programs
      .filter(({ id }) => id === "traveller")
      .flatMap((program) => [
        { ...program, at: "harbour/gate" },
        { ...program, id: "sister", name: wilma },
      ]),
  }));
  const start = (name: string, from: string): Promise<Server> =>
    startServer(["--world", from, "--data", join(folder, name), "--port", "0", "--tick-ms", "50"]);
  [harbour, haven] = await Promise.all([
    start("harbour", world),
    start("haven", fileURLToPath(new URL("../../worlds/haven", import.meta.url))),
  ]);
  strait = await Strait.to(haven.port);
  await introduce(harbour, haven, "haven", "always", strait.port);
  await introduce(haven, harbour, "harbour", "ask");
}, bounded);

after(async () => {
  await Promise.all([harbour?.stop(), haven?.stop(), strait?.close()]);
  for (const path of [folder, world]) await rm(path, { recursive: true, force: true });
}, bounded);

/** Has one host know the other, by the line that the other says of itself, and reach it at `port`. */
async function introduce(one: Server, other: Server, name: string, admits: string, port = other.port): Promise<void> {
  const about = async (server: Server, body?: object): Promise<{ readonly line: string }> => {
    const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(`${server.url}/api/pairings`, { headers: { authorization: `Bearer ${server.token}` }, ...request });
    assert.ok(response.ok, await response.clone().text());
    return (await response.json()) as { line: string };
  };
  const { line } = await about(other);
  await about(one, { line: line.replace(/:\d+#/, `:${port}#`), name, admits });
}

const open = (server: Server, browser = {}): Promise<Visitor> => {
  at = server.url;
  return pages.open({ hash: `#operator=${server.token}`, browser });
};
const near = ({ page }: Visitor): Locator => page.getByTestId("near").getByText(ottilie);
const crossing = ({ page }: Visitor, state: string, name = ottilie): Locator =>
  page.locator(`.crossing[data-state="${state}"]`, { hasText: name });

test(
  "K118 K120 a program that is asked to cross leaves one page and, once it is admitted, steps out on the other",
  boundedTwice,
  async () => {
    const [ada, bea] = [await open(harbour), await open(haven)];
    await ada.enter("Ada");
    await bea.enter("Bea");
    await ada.tab("here");
    await near(ada).waitFor();

    await bea.tab("crossings");

    await look(ada, ottilie);
    await ask(ada);
    assert.equal(await stepNow(ada), "Released, next");
    await crossing(ada, "frozen").getByRole("button", { name: "Call off" }).click();
    await crossing(ada, "stayed")
      .getByText(/called off by the operator/)
      .waitFor();
    const refused = { hasText: await ask(ada) };
    await crossing(bea, "asked").filter(refused).getByRole("button", { name: "Refuse" }).click();
    await crossing(ada, "stayed")
      .filter(refused)
      .getByText(/operator of that world refused it/)
      .waitFor();

    const asked = crossing(bea, "asked").filter({ hasText: await ask(ada) });
    await ada.look("crossing-frozen");
    await asked.getByRole("heading", { name: `${ottilie} comes from harbour` }).waitFor();
    await bea.look("crossing-asked");
    await asked.getByRole("button", { name: "Admit" }).click();
    await crossing(bea, "alive").getByText("Admitted.").waitFor();
    assert.equal(await crossing(bea, "alive").locator('[data-at="done"]').count(), 4);
    await crossing(ada, "closed").getByText("It lives there.").waitFor();
    await ada.look("crossing-closed");
    await ada.tab("programs");
    await ada.page.getByText("lives at haven", { exact: true }).waitFor();
    await ada.look("crossed");

    await ada.tab("here");
    await ada.reads(/I am off to haven/);
    await near(ada).waitFor({ state: "detached" });
    await bea.tab("here");
    await near(bea).waitFor();
    await bea.reads(/So this is Haven!/);
    await bea.reads(/Welcome to Haven, Ottilie/);
    await bea.look("crossing-arrived");
  },
);

test("K118 what was released is taken back or let go, asked about once more, when the other host is not heard", boundedTwice, async () => {
  const [ada, bea] = [await open(harbour), await open(haven)];
  await bea.tab("crossings");
  await look(ada, wilma);
  const released = async (): Promise<Locator> => {
    strait.mend();
    const its = { hasText: await ask(ada, wilma) };
    const asked = crossing(bea, "asked", wilma).filter(its);
    await asked.waitFor();
    strait.cut();
    await asked.getByRole("button", { name: "Admit" }).click();
    const card = crossing(ada, "released", wilma).filter(its);
    await card.getByText(/^Waits for:/).waitFor();
    return card;
  };
  const answer = async (card: Locator, choice: string): Promise<void> => {
    await card.getByRole("button", { name: `${choice}…` }).click();
    await card.getByTestId("confirm").getByRole("button", { name: choice, exact: true }).click();
  };
  const first = await released();
  await first.getByRole("button", { name: "Let go…" }).click();
  await ada.look("crossing-let-go");
  await first.getByRole("button", { name: "Wait on" }).click();
  await answer(first, "Take back");
  await crossing(ada, "stayed", wilma)
    .getByText(/called off by the operator/)
    .waitFor();
  await answer(await released(), "Let go");
  await crossing(ada, "lost", wilma).waitFor();
  await ada.look("crossing-lost");
  strait.mend();
  await ada.tab("programs");
  await ada.page.getByText("lives at haven", { exact: true }).waitFor();
});

test("K29 K30 K121 crossings and paired hosts fit a phone and can be read in both schemes", bounded, async () => {
  const operator = await open(haven, phone);
  await operator.page.getByTestId("tab-crossings").tap();
  await crossing(operator, "alive").waitFor();
  await operator.page.getByText("harbour elsewhere://").waitFor();
  assert.match((await operator.page.getByTestId("own-line").textContent())!, /^elsewhere:\/\/localhost:\d+#[\w-]{43}$/);
  await operator.page.getByRole("button", { name: "Hide the map" }).tap();
  await fits(operator);
  await tapped(operator, "crossings");
  await readable(operator, "crossings");
  await operator.look("phone-crossings");
  await operator.page.getByRole("button", { name: "Show the map" }).tap();
  await operator.page.getByTestId("name").fill("Cleo");
  await operator.page.getByTestId("enter").tap();
  await operator.inside();
  await operator.page.getByTestId("tab-crossings").tap();
  await fits(operator);
  await tapped(operator, "six tabs");
  await operator.look("phone-tabs");
});

async function look(operator: Visitor, name: string): Promise<void> {
  await operator.tab("programs");
  await operator.page.getByRole("button", { name, exact: true }).click();
}

/** Has the operator, who has her open, ask her to cross; she consents. Gives the attempt's first letters. */
async function ask(operator: Visitor, name = ottilie): Promise<string> {
  const { page } = operator;
  await operator.tab("programs");
  await page.getByTestId("cross").click();
  await page
    .getByRole("form", { name: `Ask ${name} to cross` })
    .getByLabel("To")
    .and(page.locator(":focus"))
    .waitFor();
  await operator.look("offer");
  await page.getByRole("button", { name: "Ask it" }).click();
  return (await crossing(operator, "frozen", name).locator("code").textContent())!;
}

const stepNow = (visitor: Visitor): Promise<string | null> =>
  crossing(visitor, "frozen").locator('.steps [aria-current="step"]').textContent();
