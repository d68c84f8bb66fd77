/**
 * Takes the rope off when the ferryman calls for boarding and puts it back when he casts off. Shows a door whose code only
 * some know, and a program that does nothing but wait for others; two hands share this code.
 */
import { me, sleep } from "@elsewhere/program";
import { textKept } from "./lib/kept.ts";
import { looks } from "./lib/looks.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const side = textKept("side", "town");
const rope = side === "town" ? "ferry rope" : "headland rope";
const show = looks("ropehand", { side });

/** Using a door turns it, so one looks first how it stands. */
async function setRope(off: boolean): Promise<void> {
  const { doors } = await me.look();
  const door = doors.find(({ name }) => name === rope);
  if (door === undefined || door.open === off) return;
  await tryTo(() => me.use(rope, "heron"));
  await show({ side, rope: off ? "off" : "on" });
}

me.on("did", async ({ verb, data }) => {
  if (typeof data !== "object" || data === null || !("side" in data) || data["side"] !== side) return;
  if (verb === "board") await setRope(true);
  if (verb !== "castoff") return;
  await sleep({ minutes: 4 });
  await setRope(false);
});
// When she lands on this side, those who came over must get off the pier, not through the rope.
answerPeople({
  mine: /rope|aboard/i,
  topics: [[/rope|aboard|open|code/i, () => "The rope comes off when Sorley calls, and not a moment before."], ...courtesies],
  otherwise: (_, from) => `Mind the gap, ${from.name}.`,
});

await show({ side, rope: "on" });
for (;;) {
  await goTo(`harbour/${side} landing`);
  await sleep({ hours: 3 });
}
