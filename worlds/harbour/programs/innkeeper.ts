/**
 * An innkeeper who knows everybody's news and one code, and tells the code to who asks politely. Shows a program that looks
 * after manners, and hospitality that follows the hour.
 */
import { me, memory } from "@elsewhere/program";
import { hour, inWords, routine } from "./lib/clock.ts";
import { isSomebody, nearby } from "./lib/company.ts";
import { looks } from "./lib/looks.ts";
import { listenForNews, rumours, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const guests = (memory["guests"] ??= {}) as Record<string, number>;
const show = looks("innkeeper", { ears: true });

function welcome(name: string): string {
  const visits = (Object.hasOwn(guests, name) ? guests[name]! : 0) + 1;
  if (Object.keys(guests).length >= 100) delete guests[Object.keys(guests)[0]!];
  guests[name] = visits;
  return visits === 1 ? `First time at the Blue Anchor, ${name}? Sit by the fire.` : `${name}! The ${visits}th time, and always welcome.`;
}

async function attend(): Promise<void> {
  await goTo("inn/behind the bar");
  const here = (await nearby()).filter(isSomebody).length;
  await show({ activity: here > 4 ? "busy" : "wiping glasses", here });
  await tellSomebody(8);
}

listenForNews();
me.on("used", () => tryTo(() => me.emote("looks up from the glasses")));
answerPeople({
  mine: /cellar|room|bed|drink|cider|inn\b/i,
  topics: [
    [
      /code|cellar|key/i,
      (text) =>
        /please|kindly|would you/i.test(text)
          ? 'Since you ask so nicely: the cellar opens to "anchor". Leave me some cider.'
          : "The cellar? That door has a code, and codes are for people who say please.",
    ],
    [/bed|room|sleep/i, () => "The guest room is the first door. Take any bed nobody lies in."],
    [
      /drink|cider|eat|hungry|ale|tea/i,
      () => (hour() < 11 ? "Before eleven there is tea." : "Cider from our own apples, or tea. On the house for people from afar."),
    ],
    [/news|rumou?r/i, () => rumours()[0]?.text ?? `Nothing new since ${inWords(Math.max(0, hour() - 1))}.`],
    ...courtesies,
  ],
  otherwise: (_, from) => welcome(from.name),
});

await routine([
  [0, () => goTo("inn/hearth").then(() => show({ activity: "asleep" }))],
  ...[7, 9, 11, 13, 15, 17, 18, 19, 20, 21, 22].map((at) => [at, attend] as const),
]);
