/**
 * A lamplighter who goes from lamp to lamp at dusk and again at dawn. Shows a round over many places, and acting on the
 * bodies one finds there.
 */
import { me } from "@elsewhere/program";
import { routine } from "./lib/clock.ts";
import { nearest } from "./lib/company.ts";
import { textsKept } from "./lib/kept.ts";
import { looks } from "./lib/looks.ts";
import { listenForNews, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const lamps = textsKept("lamps", []);
const show = looks("lamplighter", { ears: true });
let done = 0;

async function round(verb: "light" | "douse"): Promise<void> {
  done = 0;
  for (const lampAt of lamps) {
    await show({ activity: verb === "light" ? "lighting the lamps" : "putting out the lamps", done });
    if (!(await goTo(lampAt, 1))) continue;
    const lamp = await nearest("lamp", 2);
    // Somebody may have touched it before: a lamp that is as it should be is left alone.
    if (lamp === undefined || lamp.traits["lit"] === (verb === "light")) continue;
    if (await tryTo(() => me.do(verb, null, lamp))) done++;
    await tellSomebody();
  }
}

listenForNews();
answerPeople({
  mine: /lamp|light|dark/i,
  topics: [
    [
      /lamp|light|dark|oil/i,
      () => `${lamps.length} lamps, from the gate to the headland. On at seven, out at six. If one is dark, just touch it.`,
    ],
    ...courtesies,
  ],
  otherwise: (_, from) => `Good evening, ${from.name}. I am Tilda. I count lamps, not sheep.`,
});

await routine([
  [0, () => goTo("lund/home").then(() => show({ activity: "asleep" }))],
  [6, () => round("douse")],
  [10, () => goTo("lund/home").then(() => show({ activity: "asleep" }))],
  [16, () => goTo("harbour/chandlery").then(() => show({ activity: "buying lamp oil" }))],
  [19, () => round("light")],
  [22, () => goTo("inn/hearth").then(() => tellSomebody())],
]);
