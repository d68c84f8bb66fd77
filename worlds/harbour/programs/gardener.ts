/**
 * The gardener of the walled garden, who goes through a locked gate every morning. Shows opening a door by its code, and a
 * secret that others only learn by being there: nobody outside sees what happens within.
 */
import { me, sleep } from "@elsewhere/program";
import { during, routine } from "./lib/clock.ts";
import { looks } from "./lib/looks.ts";
import { notice, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const show = looks("gardener");
let watered = 0;

async function goIn(): Promise<void> {
  await goTo("harbour@35,9");
  const { doors } = await me.look();
  const shut = doors.some(({ name, open }) => name === "garden gate" && !open);
  if (shut && !(await tryTo(() => me.use("garden gate", "1742")))) return;
  if (await goTo("harbour/walled garden", 1)) await during(11, tend);
}

async function tend(): Promise<void> {
  watered++;
  await show({ activity: "watering", watered });
  if (watered % 9 === 0) notice("rose", "A white rose is open in the walled garden, says Yara, and only a few will see it.");
  await sleep({ minutes: 30 });
}

answerPeople({
  mine: /flower|rose|garden/i,
  topics: [
    [/code|gate|open|in\b/i, () => "The code is not mine to give; Ines made the lock, and Ines likes a polite question."],
    [/flower|rose|garden/i, () => `Watered ${watered} times. Roses in the north bed, and something violet that came by itself.`],
    ...courtesies,
  ],
  otherwise: (_, from) => `Yara. Mind the beds, ${from.name}.`,
});

await routine([
  [0, () => goTo("lund/home").then(() => show({ activity: "asleep" }))],
  [7, goIn],
  [11, () => goTo("harbour/cloth stall").then(() => tellSomebody(8))],
  [14, () => goTo("harbour/orchard").then(() => show({ activity: "pruning apple trees" }))],
  [18, () => goTo("harbour/fountain").then(() => during(20, () => tellSomebody(8)))],
  [20, () => goTo("lund/home").then(() => show({ activity: "at home" }))],
]);
