import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, test } from "node:test";
import { closedHarbour, signalRoom } from "../support/closed-room.ts";
import { fits, phone, readable, tapped } from "./checks.ts";
import { bounded, openStage } from "./support.ts";
import type { Visitor } from "./visitor.ts";

const world = await closedHarbour();
after(() => rm(world, { recursive: true, force: true }));
const stage = openStage(["--world", world, "--tick-ms", "50"]);

/** Takes out what the page complains of while its host is away or starting, and that it was refused this many openings. */
function forgive(visitor: Visitor, refused: number): void {
  const opening = visitor.faults.filter((fault) => fault.includes("/api/places/open"));
  assert.equal(opening.length, refused, opening.join("\n"));
  visitor.faults = visitor.faults.filter((fault) => !opening.includes(fault));
  visitor.forgiveAbsence();
}

test("K114 K115 K116 one walks into a closed place by its coordinates, and comes back into it by them after a crash", bounded, async () => {
  const ada = await stage.open({ hash: "#entry=lighthouse/door" });
  await ada.enter("Ada");
  await ada.stands(/^The lighthouse, door,/);
  await ada.write("/go signal room~once for the fog");
  await ada.reads(/There is no "signal room" on/);
  await ada.write(`/go ${signalRoom.slice(signalRoom.indexOf("/") + 1)}`);
  const inside = await ada.stands(/^The lighthouse, signal room,/);
  forgive(ada, 1);

  const { page } = ada;
  await stage.restart(async () => ada.state("reconnecting"));
  await ada.state("resting");
  assert.match((await page.getByTestId("arrival-note").textContent()) ?? "", /^You are in a hidden place that is closed/);
  await ada.look("resting");
  await readable(ada, "the closed place");

  await page.getByTestId("coordinates").fill("lighthouse/signal room~once for the fog");
  await page.getByTestId("open-place").click();
  await page.getByRole("alert").filter({ hasText: "There is no such place" }).waitFor();
  assert.equal(await page.getByTestId("coordinates").inputValue(), "lighthouse/signal room~once for the fog", "what was typed stays");
  await page.getByTestId("not-now").click();
  await page.getByTestId("enter").click();
  await ada.state("resting");

  await page.getByTestId("coordinates").fill(signalRoom);
  await page.getByTestId("open-place").click();
  await ada.inside();
  assert.equal(await ada.where(), inside);
  forgive(ada, 1);
});

test("K29 K116 on a phone a closed place is opened with the fingers", bounded, async () => {
  const bea = await stage.open({ hash: "#entry=lighthouse/door", browser: phone });
  await bea.enter("Bea");
  await bea.write(`/go ${signalRoom}`);
  await bea.stands(/^The lighthouse, signal room,/);
  await stage.restart(async () => bea.state("reconnecting"));
  await bea.state("resting");
  await bea.look("resting-phone");
  await fits(bea);
  await tapped(bea, "the closed place");
  await bea.page.getByTestId("coordinates").fill(signalRoom);
  await bea.page.getByTestId("open-place").tap();
  await bea.inside();
  forgive(bea, 0);
});
