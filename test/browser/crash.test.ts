import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProgramInfo, ProgramsPage } from "@elsewhere/protocol";
import { yardFolder } from "../support/yard.ts";
import { bounded, openStage } from "./support.ts";

const stage = openStage(["--world", yardFolder, "--tick-ms", "50"]);

test("K25 a killed host is shown as being tried again, and once it is back the page goes on by itself", bounded, async () => {
  const ada = await stage.open();
  await ada.enter("Ada");
  const before = await ada.walk(5, 8);
  await ada.page
    .getByTestId("near")
    .getByText(/^Counter \d+$/)
    .first()
    .waitFor();
  const turnsBefore = (await programs()).map(({ turns }) => turns);
  await stage.restart(async () => {
    await ada.state("reconnecting");
    await ada.page.getByTestId("banner").getByText("The host cannot be reached").waitFor();
    await ada.page.getByTestId("connection").getByText("Reconnecting…").waitFor();
    await ada.look("reconnecting");
    assert.equal(await ada.where(), before, "what was seen last stays");
  });
  await ada.state("live");
  await ada.page.getByTestId("banner").waitFor({ state: "detached" });
  assert.equal(await ada.where(), before);
  await ada.page
    .getByTestId("near")
    .getByText(/^Counter \d+$/)
    .first()
    .waitFor();
  await ada.write("I am still here.");
  await ada.reads(/You say: I am still here\./);
  await ada.walk(5, 9);
  const after = await programs();
  assert.equal(after.length, 30);
  assert.ok(after.every(({ status, turns }, i) => (status === "running" || status === "backing_off") && turns >= turnsBefore[i]!));
  ada.forgiveAbsence();
});

async function programs(): Promise<readonly ProgramInfo[]> {
  const { url, token } = stage.server;
  const answer = await fetch(`${url}/api/programs`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as ProgramsPage).programs;
}
