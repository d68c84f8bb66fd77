/**
 * A guide who greets newcomers at the gate and answers their questions. Shows `appeared`, which tells of everybody who comes
 * into sight, and greeting each person once a day only.
 */
import { me, sleep } from "@elsewhere/program";
import { day, inWords, isNight, routine } from "./lib/clock.ts";
import { looks } from "./lib/looks.ts";
import { answerPeople, type Topic } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const show = looks("guide");
const greeted = new Map<string, number>();

me.on("appeared", async ({ body }) => {
  if (body.kind !== "person" || greeted.get(body.name) === day()) return;
  greeted.set(body.name, day());
  if (greeted.size > 200) greeted.delete(greeted.keys().next().value!);
  await sleep({ minutes: 1 });
  await tryTo(() =>
    me.say(`Welcome to Harbour, ${body.name}! It is ${inWords()}. Ask me about bread, the ferry, codes, news, books, or how to leave.`),
  );
});

const topics: readonly Topic[] = [
  [
    /bread|eat|food|hungry/i,
    () =>
      "Marta's bakery is down the street on the right, her stall on the square. If there is no bread, ask her why: it is a long story and goes as far as the wind.",
  ],
  [
    /ferry|boat|headland/i,
    () => "The Heron leaves from the middle pier at 7, 10, 13, 16 and 19 hours. Wait until the rope is taken off, then walk aboard.",
  ],
  [
    /code|lock|door|garden|cellar|archive/i,
    () =>
      "Three doors want a code: the walled garden, the inn's cellar, the library's archive. Ines, Rosalind and Agnes know them. Be polite.",
  ],
  [
    /news|rumou?r|crier|gossip/i,
    () => "Tell Berta at the fountain something that begins with: I heard that. Then wait for Hob the crier at noon or at six.",
  ],
  [/book|librar|read/i, () => "The library is right behind me. Agnes lends books and remembers what you tell her."],
  [/lamp|dark|night/i, () => "Tilda lights ten lamps at dusk. If one is dark, use it."],
  [/weather|wind|light/i, () => "Only Old Wen in the lighthouse knows tomorrow's weather. Take the ferry, or walk over the bridge."],
  [
    /leave|exit|out\b|away|bye/i,
    () => "Walk through the gate, or to the packet boat on the ferry pier, and leave there. You come back where you left.",
  ],
  [
    /who|help|what|do\b/i,
    () => "Walk, talk, take things, use doors and bells, follow people. Everybody here has something to do and will tell you what.",
  ],
];
answerPeople({
  mine: /guide|help|leave|exit/i,
  topics,
  otherwise: (_, from) =>
    `Good ${isNight() ? "evening" : "day"}, ${from.name}. The street leads to the market, the market to everything else.`,
});

await routine([
  [0, () => goTo("harbour/watch house").then(() => show({ activity: "dozing on the bench" }))],
  [6, () => goTo("harbour/gate").then(() => show({ activity: "at the gate" }))],
]);
