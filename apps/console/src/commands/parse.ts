import { limits, type Json } from "@elsewhere/protocol";
import { findOne, takeName } from "./names.ts";

export interface Named {
  readonly id: number;
  readonly name: string;
}

/** What names in the speech box can mean just now. */
export interface Surroundings {
  readonly bodies: readonly Named[];
  readonly carried: readonly Named[];
  readonly places: readonly string[];
  readonly doors: readonly string[];
}

/** What the speech box asks for. `mistake` is one line for the person who typed. */
export type Command =
  | { readonly kind: "nothing" }
  | { readonly kind: "stop" }
  | { readonly kind: "leave" }
  | { readonly kind: "help" }
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "shout"; readonly text: string }
  | { readonly kind: "emote"; readonly text: string }
  | { readonly kind: "whisper"; readonly to: Named; readonly text: string }
  | { readonly kind: "do"; readonly verb: string; readonly data: Json }
  | { readonly kind: "use"; readonly target: number | string; readonly name: string; readonly code: string | null }
  | { readonly kind: "take"; readonly thing: Named }
  | { readonly kind: "drop"; readonly thing: Named }
  | { readonly kind: "give"; readonly thing: Named; readonly to: Named }
  | { readonly kind: "go"; readonly to: string | Named }
  | { readonly kind: "follow"; readonly body: Named }
  | { readonly kind: "look"; readonly at: Named | null }
  | { readonly kind: "mistake"; readonly message: string };

type Reader = (rest: string, around: Surroundings) => Command;

const mistake = (message: string): Command => ({ kind: "mistake", message });

/** Reads one line of the speech box. Plain text is said aloud; `//` begins speech that starts with a slash. */
export function parseCommand(line: string, around: Surroundings): Command {
  const text = line.trim();
  if (text === "") return { kind: "nothing" };
  if (!text.startsWith("/")) return speech("say", text, limits.textCharsMax);
  if (text.startsWith("//")) return speech("say", text.slice(1), limits.textCharsMax);
  const [, word = "", rest = ""] = /^\/(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  const reader = readers.get(word.toLowerCase());
  return reader === undefined ? mistake(`There is no /${word}. Write /help to see what there is.`) : reader(rest.trim(), around);
}

function speech(kind: "say" | "shout" | "emote", text: string, charsMax: number): Command {
  if (text === "") return mistake(`Write something after /${kind === "emote" ? "me" : kind}.`);
  if (text.length > charsMax) return mistake(`That is ${text.length} characters; at most ${charsMax} fit.`);
  return { kind, text };
}

const whisper: Reader = (rest, around) => {
  const found = takeName(rest, around.bodies);
  if (!found.ok) return mistake(found.message);
  if (found.rest === "") return mistake(`Write what to whisper to ${found.one.name}.`);
  if (found.rest.length > limits.textCharsMax)
    return mistake(`That is ${found.rest.length} characters; at most ${limits.textCharsMax} fit.`);
  return { kind: "whisper", to: found.one, text: found.rest };
};

const doVerb: Reader = (rest) => {
  const [, verb = "", json = ""] = /^(\S*)\s*([\s\S]*)$/.exec(rest) ?? [];
  if (verb === "") return mistake('Write a verb: /do wave, or /do trade {"loaves": 2}.');
  if (verb.length > limits.verbCharsMax) return mistake(`A verb has at most ${limits.verbCharsMax} characters.`);
  if (json === "") return { kind: "do", verb, data: null };
  try {
    return { kind: "do", verb, data: JSON.parse(json) as Json };
  } catch {
    return mistake(`What follows /do ${verb} is not JSON; write it like {"loaves": 2}.`);
  }
};

const use: Reader = (rest, around) => {
  const doors = around.doors.map((name) => ({ name, door: true }) as const);
  const bodies = around.bodies.map(({ id, name }) => ({ name, id, door: false }) as const);
  const found = takeName(rest, [...doors, ...bodies]);
  if (!found.ok) return mistake(found.message);
  const code = found.rest === "" ? null : found.rest;
  return { kind: "use", target: found.one.door ? found.one.name : found.one.id, name: found.one.name, code };
};

const give: Reader = (rest, around) => {
  const thing = takeName(rest, around.carried);
  if (!thing.ok) return mistake(around.carried.length === 0 ? "You carry nothing to give." : thing.message);
  const to = takeName(thing.rest.replace(/^to\s+/i, ""), around.bodies);
  if (!to.ok) return mistake(to.message);
  return { kind: "give", thing: thing.one, to: to.one };
};

const one = (list: (around: Surroundings) => readonly Named[], make: (named: Named) => Command): Reader => {
  return (rest, around) => {
    const found = findOne(rest, list(around));
    return found.ok ? make(found.one) : mistake(found.message);
  };
};

const go: Reader = (rest, around) => {
  if (rest === "") return mistake("Write where to: /go bakery, /go @12,30 or /go somebody's name.");
  // Coordinates of another map and those with a secret are for the world to read.
  if (/^[^@/]*@\d{1,5},\d{1,5}$/.test(rest) || /[/~]/.test(rest)) return { kind: "go", to: rest };
  const place = findOne(
    rest,
    around.places.map((name) => ({ name })),
  );
  if (place.ok) return { kind: "go", to: place.one.name };
  if (place.several) return mistake(place.message);
  const body = findOne(rest, around.bodies);
  // A place that is not on the list may still exist: the world knows, and says so if it does not.
  return { kind: "go", to: body.ok ? body.one : rest };
};

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>(
  Object.entries({
    say: (rest) => speech("say", rest, limits.textCharsMax),
    shout: (rest) => speech("shout", rest, limits.textCharsMax),
    me: (rest) => speech("emote", rest, limits.emoteCharsMax),
    w: whisper,
    whisper,
    do: doVerb,
    use,
    take: one(
      (around) => around.bodies,
      (thing) => ({ kind: "take", thing }),
    ),
    drop: one(
      (around) => around.carried,
      (thing) => ({ kind: "drop", thing }),
    ),
    give,
    go,
    follow: one(
      (around) => around.bodies,
      (body) => ({ kind: "follow", body }),
    ),
    look: (rest, around) =>
      rest === ""
        ? { kind: "look", at: null }
        : one(
            (all) => all.bodies,
            (at) => ({ kind: "look", at }),
          )(rest, around),
    stop: () => ({ kind: "stop" }),
    leave: () => ({ kind: "leave" }),
    help: () => ({ kind: "help" }),
  }),
);

/** Every word that can follow the slash. */
export const commandWords: readonly string[] = [...readers.keys()];
