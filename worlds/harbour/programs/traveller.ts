/**
 * A traveller who lives in two worlds. Shows that a program goes to another host only by its own consent, on its own wish or
 * when an operator asks it, and goes on there in the middle of its `await`: what it has heard here it tells there.
 */
import { me, random, sleep } from "@elsewhere/program";
import { untilHour } from "./lib/clock.ts";
import { isSomebody } from "./lib/company.ts";
import { looks } from "./lib/looks.ts";
import { listenForNews, notice, rumours, tellSomebody } from "./lib/news.ts";
import { answerPeople, calledName, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const show = looks("traveller", { ears: true });
/** What the host it is at calls the one it would go to next. */
let across = "haven";
let voyages = 0;
const strolls = /quay|pier|square|park|beach|bench|well|green/;

me.on("offered", async (offer) => {
  await farewell(offer.to);
  await tryTo(() => me.accept(offer));
});

me.on("arrived", async ({ crossing }) => {
  if (crossing === undefined) return;
  const { from, to } = crossing;
  across = from;
  voyages++;
  await show({ activity: "just ashore", voyages });
  const news = rumours().find(({ topic }) => topic !== "voyage")?.text;
  await tryTo(() => me.say(`So this is ${to}! I come from ${from}${news === undefined ? "." : `, where they say: ${news}`}`));
});

async function farewell(to: string): Promise<void> {
  await show({ activity: `leaving for ${to}` });
  const names = (await me.around()).filter(isSomebody).map(({ name }) => calledName(name));
  const seen = names.slice(0, 3).join(", ") || "nobody";
  notice("voyage", `Ottilie was over the water, and the last she saw there was ${seen}.`);
  await tryTo(() => me.say(`I am off to ${to}. Fare well!`));
}

/** Walks to a place of this map, whichever world it is in: `look` names those one could walk to. */
async function stroll(where: RegExp): Promise<void> {
  const places = (await me.look()).places.filter((place) => where.test(place));
  if (places.length > 0) await goTo(random.pick(places), 1);
  await tellSomebody(8);
}

async function day(until: number): Promise<void> {
  const over = untilHour(until).then(() => true);
  await show({ activity: "having a look round" });
  while (!(await Promise.race([over, sleep({ minutes: 20 }).then(() => false)]))) await stroll(strolls);
}

listenForNews();
answerPeople({
  mine: /haven|travel|voyage|other world/i,
  topics: [
    [
      /haven|travel|voyage|world|where|cross/i,
      () =>
        `I go over to ${across} at nine, at three, and at nine in the evening: another world, with a clock of its own. I have crossed ${voyages} times.`,
    ],
    ...courtesies,
  ],
  otherwise: (_, from) => `Ottilie. I never stay long, ${from.name}; the packet goes at nine and at three.`,
});

for (;;) {
  for (const hour of [9, 15, 21]) {
    await day(hour);
    await stroll(/^quay$/);
    await farewell(across);
    // Where it goes on, this is answered; where nobody takes it, it stays and tries again later.
    await tryTo(() => me.ask({ cross: across }));
  }
}
