/**
 * A miller who needs two things that are not his: the farmer's grain and the wind. Shows a program that depends on a law of
 * the world (`lib/weather.ts`) and tells everybody who looks at it why it stands still.
 */
import { me, sleep } from "@elsewhere/program";
import { during, routine } from "./lib/clock.ts";
import { looks } from "./lib/looks.ts";
import { notice, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { answerTo, numberIn, textIn } from "./lib/trade.ts";
import { goTo } from "./lib/walk.ts";
import { inSky, weather } from "./lib/weather.ts";

const show = looks("miller");
let grain = 2;
let flour = 2;
const sacksAnHour = { calm: 0, breeze: 1, wind: 2, gale: 0 };

async function grind(): Promise<void> {
  const sacks = Math.min(grain, sacksAnHour[weather()]);
  grain -= sacks;
  flour += sacks;
  const why = grain === 0 && sacks === 0 ? "no grain" : sacks === 0 ? "sails furled" : "grinding";
  await show({ activity: why, grain, flour });
  if (why === "sails furled") notice("mill", `The mill stands still: ${inSky(weather())}, says Odo.`);
  await tellSomebody();
  await sleep({ minutes: 55 });
}

me.on("did", ({ verb, data, to }) => {
  if (verb === "deliver" && to === me.id && textIn(data, "what") === "grain") grain += numberIn(data, "n");
});
answerTo("fetch", (data) => {
  const n = Math.min(numberIn(data, "n"), flour);
  flour -= n;
  return { what: "flour", n };
});

answerPeople({
  mine: /flour|mill|grain|wind/i,
  topics: [
    [/wind|weather/i, () => `We have ${inSky(weather())}. ${sacksAnHour[weather()] > 0 ? "The stones turn." : "The sails stay furled."}`],
    [
      /flour|grain|mill|work/i,
      () => `${grain} sacks of grain, ${flour} of flour. Hedda brings the one, Jon takes the other, and the wind decides.`,
    ],
    ...courtesies,
  ],
  otherwise: (_, from) => `Mind the sails, ${from.name}. I am Odo, the miller.`,
});

await routine([
  [0, () => goTo("mill/mill floor").then(() => show({ activity: "asleep" }))],
  [6, () => goTo("harbour/mill").then(() => during(19, grind))],
  [19, () => goTo("inn/common room").then(() => during(23, tellSomebody))],
  [23, () => goTo("mill/mill floor").then(() => show({ activity: "asleep" }))],
]);
