import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded, openStage } from "./support.ts";
import { blueness } from "./visitor.ts";

const stage = openStage(["--tick-ms", "50"], "webgl");

test("K21 K32 one enters by name, sees the map whatever becomes of its size, is greeted and answered", bounded, async () => {
  const ada = await stage.open();
  await ada.look("entrance");
  await ada.enter("Ada");
  await ada.stands(/^Harbour, gate, tile/);
  await ada.reads(/^\d\d:\d\dLinnea, the guide says: Welcome to Harbour, Ada!/);
  const drawn = await ada.colours();
  assert.ok(new Set(drawn).size > 40, `the map shows ${new Set(drawn).size} colours`);
  assert.ok(blueness(drawn) < 1, `in the morning the map has a blueness of ${blueness(drawn)}`);
  await ada.look("entered");
  await ada.write("Linnea, where is bread?");
  await ada.reads(/You say: Linnea, where is bread\?/);
  await ada.reads(/Linnea, the guide says: Marta's bakery/);
  assert.equal(await ada.speech.inputValue(), "", "what was said is not said again");
  const colours = await ada.page.evaluate(coloursOnResize);
  assert.ok(colours > 10, `${colours} colours while the size changes`);
});

test("K18 K22 keys walk, a chosen place is walked to, and a way into a house shows the house", bounded, async () => {
  // Here everybody glides, as in most people's browsers.
  const bea = await stage.open({ browser: { reducedMotion: "no-preference" } });
  await bea.enter("Bea");
  await bea.walk(22, 4);
  await bea.page.locator("#map").focus();
  await bea.page.keyboard.down("ArrowDown");
  await bea.stands(/tile 22, [6-9],/);
  await bea.page.keyboard.up("ArrowDown");
  await bea.page.keyboard.press("ArrowRight");
  await bea.stands(/tile 23, \d+, facing east/);
  await bea.tab("places");
  await bea.page.getByRole("button", { name: /^library In front/ }).click();
  await bea.stands(/^Harbour, library,/);
  await bea.page.getByRole("button", { name: "To The library" }).click();
  await bea.stands(/^The library, /);
  await bea.page.locator(".map-title", { hasText: "The library" }).waitFor();
  await bea.page.getByRole("heading", { name: "The library" }).waitFor();
  await bea.tab("here");
  await bea.reads(/You are in The library now\./);
});

test("K23 a reload comes back into the same body at the same place with what it carries", bounded, async () => {
  const cleo = await stage.open();
  await cleo.enter("Cleo");
  await cleo.walk(22, 9);
  await cleo.write("/take lantern");
  await cleo.tab("yours");
  const lantern = cleo.page.getByTestId("carried").getByText("lantern", { exact: true });
  await lantern.waitFor();
  const before = await cleo.where();
  await cleo.page.reload();
  await cleo.inside();
  assert.equal(await cleo.where(), before);
  await cleo.tab("yours");
  await lantern.waitFor();
  await cleo.page.getByRole("heading", { name: "Cleo" }).waitFor();
});

test("K24 who left by the town gate is told so, and comes back in there", bounded, async () => {
  const dora = await stage.open();
  await dora.enter("Dora");
  await dora.walk(22, 7);
  await dora.page.getByTestId("leave").click();
  const dialog = dora.page.getByRole("dialog", { name: "Leave the world" });
  assert.equal(await dialog.getByTestId("leave-now").isDisabled(), true, "one cannot leave in the street");
  await dialog.getByText("The nearest way out, town gate, is").waitFor();
  await dialog.getByTestId("walk-to-exit").click();
  await dora.stands(/^Harbour, town gate, tile 2[23], [01],/);
  await dora.page.getByTestId("leave").click();
  await dialog.getByTestId("leave-now").click();
  await dora.state("left");
  await dora.page.getByText("You left by the way out.").waitFor();
  await dora.page.getByRole("button", { name: "Come back in" }).click();
  await dora.inside();
  await dora.stands(/^Harbour, town gate,/);
});

test("K31 the page keeps the host's content policy, and the watch on it would see a breach", bounded, async () => {
  const eve = await stage.open();
  const breach = eve.page.waitForEvent("console", { predicate: (message) => message.type() === "error" });
  await eve.page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'breached'";
    document.head.append(script);
  });
  assert.match((await breach).text(), /Content Security Policy/);
  assert.equal(eve.faults.length, 1);
  eve.faults = [];
  assert.equal(await eve.page.title(), "Elsewhere");
});

/** In the page: makes the map smaller, and counts its colours once all that answers to that has done so. */
function coloursOnResize(): Promise<number> {
  const canvas = document.querySelector("canvas")!;
  const frame = canvas.parentElement!;
  let sizes = 0;
  return new Promise((resolve) => {
    const observer = new ResizeObserver(() => {
      // The first call tells the size as it is.
      if (++sizes === 1) return void (frame.style.marginInlineEnd = "90px");
      observer.disconnect();
      const context = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true })!;
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, canvas.height / 2, canvas.width, 1);
      resolve(new Set(new Uint32Array(data.buffer)).size);
    });
    observer.observe(frame);
  });
}
