/**
 * Rumours: small objects that are told from one to the next. Each telling adds a mouth, and now and then the words
 * drift, so that what the crier calls at noon may be a good deal larger than what happened in the morning.
 */
import { type Json, me, type Seen } from "@elsewhere/program";
import { anyOf, oneIn } from "./chance.ts";
import { day } from "./clock.ts";
import { nearby } from "./company.ts";
import { calledName } from "./talk.ts";
import { numberIn, objectOf, textIn } from "./trade.ts";
import { tryTo } from "./walk.ts";

export interface Rumour {
  /** What it is about: of two rumours with the same topic and day one is the other, retold. */
  readonly topic: string;
  readonly text: string;
  readonly day: number;
  /** First names of all who told it, the first one first. */
  readonly mouths: readonly string[];
}

const rumoursKept = 8;
const mouthsKept = 12;
const heard: Rumour[] = [];
const told = new Set<string>();
/** How often one tells the same before it bores oneself. */
const tellingsMax = 4;
const tellings = new Map<string, number>();

const larger: readonly (readonly [RegExp, string])[] = [
  [/\btwo\b/, "three"],
  [/\bthree\b/, "five"],
  [/\b5 pence\b/, "7 pence"],
  [/\b4 pence\b/, "6 pence"],
  [/\ba little\b/, "very"],
  [/\ba few fish\b/, "a whole net of fish"],
  [/\bno bread\b/, "not a crumb of bread"],
  [/\bfish\b(?! as)/, "fish as long as an arm"],
  [/\bsomebody\b/, "a stranger in a long coat"],
  [/\bwas out\b(?! again)/, "was out again, and not alone,"],
  [/\bwind\b/, "storm"],
  [/\bsays\b/, "swears"],
];

/** What a retelling makes of it. */
function drift(text: string): string {
  const [words, more] = anyOf(larger.filter(([found]) => found.test(text))) ?? [/$^/, ""];
  return oneIn(2) ? text.replace(words, more).slice(0, 240) : text;
}

/** Begins a rumour oneself. */
export const notice = (topic: string, text: string): void => keep({ topic, text, day: day(), mouths: [] });

/** What one knows, the newest first. */
export const rumours = (): readonly Rumour[] => heard;

function keep(rumour: Rumour): void {
  const known = heard.findIndex(({ topic, day: on }) => topic === rumour.topic && on === rumour.day);
  if (known >= 0 && heard[known]!.mouths.length >= rumour.mouths.length) return;
  if (known >= 0) heard.splice(known, 1);
  heard.unshift(rumour);
  heard.length = Math.min(heard.length, rumoursKept);
}

/** Listens for what others tell. */
export function listenForNews(then: (rumour: Rumour) => unknown = () => {}): void {
  me.on("did", ({ verb, data, to }) => {
    if (verb !== "tell" || to !== me.id) return;
    const rumour = rumourIn(data);
    if (rumour.text === "") return;
    keep(rumour);
    return then(rumour);
  });
}

function rumourIn(data: Json): Rumour {
  const mouths = objectOf(data)["mouths"];
  const names = Array.isArray(mouths) ? mouths.filter((one): one is string => typeof one === "string") : [];
  return { topic: textIn(data, "topic"), text: textIn(data, "text"), day: numberIn(data, "day"), mouths: names.slice(-mouthsKept) };
}

/** Neither list grows for ever. */
function forget(): void {
  if (told.size > 200) told.delete(told.values().next().value!);
  if (tellings.size > 40) tellings.delete(tellings.keys().next().value!);
}

const listens = (body: Seen): boolean => body.kind === "program" && body.traits["ears"] === true;

/** Tells somebody near by something they have not heard from this one yet. Returns what was told, or null. */
export async function tellSomebody(tiles = 4): Promise<string | null> {
  const near = (await nearby(tiles)).filter(listens);
  const own = calledName(me.name);
  for (const rumour of heard.filter((one) => one.day >= day() - 1)) {
    const key = `${rumour.topic} ${rumour.day}`;
    if ((tellings.get(key) ?? 0) >= tellingsMax) continue;
    const whom = near.find(({ id, name }) => !told.has(`${id} ${key}`) && !rumour.mouths.includes(calledName(name)));
    if (whom === undefined) continue;
    const text = drift(rumour.text);
    told.add(`${whom.id} ${key}`);
    tellings.set(key, (tellings.get(key) ?? 0) + 1);
    forget();
    const mouths = [...rumour.mouths.slice(1 - mouthsKept), own];
    if (!(await tryTo(() => me.do("tell", { topic: rumour.topic, text, day: rumour.day, mouths }, whom)))) continue;
    await tryTo(() => me.say(`${calledName(whom.name)}, have you heard? ${text}`));
    return text;
  }
  return null;
}
