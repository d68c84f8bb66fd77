/**
 * A locksmith who made every lock in town and gives a code only to those who ask politely. Shows a conversation with a
 * little state: she remembers who has been told how to ask.
 */
import { me } from "@elsewhere/program";
import { routine } from "./lib/clock.ts";
import { looks } from "./lib/looks.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo } from "./lib/walk.ts";

const show = looks("locksmith");
const reminded = new Set<string>();
const isPolite = (text: string): boolean => /\b(please|kindly|would you|could you|may i)\b/i.test(text);

function garden(text: string, name: string): string {
  if (isPolite(text))
    return `${reminded.delete(name) ? "There, that was not hard. " : ""}The garden gate opens to 1742, the year of the great flood.`;
  reminded.add(name);
  return "A lock is a question, and so is this: what is the little word?";
}

answerPeople({
  mine: /code|lock|key|gate|garden/i,
  topics: [
    [/cellar/i, () => "The inn's cellar? Ask Rosalind, and mind your manners."],
    [/archive|librar/i, () => "The archive? Agnes changes that one herself. She likes stories."],
    [/ferry|rope/i, () => "A rope is not a lock. Wait for Sorley."],
    [/code|garden|gate|lock|key|please|1742/i, (text, from) => garden(text, from.name)],
    ...courtesies,
  ],
  otherwise: (_, from) => `I am Ines. I make locks, ${from.name}, and people who can wait can open them.`,
});

await routine([
  [0, () => goTo("locksmith/workshop").then(() => show({ activity: "asleep" }))],
  [8, () => goTo("locksmith/bench").then(() => show({ activity: "filing a key" }))],
  [12, () => goTo("harbour/fountain").then(() => show({ activity: "eating an apple" }))],
  [13, () => goTo("harbour/locksmith").then(() => show({ activity: "waiting for customers" }))],
  [17, () => goTo("harbour/park").then(() => show({ activity: "looking at her own gate" }))],
  [19, () => goTo("inn/hearth").then(() => show({ activity: "by the fire" }))],
  [22, () => goTo("locksmith/workshop").then(() => me.show({ role: "locksmith", activity: "asleep" }))],
]);
