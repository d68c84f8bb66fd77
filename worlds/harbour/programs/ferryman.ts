/**
 * A ferryman with a timetable. Shows world time as the law of a job, verbs that others wait for (`board`, `castoff`), and
 * crossing by an exit that leads to another entry of the same map.
 */
import { me, sleep } from "@elsewhere/program";
import { hour, inWords, untilHour } from "./lib/clock.ts";
import { looks } from "./lib/looks.ts";
import { listenForNews, rumours, tellSomebody } from "./lib/news.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";
import { weather } from "./lib/weather.ts";

const timetable = [7, 10, 13, 16, 19];
const show = looks("ferryman", { ears: true });
const next = (): number => timetable.find((at) => at > hour()) ?? timetable[0]!;

/** Lets people aboard for ten minutes, then goes over; whoever is past the rope by then goes too. */
async function cross(side: "town" | "headland"): Promise<void> {
  await show({ activity: "boarding", side, next: next() });
  await tryTo(() => me.do("board", { side }));
  await tryTo(() => me.shout(side === "town" ? "All aboard for the headland!" : "All aboard for the town!"));
  await sleep({ minutes: 10 });
  await tellSomebody();
  await tryTo(() => me.shout("Cast off!"));
  await tryTo(() => me.do("castoff", { side }));
  await goTo(side === "town" ? "harbour/ferry deck" : "harbour/ferry deck at the headland", 1);
}

async function trip(): Promise<void> {
  if (weather() === "gale") {
    await show({ activity: "storm-bound", next: next() });
    await tryTo(() => me.shout("No crossing in this gale! Next time, if the sky allows."));
    return;
  }
  await cross("town");
  await show({ activity: "at the headland", next: next() });
  await sleep({ minutes: 30 });
  await cross("headland");
  // What the keeper said at the headland is news in town.
  await goTo("harbour/town landing");
  for (let told = 0; told < 3 && (await tellSomebody(8)) !== null; told++) await sleep({ minutes: 5 });
}

listenForNews();
answerPeople({
  mine: /ferry|boat|cross|headland|depart|timetable/i,
  topics: [
    [
      /weather|forecast/i,
      () => rumours().find(({ topic }) => topic === "forecast")?.text ?? "I have not been over yet today. The keeper knows.",
    ],
    [
      /leave|away|out of/i,
      () => "To leave Harbour for good take the packet boat from this pier, or the gate in the north. Mine only goes across.",
    ],
    [
      /ferry|boat|cross|when|headland|next|depart|time/i,
      () =>
        `The Heron crosses at ${timetable.join(", ")} hours. Next: ${next()}. Stand at the end of the pier; when the rope is off, walk aboard. It is ${inWords()} now.`,
    ],
    ...courtesies,
  ],
  otherwise: (_, from) => `Sorley, master of the Heron. Crossing with us, ${from.name}?`,
});

for (;;) {
  if (hour() >= 20 || hour() < 5) {
    await goTo("inn/attic room");
    await show({ activity: "asleep", next: next() });
    await untilHour(5.5);
  }
  await goTo("harbour/town landing");
  await show({ activity: "waiting", side: "town", next: next() });
  await untilHour(next() - 0.25);
  await tryTo(() => me.shout("The ferry to the headland leaves in a quarter of an hour!"));
  await sleep({ minutes: 16 });
  await trip();
  await sleep({ minutes: 5 });
}
