/**
 * Fishers who go out by what they have heard of the weather, and catch by what it really is. Shows the difference between
 * a law of the world and knowledge: a forecast that has not reached the pier helps nobody.
 */
import { me, random, sleep } from "@elsewhere/program";
import { during, routine } from "./lib/clock.ts";
import { numberKept } from "./lib/kept.ts";
import { looks } from "./lib/looks.ts";
import { listenForNews, notice, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { answerTo, numberIn } from "./lib/trade.ts";
import { goTo } from "./lib/walk.ts";
import { inSky, weather } from "./lib/weather.ts";

const show = looks("fisher", { ears: true });
let catchOfTheDay = 0;
let warned = false;

listenForNews(({ topic, text }) => {
  if (topic === "forecast") warned = /gale|storm/i.test(text);
});
me.on("did", ({ verb, data }) => {
  if (verb === "forecast") warned = typeof data === "object" && data !== null && "next" in data && data["next"] === "gale";
});

async function fish(): Promise<void> {
  const luck = { calm: random.int(0, 1), breeze: random.int(1, 2), wind: random.int(0, 2), gale: 0 }[weather()];
  catchOfTheDay += luck;
  await show({ activity: weather() === "gale" ? "holding on" : "fishing", catch: catchOfTheDay });
  if (weather() === "gale" && !warned)
    notice("surprised", `Nobody told ${me.name.split(" ")[0]} of the gale; two hats were lost at the pier.`);
  if (catchOfTheDay >= 9) notice("catch", `The Brandts have caught a few fish more than they can carry.`);
  await tellSomebody();
  await sleep({ minutes: 40 });
}

async function stayIn(): Promise<void> {
  await goTo("harbour/net yard");
  await show({ activity: "mending nets", catch: catchOfTheDay });
}

/** The carter fetches from whoever of the two is nearer. */
answerTo("fetch", (data) => {
  const n = Math.min(numberIn(data, "n"), catchOfTheDay);
  catchOfTheDay -= n;
  return { what: "fish", n };
});

answerPeople({
  mine: /fish|catch|net/i,
  topics: [
    [
      /weather|wind|gale/i,
      () =>
        `Now? ${inSky(weather())}. What comes next they know at the lighthouse${warned ? ", and I have heard: a gale" : ", and nobody tells us"}.`,
    ],
    [
      /fish|catch|bite|net/i,
      () => (catchOfTheDay > 0 ? `${catchOfTheDay} so far. Jon takes them to the stall before noon.` : "Not a tail yet."),
    ],
    ...courtesies,
  ],
  otherwise: (_, from) => `Quiet, ${from.name}, you frighten the fish. No, stay.`,
});

const early = numberKept("begins", 6);
await routine([
  [0, () => goTo("brandt/home").then(() => show({ activity: "asleep" }))],
  [early, () => (warned ? stayIn() : goTo("harbour/fishing pier").then(() => during(17, fish)))],
  [17, stayIn],
  [19, () => goTo("inn/common room").then(() => during(22, tellSomebody))],
  [22, () => goTo("brandt/home").then(() => show({ activity: "asleep" }))],
]);
