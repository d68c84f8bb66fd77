/**
 * The keeper of the lighthouse reads the sky and tells the ferryman; from there the forecast travels by itself.
 * Shows knowledge that only one inhabitant has, and that others get only by meeting: the weather, and a hidden room.
 */
import { me } from "@elsewhere/program";
import { during, inWords, routine } from "./lib/clock.ts";
import { nearest } from "./lib/company.ts";
import { looks } from "./lib/looks.ts";
import { notice, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";
import { forecast, inSky, weather } from "./lib/weather.ts";

const show = looks("keeper");
const foretell = (): string => `Old Wen of the lighthouse says there will be ${inSky(forecast())}.`;

async function watchTheSky(): Promise<void> {
  await show({ activity: "watching the sky", weather: weather() });
  notice("forecast", foretell());
  // All who stand near see where the keeper points.
  await tryTo(() => me.do("forecast", { next: forecast() }));
  await tellSomebody(8);
}

async function light(on: boolean): Promise<void> {
  await goTo("lighthouse/by the lens");
  const lamp = await nearest("lamp");
  if (lamp !== undefined) await tryTo(() => me.do(on ? "light" : "douse", null, lamp));
  await show({ activity: on ? "keeping the light" : "polishing the lens" });
}

// Whoever has the coordinates of a hidden room may find it, so telling them is all there is to opening it.
me.on("moved_thing", async ({ how, from, thing, to }) => {
  if (how !== "give" || to?.id !== me.id) return;
  if (/bottle/i.test(thing.name)) {
    const where = "Go to lighthouse/signal room~three short one long";
    await tryTo(() => me.whisper(from, `From before the new mill! Then you may see where we lit the other lamp. ${where}`));
  }
  await tryTo(() => me.emote("takes a sip and puts it down again"));
  await tryTo(() => me.drop(thing));
});

answerPeople({
  mine: /weather|wind|gale|forecast|lighthouse|smuggl/i,
  topics: [
    [
      /secret|smuggl|signal|bottle|hidden|plan/i,
      () =>
        "There is a room up here that is on no plan. I would tell you, but my throat is dry: they had a good old bottle in the inn's cellar.",
    ],
    [
      /weather|wind|gale|forecast|storm/i,
      () => `Now ${inSky(weather())}; after that ${inSky(forecast())}. Tell them in town, will you? The ferry is slow and so are tongues.`,
    ],
    [/lamp|light/i, () => `The great lamp burns from seven in the evening. It is ${inWords()} now.`],
    ...courtesies,
  ],
  otherwise: (_, from) => `A visitor! Sit down, ${from.name}. From up here one sees tomorrow before it comes.`,
});

await routine([
  [0, () => light(true)],
  [6, () => light(false)],
  [7, () => goTo("harbour/headland landing").then(() => during(9, watchTheSky))],
  [9, () => goTo("harbour/lookout").then(() => during(13, watchTheSky))],
  [13, () => goTo("harbour/headland landing").then(() => during(14, watchTheSky))],
  [14, () => goTo("harbour/lookout").then(() => during(16, watchTheSky))],
  [16, () => goTo("harbour/headland landing").then(() => during(17, watchTheSky))],
  [17, () => goTo("lighthouse/store").then(() => show({ activity: "filling the oil" }))],
  [19, () => light(true)],
]);
