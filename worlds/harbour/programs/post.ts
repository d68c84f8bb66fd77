/**
 * A postman for words: people give him a sentence for somebody, and he walks his round until he meets them. Shows a durable
 * errand, kept in `memory`: neither a restart nor a new version of this file loses a letter.
 */
import { me, memory, sleep } from "@elsewhere/program";
import { during, routine } from "./lib/clock.ts";
import { nearby } from "./lib/company.ts";
import { looks } from "./lib/looks.ts";
import { listenForNews, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies, firstName } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

interface Letter {
  readonly to: string;
  readonly from: string;
  readonly text: string;
}

const bag = (memory["bag"] ??= []) as Letter[];
const lettersMax = 40;
const show = looks("postman", { ears: true });
const round = [
  "harbour/gate",
  "library/hall",
  "harbour/square",
  "bakery/shop",
  "inn/common room",
  "harbour/quay",
  "harbour/ferry pier",
  "harbour/bridge",
  "harbour/mill",
  "harbour/park",
];
let at = 0;

async function goOn(): Promise<void> {
  await show({ activity: "on his round", letters: bag.length });
  await goTo(round[at++ % round.length]!, 1);
  for (const body of await nearby(12)) {
    const mine = bag.findIndex(({ to }) => to === firstName(body.name));
    if (mine < 0 || !(await goTo(body, 1))) continue;
    const [letter] = bag.splice(mine, 1);
    const said = `A letter for ${body.name.split(",")[0]}, from ${letter!.from}: ${letter!.text}`;
    if (!(await tryTo(() => me.say(said)))) bag.push(letter!);
    await sleep({ minutes: 5 });
  }
  await tellSomebody();
  await sleep({ minutes: 10 });
}

function take(text: string, from: string): string {
  const [, to, words] = /\bletter (?:for|to) (\w+)[:,]? +(.+)/i.exec(text) ?? [];
  if (to === undefined || words === undefined) return "Say it like this: letter for Marta: your bread is good.";
  if (bag.length >= lettersMax) return "My bag is full. Walk with me until it is lighter.";
  bag.push({ to: to.toLowerCase(), from, text: words.slice(0, 240) });
  return `For ${to}. I shall find them, though it may take a day.`;
}

listenForNews();
answerPeople({
  mine: /letter|post/i,
  topics: [[/letter|post|send/i, (text, from) => take(text, from.name)], ...courtesies],
  otherwise: (_, from) => `Quill, the post. Nothing for you yet, ${from.name}; ${bag.length} letters for others.`,
});

await routine([
  [0, () => goTo("inn/guest room").then(() => show({ activity: "asleep" }))],
  [7, () => during(18, goOn)],
  [18, () => goTo("inn/common room").then(() => show({ activity: "sorting", letters: bag.length }))],
]);
