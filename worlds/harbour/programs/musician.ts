/**
 * A musician who plays on as long as people listen. Shows a verb that all in sight perceive, and a program whose day
 * depends on how others answer it.
 */
import { me, sleep } from "@elsewhere/program";
import { someOf } from "./lib/chance.ts";
import { during, routine } from "./lib/clock.ts";
import { isSomebody, nearby } from "./lib/company.ts";
import { looks } from "./lib/looks.ts";
import { listenForNews, rumours, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const show = looks("musician", { ears: true });
let wish = "";

async function play(): Promise<void> {
  const tune = wish || someOf("The Ferryman's Patience", "Fog over the Linn", "Two Pence a Loaf", "The Miller Waits");
  wish = "";
  await tryTo(() => me.do("play", { tune }));
  await tryTo(() => me.emote(`plays "${tune}"`));
  await sleep({ minutes: 20 });
  const listeners = (await nearby(5)).filter(isSomebody).length;
  await show({ activity: `playing "${tune}"`, listeners });
  // A song about the day's news, if the audience is worth it.
  if (listeners >= 3 && rumours()[0] !== undefined) await tryTo(() => me.say(`And now a new verse: ${rumours()[0]!.text}`));
  if (listeners === 0) await sleep({ minutes: 30 });
  await tellSomebody();
}

listenForNews();
answerPeople({
  mine: /music|song|tune|play|sing/i,
  topics: [
    [
      /play|sing|song|tune/i,
      (text) => {
        wish = text
          .replace(/^.*\b(play|sing)( us| me)?\b[: ]*/i, "")
          .replace(/["<>]/g, "")
          .slice(0, 40);
        return wish === "" ? "With pleasure. After this one." : `"${wish}"? I shall try.`;
      },
    ],
    ...courtesies,
  ],
  otherwise: (_, from) => `Elias, at your service, ${from.name}. Wish for a song: say "play" and its name.`,
});

await routine([
  [0, () => goTo("inn/attic room").then(() => show({ activity: "asleep" }))],
  [9, () => goTo("school/schoolroom").then(() => show({ activity: "teaching" }))],
  [12, () => goTo("harbour/park").then(() => show({ activity: "composing" }))],
  [14, () => goTo("harbour/fountain").then(() => during(17, play))],
  [19, () => goTo("inn/hearth").then(() => during(23, play))],
]);
