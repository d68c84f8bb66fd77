/**
 * A shy cat: it goes where fish is, runs from feet, and follows whoever feeds it. Shows an inhabitant that never speaks and
 * is understood all the same.
 */
import { me, random, sleep, type Who } from "@elsewhere/program";
import { oneIn } from "./lib/chance.ts";
import { isNight } from "./lib/clock.ts";
import { distance, nearby } from "./lib/company.ts";
import { looks } from "./lib/looks.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const show = looks("cat");
const haunts = ["fish stall", "fishing pier", "net yard", "quay", "beach", "statue", "Net Lane"];
let friend: Who | null = null;

async function befriend(who: Who): Promise<void> {
  friend = who;
  await show({ activity: "purring", friend: who.name });
  await tryTo(() => me.emote("purrs"));
  await tryTo(() => me.follow(who));
}

me.on("did", ({ verb, to, from }) => (verb === "feed" && to === me.id ? befriend(from) : undefined));
me.on("heard", ({ from, text }) => (/\b(puss|kitty|soot)\b/i.test(text) ? befriend(from) : undefined));
me.on("used", async ({ from }) => {
  if (friend?.id === from.id) return void (await tryTo(() => me.emote("rolls over")));
  friend = null;
  await tryTo(() => me.emote("jumps aside"));
  await goTo(`harbour/${random.pick(haunts)}`, 1);
});

for (;;) {
  if (friend !== null) {
    await sleep({ hours: 1 });
    if (oneIn(2)) friend = null;
    continue;
  }
  await show({ activity: isNight() ? "hunting" : "dozing" });
  const { x, y } = await me.look();
  const [feet] = await nearby(2);
  if (feet === undefined || distance(feet, { x, y }) > 1 || oneIn(3)) await sleep({ minutes: 40 });
  if (friend === null) await goTo(`harbour/${random.pick(haunts)}`, 1);
  await sleep({ minutes: 10 });
}
