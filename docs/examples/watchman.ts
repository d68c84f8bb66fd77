// Lives by the clock, leaves something to chance, and writes down what it saw.
import { at, log, me, random, sleep } from "@elsewhere/program";

const posts = ["harbour/gate", "harbour/quay", "harbour/mill"];

for (;;) {
  await at({ hour: 21, minute: random.int(0, 30) });
  for (const post of posts) {
    await me.go(post);
    const people = (await me.around()).filter(({ kind }) => kind === "person");
    log(post, people.length === 0 ? "nobody" : people);
    if (people.length > 0 && random.chance(0.5)) await me.say(random.pick(["Who goes there?", "All is well!"]));
    await sleep({ minutes: 20 });
  }
}
