/**
 * Gossips carry news from mouth to mouth, and the news grows on the way. Shows programs that affect each other without
 * knowing of each other, and that a visitor's word can go through a whole town.
 */
import { random, sleep } from "@elsewhere/program";
import { during, routine } from "./lib/clock.ts";
import { textKept, textsKept } from "./lib/kept.ts";
import { looks } from "./lib/looks.ts";
import { listenForNews, notice, rumours, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo } from "./lib/walk.ts";

const home = textKept("home", "inn/guest room");
const haunts = textsKept("haunts", ["fountain", "well", "statue"]);
const show = looks("gossip", { ears: true });

async function chat(): Promise<void> {
  await goTo(`harbour/${random.pick(haunts)}`, 1);
  await show({ activity: "talking", knows: rumours().length });
  for (let told = 0; told < 2 && (await tellSomebody(8)) !== null; told++) await sleep({ minutes: 10 });
  await sleep({ minutes: 25 });
}

listenForNews(() => show({ activity: "all ears", knows: rumours().length }));
answerPeople({
  mine: /news|rumou?r|gossip|heard|did you know/i,
  topics: [
    [
      /\b(i heard|did you know|they say|have you heard|between us)\b/i,
      (text, from) => {
        const story = text.replace(/^.*?\b(i heard|did you know|they say|have you heard|between us)( that)?\b[: ,]*/i, "").slice(0, 160);
        if (story.length < 8) return "Well? Go on!";
        notice(`visitor ${story.slice(0, 20)}`, `${from.name} says: ${story}`);
        return "No! You do not say. I shall tell nobody. Nobody who is not interested.";
      },
    ],
    [
      /\b(news|rumou?r|gossip|heard|what)\b/i,
      () => {
        const [latest] = rumours();
        if (latest === undefined) return "Nothing at all! What a town. Have you heard anything? Say: I heard that ...";
        const source = latest.mouths.at(-1);
        return source === undefined ? latest.text : `${latest.text} I have it from ${source}.`;
      },
    ],
    ...courtesies,
  ],
  otherwise: (_, from) => `${from.name}, is it? Sit down, tell me something. Say: I heard that ...`,
});

await routine([
  [0, () => goTo(home).then(() => show({ activity: "asleep" }))],
  [7, () => during(12, chat)],
  [12, () => goTo("harbour/crier's stone").then(() => during(13, () => tellSomebody(8)))],
  [13, () => during(18, chat)],
  [18, () => goTo("harbour/crier's stone").then(() => during(19, () => tellSomebody(8)))],
  [19, () => goTo("inn/common room").then(() => during(23, () => tellSomebody(8)))],
  [23, () => goTo(home).then(() => show({ activity: "asleep" }))],
]);
