/** Following somebody through what is shown of the past. */
import { effect } from "@preact/signals";
import { getPrograms } from "../state/api.ts";
import { operatorToken } from "../state/operator.ts";
import { type Kept, keepTo, kept } from "./following.ts";
import { openFilm, lookFrom, refused } from "./past.ts";
import { past } from "./shown.ts";
import { lineOf } from "../state/world.ts";

const after = (ms: number, wake: () => void): (() => void) => {
  const timer = setTimeout(wake, ms);
  return () => clearTimeout(timer);
};

/** Follows `kept` in whatever film is shown. Returns how to stop. */
export function keptFollowing(): () => void {
  return effect(() => {
    const shown = past.value;
    if (shown === null) return void (kept.value = null);
    const { film, perceiver } = shown;
    return keepTo(film, (body) => (perceiver.focus.value = body), { scout: (from, at) => openFilm(from, at), after });
  });
}

/** Follows that body from now on. */
export async function keep(body: number, name: string): Promise<void> {
  kept.value = { body, name, who: name };
  const known = await knownAs(body, name);
  if (kept.peek()?.body === body) kept.value = known;
}

export function letGoOf(): void {
  kept.value = null;
}

/** Looks at the same moment through that body's eyes; operators only. */
export async function seeAs(body: number, name: string): Promise<void> {
  const { who } = await knownAs(body, name);
  lookFrom({ kind: "as", who, body, name });
}

/** A program is known by its id, which stays; anybody else by the name others see. */
async function knownAs(body: number, name: string): Promise<Kept> {
  const token = operatorToken.peek();
  if (token === null) return { body, name, who: name };
  try {
    const { programs } = await getPrograms(token, { order: "name", offset: 0, limit: 100, search: name });
    const program = programs.find((info) => info.body === body)?.program;
    return { body, name, who: program === undefined ? name : `program:${program}` };
  } catch (error) {
    refused(lineOf(error));
    return { body, name, who: name };
  }
}
