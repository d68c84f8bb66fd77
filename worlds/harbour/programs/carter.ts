/**
 * A carter who ties the town together: flour from the mill to the bakery, bread to its stall, fish from the pier to theirs.
 * Shows one function for many errands, and that a plan must go on when a way is shut or somebody is not there.
 */
import { me, sleep } from "@elsewhere/program";
import { routine } from "./lib/clock.ts";
import { nearby, roleOf } from "./lib/company.ts";
import { looks } from "./lib/looks.ts";
import { listenForNews, notice, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { ask, numberIn } from "./lib/trade.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const show = looks("carter", { ears: true });
let errand = "looking for work";

const find = async (role: string, goods?: string) =>
  (await nearby()).find((body) => roleOf(body) === role && (goods === undefined || body.traits["goods"] === goods));

/** Fetches up to `n` of something at one place and delivers it to somebody at another. */
async function haul(
  what: string,
  n: number,
  from: readonly [place: string, role: string],
  to: readonly [place: string, role: string],
): Promise<void> {
  errand = `fetching ${what}`;
  await show({ activity: errand });
  await goTo(from[0]);
  const load = numberIn(await ask(await find(from[1]), "fetch", { what, n }), "n");
  if (load === 0) {
    notice(`no ${what}`, `Jon came back from the ${from[1]} with an empty cart: no ${what} today.`);
    errand = "with an empty cart";
    await show({ activity: errand });
    return;
  }
  errand = `bringing ${load} of ${what}`;
  await show({ activity: errand, load });
  await goTo(to[0]);
  const receiver = await find(to[1], to[1] === "seller" ? what : undefined);
  if (receiver !== undefined) await tryTo(() => me.do("deliver", { what, n: load }, receiver));
  await show({ activity: "leaning on the cart", load: 0 });
  await tellSomebody();
}

const flour = () => haul("flour", 5, ["harbour/mill", "miller"], ["bakery/shop", "baker"]);
const bread = () => haul("bread", 14, ["bakery/shop", "baker"], ["harbour/bread stall", "seller"]);
const fish = () => haul("fish", 12, ["harbour/fishing pier", "fisher"], ["harbour/fish stall", "seller"]);
const rest = async (place: string) => {
  errand = "resting the horse he does not have";
  await show({ activity: "resting" });
  await goTo(place);
  await sleep({ minutes: 30 });
  await tellSomebody();
};

listenForNews();
answerPeople({
  mine: /cart|carter|deliver/i,
  topics: [
    [
      /cart|doing|deliver|flour|fish|bread|work/i,
      () => `I am ${errand}. Without me the flour would stay at the mill and Marta's oven cold.`,
    ],
    ...courtesies,
  ],
  otherwise: (_, from) => `Out of the way, ${from.name}! No, I am joking. Jon, carter.`,
});

await routine([
  [0, () => rest("inn/guest room")],
  [7, () => bread()],
  [9, () => flour()],
  [11, () => fish()],
  [13, () => bread()],
  [14, () => flour()],
  [16, () => fish()],
  [17, () => bread()],
  [19, () => rest("inn/common room")],
  [23, () => rest("inn/guest room")],
]);
