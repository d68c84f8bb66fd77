import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, phone, readable, tapped } from "./checks.ts";
import { bounded, openStage } from "./support.ts";

const stage = openStage(["--tick-ms", "50"]);

test(
  "K29 K34 on a phone without WebGL nothing is wider than the screen, the map is drawn, and it and the panes answer to a finger",
  bounded,
  async () => {
    const ada = await stage.open({ browser: phone });
    await fits(ada);
    await ada.look("phone-entrance");
    await ada.page.getByTestId("name").fill("Ada");
    await ada.page.getByTestId("enter").tap();
    await ada.inside();
    await ada.reads(/Welcome to Harbour, Ada!/);
    await ada.look("phone");
    const { size } = new Set(await ada.colours());
    assert.ok(size > 40, `the map shows ${size} colours`);
    const before = await ada.where();
    const map = (await ada.canvas.boundingBox())!;
    // One and a half tiles below the middle, where one stands: down the street.
    await ada.page.touchscreen.tap(map.x + map.width / 2, map.y + map.height / 2 + 51);
    await ada.page.locator("#map-text p").first().filter({ hasNotText: before }).waitFor({ state: "attached" });
    for (const tab of ["places", "yours", "here"] as const) {
      await ada.page.getByTestId(`tab-${tab}`).tap();
      await ada.page.locator(`[data-pane="${tab}"]`).waitFor();
      await fits(ada);
      await tapped(ada, tab);
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
  },
);

test("K29 the operator's table fits a phone", bounded, async () => {
  const operator = await stage.open({ hash: `#operator=${stage.server.token}`, browser: phone });
  await operator.page.locator("tbody tr").nth(29).waitFor();
  await fits(operator);
  await tapped(operator, "programs");
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
