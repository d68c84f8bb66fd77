/**
 * The town watch: walks its round, calls the hour, and remembers who was out at night. Shows a patrol, a memory that
 * survives a change of the code, and how an observation becomes a rumour.
 */
import { me, memory, sleep } from "@elsewhere/program";
import { anyOf } from "./lib/chance.ts";
import { during, hour, inWords, routine } from "./lib/clock.ts";
import { isSomebody, nearby, roleOf } from "./lib/company.ts";
import { numberKept } from "./lib/kept.ts";
import { looks } from "./lib/looks.ts";
import { notice, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const show = looks("watch");
const round = ["gate", "square", "ferry pier", "quay", "Net Lane", "western green", "High Street", "bridge", "park", "mill yard"];
const from = numberKept("from", 20);
const until = numberKept("until", 4);
const onDuty = new Set(["watch", "lamplighter", "lamp", "seller", "keeper", "ropehand"]);
const seen = (memory["seen"] ??= []) as string[];
let at = 0;
const isLate = (): boolean => hour() >= 22 || hour() < 5;

async function patrol(): Promise<void> {
  const place = round[at++ % round.length]!;
  await show({ activity: "on patrol", place });
  await goTo(`harbour/${place}`, 1);
  if (isLate()) for (const body of await nearby(8)) if (isSomebody(body) && !onDuty.has(roleOf(body))) await note(body.name, place);
  if (at % 4 === 0) await tryTo(() => me.shout(`It is ${inWords()}, and all is ${seen.length > 3 ? "nearly " : ""}well!`));
  await sleep({ minutes: 10 });
}

async function note(name: string, place: string): Promise<void> {
  const entry = `${name} at the ${place}`;
  if (seen.includes(entry)) return;
  seen.push(entry);
  seen.splice(0, seen.length - 20);
  notice(`night ${name}`, `${name.split(",")[0]} was out at the ${place}, at ${inWords()}.`);
  await tryTo(() => me.say(`A late walk, ${name.split(/[ ,]/)[0]}? Mind the edge of the quay.`));
}

answerPeople({
  mine: /watch|night|hour|time|who was/i,
  topics: [
    [/time|hour|clock/i, () => `It is ${inWords()}.`],
    [
      /who|seen|night|out/i,
      () =>
        seen.length > 0
          ? `Last I noted ${anyOf(seen)}. And yesterday's notes are nobody's business.`
          : "A quiet night. Nobody but the cat.",
    ],
    ...courtesies,
  ],
  otherwise: (_, who) => `All well, ${who.name}? Then walk on, or stay, as you like.`,
});

const breakfast = until + 1;
await routine([
  [from, () => during(until, patrol)],
  [until, () => goTo("harbour/watch house").then(() => show({ activity: "resting" }))],
  [breakfast, () => goTo("inn/common room").then(() => during(breakfast + 2, tellSomebody))],
  [breakfast + 2, () => goTo("harbour/watch house").then(() => show({ activity: "asleep on the bench" }))],
]);
