/**
 * Townsfolk work, get hungry, buy bread if they can afford it, and go fishing if they cannot. One code serves many: each has
 * its home, work and purse in `memory`, and what they do together is planned by nobody.
 */
import { me, sleep } from "@elsewhere/program";
import { oneIn } from "./lib/chance.ts";
import { during, routine } from "./lib/clock.ts";
import { nearby, nearest } from "./lib/company.ts";
import { numberKept, textKept } from "./lib/kept.ts";
import { looks } from "./lib/looks.ts";
import { listenForNews, notice, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { ask, numberIn } from "./lib/trade.ts";
import { goTo } from "./lib/walk.ts";
import { weather } from "./lib/weather.ts";

const home = textKept("home", "inn/guest room");
const work = textKept("work", "harbour/square");
const job = textKept("job", "do this and that");
const family = me.name.split(" ").at(-1)!;
const show = looks("townsfolk", { ears: true });
let purse = numberKept("purse", 20);
/** How many eat at the same table. */
const mouths = numberKept("mouths", 2);
let hungry = false;

/** Looks at what the stall shows before asking; returns whether one ate. */
async function buy(goods: string, place: string, most: number): Promise<boolean> {
  await goTo(`harbour/${place}`);
  const stall = (await nearby(6)).find(({ traits }) => traits["goods"] === goods);
  const price = Number(stall?.traits["price"] ?? 0);
  if (price > most)
    notice(`price of ${goods}`, `${goods === "bread" ? "A loaf of bread" : `A piece of ${goods}`} costs ${price} pence now!`);
  if (stall === undefined || price > most || price * mouths > purse) return false;
  const answer = await ask(stall, "buy", { what: goods, n: mouths });
  if (answer?.["ok"] !== true) {
    notice(`no ${goods}`, `There is no ${goods} at the stall, and it is not even evening.`);
    return false;
  }
  purse -= numberIn(answer, "price");
  return true;
}

async function goFishing(): Promise<boolean> {
  notice(`${family} fishing`, `The ${family} family have gone fishing, so dear is the bread.`);
  await show({ activity: "fishing for supper" });
  await goTo("harbour/small pier");
  await sleep({ hours: 1.5 });
  return weather() !== "gale" && !oneIn(4);
}

async function eat(): Promise<void> {
  await show({ activity: hungry ? "very hungry" : "hungry" });
  const ate = (await buy("bread", "bread stall", 4)) || (await buy("fish", "fish stall", 4)) || (await goFishing());
  hungry = !ate;
  await show({ activity: ate ? "content" : "still hungry" });
  await tellSomebody(6);
}

async function idle(): Promise<void> {
  await show({ activity: hungry ? "grumbling" : "about" });
  await tellSomebody(6);
  await sleep({ minutes: 25 });
}

me.on("did", async ({ verb, from }) => {
  // Music draws whoever is not busy.
  if (verb === "play" && oneIn(2) && (await nearest("musician", 12)) !== undefined) await goTo(from, 1);
});
listenForNews();
answerPeople({
  topics: [
    [
      /bread|hungry|eat|price/i,
      () => (hungry ? "Do not speak of bread. I have had none today." : `I have ${purse} pence left and bread is what Marta asks for it.`),
    ],
    [/work|job|do you do/i, () => `I ${job}. And who feeds you?`],
    ...courtesies,
  ],
  otherwise: (_, from) => `Good day to you, ${from.name}. ${family} is the name.`,
});

const lunch = numberKept("lunch", 12);
await routine([
  [0, () => goTo(home).then(() => show({ activity: "asleep" }))],
  [7, () => eat()],
  [8, () => goTo(work).then(() => show({ activity: job }))],
  [lunch, () => eat().then(() => during(lunch + 1.5, idle))],
  [
    lunch + 1.5,
    () =>
      goTo(work)
        .then(() => show({ activity: job }))
        .then(() => (purse += 16)),
  ],
  [
    18,
    () =>
      eat()
        .then(() => goTo("harbour/fountain"))
        .then(() => during(20, idle)),
  ],
  [20, () => goTo(oneIn(2) ? "inn/common room" : home).then(() => during(22, idle))],
  [22, () => goTo(home).then(() => show({ activity: "asleep" }))],
]);
