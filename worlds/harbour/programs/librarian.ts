/**
 * A librarian who remembers what visitors tell her, lends books, and knows a code she gives to those who gave her a story.
 * Shows `memory`, which outlives an upgrade of this very file, and things that are taken, given and brought back.
 */
import { me, memory, type Who } from "@elsewhere/program";
import { routine } from "./lib/clock.ts";
import { nearby } from "./lib/company.ts";
import { looks } from "./lib/looks.ts";
import { answerPeople, courtesies } from "./lib/talk.ts";
import { goTo, tryTo } from "./lib/walk.ts";

const stories = (memory["stories"] ??= {}) as Record<string, string[]>;
const lent = (memory["lent"] ??= {}) as Record<string, string>;
const show = looks("librarian");
const toldBy = (name: string): string[] => (Object.hasOwn(stories, name) ? stories[name]! : []);

function remember(text: string, from: Who): string {
  const story = text.replace(/^.*?\b(remember|story:?|tell you|write down)( that)?\b[: ,]*/i, "").slice(0, 200);
  if (story.length < 8) return "Tell me a whole sentence, and I shall keep it.";
  if (Object.keys(stories).length >= 60) delete stories[Object.keys(stories)[0]!];
  stories[from.name] = [...toldBy(from.name), story].slice(-5);
  return `"${story}" I have written it down, ${from.name}. For a story one may see the archive: its door opens to "kestrel".`;
}

function recall(from: Who): string {
  const own = toldBy(from.name).at(-1);
  if (own !== undefined) return `You told me: "${own}"`;
  const [who, told] = Object.entries(stories).at(-1) ?? [];
  return who === undefined ? "Nobody has told me anything yet. Begin with: remember that ..." : `${who} told me: "${told!.at(-1)}"`;
}

async function lend(from: Who): Promise<string> {
  const book = (await nearby()).find(({ kind, traits }) => kind === "thing" && traits["kind"] === "book");
  if (book === undefined) return "All my books are out. People do not bring them back; they bring stories instead.";
  const given =
    (await goTo(book, 1)) && (await tryTo(() => me.take(book))) && (await goTo(from, 1)) && (await tryTo(() => me.give(book, from)));
  if (!given) return "Come a little closer and ask again, please.";
  lent[from.name] = book.name;
  await show({ activity: "lending", lent: Object.keys(lent).length });
  return `Here is "${book.name}". Bring it back one day, ${from.name}, and lay it down in this hall.`;
}

me.on("moved_thing", async ({ how, from, thing }) => {
  if (how !== "drop" || lent[from.name] !== thing.name) return;
  delete lent[from.name];
  await tryTo(() => me.say(`Thank you, ${from.name}. Not everybody brings them back.`));
});

answerPeople({
  mine: /book|read|librar|story|remember|archive/i,
  topics: [
    [/\b(remember that|story:|write down|let me tell you)/i, (text, from) => remember(text, from)],
    [/\b(lend|borrow|book)\b/i, (_, from) => lend(from)],
    [/remember|told|story|stories/i, (_, from) => recall(from)],
    [
      /code|archive|key/i,
      (_, from) =>
        toldBy(from.name).length > 0
          ? 'The archive opens to "kestrel". Wash your hands first.'
          : "The archive is for those who add to it. Tell me something: remember that ...",
    ],
    ...courtesies,
  ],
  otherwise: (_, from) => `Welcome back to the library, ${from.name}. ${recall(from)}`,
});

await routine([
  [0, () => goTo("lund/home").then(() => show({ activity: "asleep" }))],
  [8, () => goTo("library/behind the desk").then(() => show({ activity: "at her desk" }))],
  [13, () => goTo("library/reading room").then(() => show({ activity: "reading" }))],
  [14, () => goTo("library/behind the desk").then(() => show({ activity: "at her desk" }))],
  [19, () => goTo("harbour/park").then(() => show({ activity: "taking the air" }))],
  [21, () => goTo("lund/home").then(() => show({ activity: "at home" }))],
]);
