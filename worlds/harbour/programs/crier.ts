/**
 * The town crier rings the bell at noon and at six and calls what most people have told. Shows how one program gathers what
 * many did: nobody wrote what he will say, and he shows through whose mouths it came.
 */
import { me, sleep } from "@elsewhere/program";
import { day, during, hour, inWords, routine } from "./lib/clock.ts";
import { nearest } from "./lib/company.ts";
import { looks } from "./lib/looks.ts";
import { listenForNews, type Rumour, rumours } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const show = looks("crier", { ears: true });
let called: readonly Rumour[] = [];

/** The three that came furthest. */
const best = (): readonly Rumour[] =>
  rumours()
    .filter((rumour) => rumour.day >= day() - 1)
    .toSorted((a, b) => b.mouths.length - a.mouths.length)
    .slice(0, 3);

const through = ({ mouths }: Rumour): string =>
  mouths.length > 1 ? ` So say ${mouths.slice(0, -1).join(", ")} and ${mouths.at(-1)}.` : "";

async function call(): Promise<void> {
  await goTo("harbour/bell rope");
  const bell = await nearest("bell");
  if (bell !== undefined) await tryTo(() => me.use(bell));
  await goTo("harbour/crier's stone");
  await tryTo(() => me.shout(`Hear ye, hear ye! It is ${inWords(Math.round(hour()))}.`));
  // Whoever has news comes to the stone now.
  await sleep({ minutes: 15 });
  called = best();
  await show({
    activity: "calling the news",
    news: called.map(({ text }) => text.slice(0, 160)),
    mouths: called.map(({ mouths }) => mouths.length),
  });
  for (const rumour of called) {
    await tryTo(() => me.shout(`They say: ${rumour.text}${through(rumour)}`));
    await sleep({ minutes: 8 });
  }
  await tryTo(() => me.shout(called.length > 0 ? "So much for the news!" : "Nothing has happened. Be glad of it!"));
}

listenForNews(() => show({ activity: "listening", heard: rumours().length }));
answerPeople({
  mine: /news|crier|hear ye/i,
  topics: [
    [
      /news|what|today|happen/i,
      () => (called[0] === undefined ? "I have called nothing yet. Noon and six, at the stone." : `${called[0].text}${through(called[0])}`),
    ],
    ...courtesies,
  ],
  otherwise: (_, from) => `Speak up, ${from.name}, my own voice has made me deaf.`,
});

const listen = (place: string, until: number) => () => goTo(place).then(() => during(until, () => sleep({ minutes: 30 })));
await routine([
  [0, () => goTo("townhall/records").then(() => show({ activity: "asleep over the records" }))],
  [8, listen("harbour/fountain", 11.75)],
  [11.75, call],
  [13, listen("harbour/quay", 16)],
  [16, listen("harbour/fountain", 17.75)],
  [17.75, call],
  [19, listen("inn/common room", 23)],
]);
