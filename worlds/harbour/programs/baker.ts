/**
 * A baker who can only bake what others bring her: flour comes with the carter, and the carter takes her bread to the stall.
 * Shows a trade over several hands, a price that follows the stock, and state that others can see.
 */
import { me, sleep } from "@elsewhere/program";
import { routine } from "./lib/clock.ts";
import { looks } from "./lib/looks.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { answerTo, numberIn, textIn } from "./lib/trade.ts";
import { goTo } from "./lib/walk.ts";

const loavesOfASack = 4;
const show = looks("baker", { activity: "asleep" });
let flour = 2;
let loaves = 6;
const price = (): number => (loaves > 8 ? 2 : loaves > 3 ? 3 : 5);
const tell = (activity: string): Promise<void> => show({ activity, flour, loaves, price: price() });

async function bake(): Promise<void> {
  await goTo("bakery/bakehouse");
  if (flour === 0) return tell("no flour");
  for (; flour > 0 && loaves < 30; flour--) {
    await tell("baking");
    await sleep({ minutes: 30 });
    loaves += loavesOfASack;
  }
  await serve();
}

async function serve(): Promise<void> {
  await goTo("bakery/behind the counter");
  await tell(loaves > 0 ? "serving" : "sold out");
}

me.on("did", async ({ verb, data, to }) => {
  if (verb !== "deliver" || to !== me.id || textIn(data, "what") !== "flour") return;
  flour += numberIn(data, "n");
  await tell("flour has come");
});
/** The carter fetches for the stall; some loaves stay for those who come to the shop. */
answerTo("fetch", (data) => {
  const n = Math.max(0, Math.min(numberIn(data, "n"), loaves - 3));
  loaves -= n;
  return { what: "bread", n };
});
answerTo("buy", () => (loaves > 0 ? { ok: true, what: "bread", price: price(), left: --loaves } : { ok: false, why: "no bread" }));

answerPeople({
  mine: /bread|loaf|loaves|bun|bake|flour/i,
  topics: [
    [
      /flour/i,
      () =>
        flour > 0 ? `I have ${flour} sacks left.` : "Not a dusting. Jon the carter brings it from the mill, when the wind lets Odo grind.",
    ],
    [/price|cost|how much|dear/i, () => `${price()} pence a loaf today. It was two when the mill was turning.`],
    [
      /\b(buy|sell|have|want|take|bread|loaf|bun)\b/i,
      () =>
        loaves > 0
          ? `Take one, it is ${price()} pence, and still warm.`
          : "I am sold out, I am sorry. Ask me again when the carter has been.",
    ],
    ...courtesies,
  ],
  otherwise: (_, from) => `Good day, ${from.name}. I am Marta; I bake, when there is flour.`,
});

await routine([
  [0, () => goTo("bakery/bakehouse").then(() => tell("asleep"))],
  [3, bake],
  [9, serve],
  [12, bake],
  [15, bake],
  [17, serve],
  [20, () => goTo("inn/common room").then(() => tell("at the inn"))],
]);
