/**
 * A farmer whose grain is the beginning of every loaf in town. Shows the plainest routine there is: work, carry, deliver, rest.
 */
import { me, random } from "@elsewhere/program";
import { during, routine } from "./lib/clock.ts";
import { nearest } from "./lib/company.ts";
import { looks } from "./lib/looks.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";
import { weather } from "./lib/weather.ts";

const show = looks("farmer");
let sacks = 3;

async function harvest(): Promise<void> {
  await goTo("harbour/fields");
  await show({ activity: "in the fields", sacks });
  if (weather() !== "gale" && sacks < 9) sacks += random.int(0, 1);
}

async function deliver(): Promise<void> {
  await show({ activity: "carrying grain", sacks });
  await goTo("harbour/mill yard");
  const miller = await nearest("miller");
  if (miller !== undefined && (await tryTo(() => me.do("deliver", { what: "grain", n: sacks }, miller)))) sacks = 0;
  await show({ activity: "resting", sacks });
}

answerPeople({
  mine: /grain|wheat|farm|field|cabbage/i,
  topics: [
    [
      /grain|wheat|farm|field|harvest/i,
      () => `${sacks} sacks so far. In a gale nobody harvests, in a calm nobody grinds: somebody is always waiting.`,
    ],
    [/cabbage|carrot|eat/i, () => "The cabbages are for the greengrocer on the square. Ask at the stall with the green awning."],
    ...courtesies,
  ],
  otherwise: (_, from) => `Morning, ${from.name}. I am Hedda. Wheat there, cabbages here, mud everywhere.`,
});

await routine([
  [0, () => goTo("farm/home").then(() => show({ activity: "asleep" }))],
  [5, () => during(8, harvest)],
  [8, deliver],
  [10, () => during(14, harvest)],
  [14, deliver],
  [16, () => goTo("harbour/greens stall").then(() => show({ activity: "selling cabbages" }))],
  [19, () => goTo("farm/home").then(() => show({ activity: "at home" }))],
]);
