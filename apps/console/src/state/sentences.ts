import type { Json, Percept, Seen } from "@elsewhere/protocol";

/** How a sentence is meant: decides its looks. `comings` and `small` things are what one may not want to hear of. */
export type Tone = "speech" | "whisper" | "shout" | "deed" | "comings" | "small" | "self" | "error";

export interface Sentence {
  readonly tone: Tone;
  readonly text: string;
  /** The body it is about, so that a reader can be led to it; null when it is about nobody in sight. */
  readonly body: number | null;
}

/** What the reader knows beside the percept itself. */
export interface Knowledge {
  readonly me: number;
  /** The body as it was seen before this percept. */
  before(body: number): Seen | undefined;
  mapTitle(map: string): string;
}

type Who = { readonly id: number; readonly name: string };

/** "Ada", "Ada and Tom", "Ada, Tom and 3 others". */
export function joinNames(names: readonly string[], shownMax = 3): string {
  if (names.length <= 1) return names[0] ?? "";
  const shown = names.length > shownMax ? names.slice(0, shownMax - 1) : names.slice(0, -1);
  const hidden = names.length - shown.length;
  return `${shown.join(", ")} and ${hidden === 1 ? names.at(-1) : `${hidden} others`}`;
}

/** JSON as a few plain words: `{"loaves":2}` reads `loaves 2`. */
export function plainJson(value: Json, charsMax = 120): string {
  const text = plain(value);
  return text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
}

function plain(value: Json): string {
  if (value === null) return "";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${plain(inner)}`.trim())
    .join(", ");
}

/** One readable sentence for what was perceived, or null where there is nothing to tell. */
export function sentence(percept: Percept, known: Knowledge): Sentence | null {
  switch (percept.kind) {
    case "heard":
      return heard(percept, known);
    case "emoted":
      return { tone: "deed", text: `${subject(percept.from, known)} ${percept.text}`, body: percept.from.id };
    case "used":
      return {
        tone: "deed",
        text: `${subject(percept.from, known)} ${verb(percept.from, known, "touch", "touches")} you.`,
        body: percept.from.id,
      };
    case "did":
      return did(percept, known);
    case "moved_thing":
      return movedThing(percept, known);
    case "door":
      return { tone: "small", text: `The door “${percept.name}” ${percept.open ? "opens" : "closes"}.`, body: null };
    case "found":
      return { tone: "self", text: `You know the way into ${foundPlace(percept.place, known)} now.`, body: known.me };
    case "arrived":
      return { tone: "self", text: `You are in ${known.mapTitle(percept.map)} now.`, body: known.me };
    case "appeared":
      return percept.body.id === known.me
        ? null
        : { tone: "comings", text: `${percept.body.name} comes into sight.`, body: percept.body.id };
    case "vanished":
      return percept.body.id === known.me ? null : { tone: "comings", text: `${percept.body.name} is out of sight.`, body: null };
    case "changed":
      return changed(percept.body, known);
    case "reply":
    // Told to programs alone.
    case "offered":
    case "knocked":
      return null;
  }
}

/** `map/place` as people would say it. */
function foundPlace(found: string, known: Knowledge): string {
  const slash = found.indexOf("/");
  return `“${found.slice(slash + 1)}” in ${known.mapTitle(found.slice(0, slash))}`;
}

const subject = (who: Who, known: Knowledge): string => (who.id === known.me ? "You" : who.name);
const verb = (who: Who, known: Knowledge, mine: string, theirs: string): string => (who.id === known.me ? mine : theirs);
const object = (who: Who, known: Knowledge): string => (who.id === known.me ? "you" : who.name);

function heard(percept: Percept & { kind: "heard" }, known: Knowledge): Sentence {
  const { from, text, how } = percept;
  const who = subject(from, known);
  if (how === "whisper") {
    const said = from.id === known.me ? "You whisper" : `${who} whispers to you`;
    return { tone: "whisper", text: `${said}: ${text}`, body: from.id };
  }
  if (how === "shout") return { tone: "shout", text: `${who} ${verb(from, known, "shout", "shouts")}: ${text}`, body: from.id };
  return { tone: "speech", text: `${who} ${verb(from, known, "say", "says")}: ${text}`, body: from.id };
}

function did(percept: Percept & { kind: "did" }, known: Knowledge): Sentence {
  const { from, to, data } = percept;
  const aim = to === null ? "" : to === known.me ? " with you" : ` with ${known.before(to)?.name ?? "somebody"}`;
  const detail = plainJson(data);
  const text = `${subject(from, known)} ${verb(from, known, "do", "does")} “${percept.verb}”${aim}${detail === "" ? "" : `: ${detail}`}.`;
  return { tone: "deed", text, body: from.id };
}

function movedThing(percept: Percept & { kind: "moved_thing" }, known: Knowledge): Sentence {
  const { from, thing, to, how } = percept;
  const who = subject(from, known);
  const body = from.id;
  if (how === "take") return { tone: "deed", text: `${who} ${verb(from, known, "take", "takes")} the ${thing.name}.`, body };
  if (how === "drop") return { tone: "deed", text: `${who} ${verb(from, known, "put", "puts")} the ${thing.name} down.`, body };
  const aim = to === null ? "" : ` to ${object(to, known)}`;
  return { tone: "deed", text: `${who} ${verb(from, known, "give", "gives")} the ${thing.name}${aim}.`, body };
}

function changed(body: Seen, known: Knowledge): Sentence | null {
  const before = known.before(body.id);
  if (before === undefined || body.id === known.me) return null;
  if (before.posture !== body.posture) {
    return { tone: "small", text: body.posture === "asleep" ? `${body.name} falls asleep.` : `${body.name} wakes up.`, body: body.id };
  }
  const { activity } = body.traits;
  if (typeof activity !== "string" || activity === "" || activity === before.traits["activity"]) return null;
  return { tone: "small", text: `${body.name}: ${captionOf(body)}.`, body: body.id };
}

/** The small caption a body shows of itself: what it does, else how it feels. */
export function captionOf(body: Pick<Seen, "traits">): string | null {
  for (const key of ["activity", "mood"] as const) {
    const value = body.traits[key];
    if (typeof value === "string" && value.trim() !== "") return value.length > 40 ? `${value.slice(0, 39)}…` : value;
  }
  return null;
}
