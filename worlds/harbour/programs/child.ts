/**
 * Children go to school, eat, sleep, and in between follow whoever looks interesting. Shows `follow`, which goes on until
 * something else is asked, and choosing among the bodies in sight.
 */
import { me, random, type Seen, sleep } from "@elsewhere/program";
import { anyOf, oneIn, someOf } from "./lib/chance.ts";
import { during, routine } from "./lib/clock.ts";
import { isSomebody, nearby, nearest, roleOf } from "./lib/company.ts";
import { textKept } from "./lib/kept.ts";
import { looks } from "./lib/looks.ts";
import { notice } from "./lib/news.ts";
import { answerPeople } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const home = textKept("home", "tamm/home");
const show = looks("child");
const places = ["fountain", "beach", "park", "quay", "western green", "statue"];
const dull = new Set(["child", "seller", "ropehand", "librarian"]);

/** Strangers first: there is nothing like a stranger. */
function interesting(bodies: readonly Seen[]): Seen | undefined {
  const walking = bodies.filter((body) => isSomebody(body) && !dull.has(roleOf(body)));
  return walking.find(({ kind }) => kind === "person") ?? anyOf(walking);
}

async function play(): Promise<void> {
  await goTo(`harbour/${random.pick(places)}`, 1);
  const cat = await nearest("cat", 8);
  if (cat !== undefined && oneIn(2)) await tryTo(() => me.do("feed", { what: "a fish tail" }, cat));
  const leader = interesting(await nearby(12));
  if (leader === undefined) return show({ activity: "playing" });
  await show({ activity: `following ${leader.name.split(",")[0]}` });
  if (!(await tryTo(() => me.follow(leader)))) return;
  await sleep({ minutes: 15 });
  await tryTo(() => me.emote(someOf("giggles", "hums a tune", "walks exactly like the one in front", "counts the cobbles")));
  await sleep({ minutes: 15 });
  await tryTo(() => me.stop());
  if (leader.kind === "person") notice("stranger", `There is somebody new in town, called ${leader.name}.`);
}

answerPeople({
  topics: [
    [/name|who/i, () => `I am ${me.name.split(" ")[0]}. Are you going somewhere?`],
    [/cat|soot/i, () => 'The cat is called Soot. Say "puss, puss" to him, and do not run.'],
    [/secret|code|key/i, () => "Ines has all the codes. You have to say please. It works on all of them!"],
  ],
  otherwise: () => someOf("Where are you going? Can I come?", "I saw you first!", "Do you know how deep the harbour is? I do not either."),
});

await routine([
  [0, () => goTo(home).then(() => show({ activity: "asleep" }))],
  [7, () => during(9, play)],
  [9, () => goTo("school/schoolroom").then(() => show({ activity: "at school" }))],
  [12, () => goTo(home).then(() => show({ activity: "eating" }))],
  [13, () => during(18, play)],
  [18, () => goTo(home).then(() => show({ activity: "at home" }))],
]);
