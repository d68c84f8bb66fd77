/** Answering people who come in. Programs never answer each other here, so that a town full of them does not talk without end. */
import { me, type Seen, sleep, type Who } from "@elsewhere/program";
import { distance, isSomebody } from "./company.ts";
import { tryTo } from "./walk.ts";

/** The name by which one is called: "Marta" of "Marta, the baker", "Wen" of "Old Wen". */
export const calledName = (name: string): string => name.replace(/^(old|widow|captain|the) /i, "").split(/[ ,]/)[0]!;
export const firstName = (name: string): string => calledName(name).toLowerCase();
const names = (text: string, name: string): boolean =>
  text
    .toLowerCase()
    .split(/[^\p{L}']+/u)
    .includes(firstName(name));

/** Words to listen for, and what to say to them. An empty answer says nothing. */
export type Topic = readonly [words: RegExp, answer: (text: string, from: Who) => string | Promise<string>];

export interface Manners {
  /** Words about which this one knows best: answered even when somebody else stands nearer. */
  readonly mine?: RegExp;
  readonly topics: readonly Topic[];
  /** Said when somebody speaks to this one and no topic fits. */
  readonly otherwise: (text: string, from: Who) => string;
}

const known = new Map<number, Seen["kind"]>();
const answered = new Map<number, number>();
const pauseMs = 60_000;

/** Listens for people and answers them: when named, when nobody stands nearer to them, or when it is this one's own matter. */
export function answerPeople({ mine, topics, otherwise }: Manners): void {
  me.on("heard", async ({ from, text, how }) => {
    if (known.get(from.id) === "program" || Date.now() - (answered.get(from.id) ?? 0) < pauseMs) return;
    const { x, y, bodies } = await me.look();
    const speaker = bodies.find(({ id }) => id === from.id);
    if (speaker === undefined) return;
    remember(speaker);
    if (speaker.kind !== "person") return;
    const named = how === "whisper" || names(text, me.name);
    const others = bodies.filter((body) => isSomebody(body) && body.kind === "program");
    const meantForOther = others.some((body) => names(text, body.name));
    const closest = others.every((body) => distance(body, speaker) >= distance({ x, y }, speaker));
    if (!named && (meantForOther || !(closest || mine?.test(text)))) return;
    answered.set(from.id, Date.now());
    if (answered.size > 50) answered.delete(answered.keys().next().value!);
    const topic = topics.find(([words]) => words.test(text));
    const said = topic === undefined ? otherwise(text, from) : await topic[1](text, from);
    if (said === "") return;
    await sleep({ seconds: 30 });
    await tryTo(() => (how === "whisper" ? me.whisper(from, said) : me.say(said)));
  });
}

function remember({ id, kind }: Seen): void {
  known.set(id, kind);
  if (known.size > 200) known.delete(known.keys().next().value!);
}

/** What nearly everybody would say to the common greetings; put after one's own topics. */
export const courtesies: readonly Topic[] = [
  [/\b(bye|good night|farewell)\b/i, (_, from) => `Fare well, ${from.name}.`],
  [/\bthank/i, () => "You are welcome."],
  [
    /\b(where|way|map)\b/i,
    () => "The market is in the middle, the quay in the south, the mill beyond the bridge. Linnea at the gate knows every way.",
  ],
  [/\b(news|rumou?r|gossip)\b/i, () => "For news ask Berta or Cosmo by the fountain, or wait for Hob: he calls it out at noon and at six."],
];
