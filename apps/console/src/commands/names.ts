/** Finding who or what a person means by a few letters. */
type Found<T> =
  | { readonly ok: true; readonly one: T; readonly rest: string }
  /** `several`: not none, but more than one. */
  | { readonly ok: false; readonly several: boolean; readonly message: string };

const lower = (text: string): string => text.toLocaleLowerCase("en");

/**
 * Reads a name from the beginning of `text` and gives back what follows it. Names may hold spaces: a quoted
 * name is taken whole, else the longest full name that fits, else the first word as the beginning of a name
 * or of one of its words.
 */
export function takeName<T extends { readonly name: string }>(text: string, candidates: readonly T[]): Found<T> {
  const quoted = /^"([^"]*)"\s*([\s\S]*)$/.exec(text);
  if (quoted) return withRest(findOne(quoted[1]!, candidates), quoted[2]!);
  const whole = candidates
    .filter(({ name }) => lower(text).startsWith(lower(name)) && /^(\s|$)/.test(text.slice(name.length)))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (whole !== undefined) return { ok: true, one: whole, rest: text.slice(whole.name.length).trim() };
  const [, word = "", rest = ""] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  return withRest(findOne(word, candidates), rest);
}

/** The one candidate whose name is `text`, or begins with it, or has a word that does. */
export function findOne<T extends { readonly name: string }>(text: string, candidates: readonly T[]): Found<T> {
  const wanted = lower(text.trim().replace(/^"(.*)"$/, "$1"));
  if (wanted === "") return { ok: false, several: false, message: "Write a name after it." };
  const tests = [
    (name: string) => name === wanted,
    (name: string) => name.startsWith(wanted),
    (name: string) => name.split(/\s+/).some((word) => word.startsWith(wanted)),
  ];
  for (const fits of tests) {
    const found = candidates.filter(({ name }) => fits(lower(name)));
    const names = new Set(found.map(({ name }) => name));
    // Several of the same name (loaves on a stall) are as good as each other: the first, the nearest, is meant.
    if (names.size === 1) return { ok: true, one: found[0]!, rest: "" };
    if (names.size > 1)
      return { ok: false, several: true, message: `“${text}” could be ${[...names].slice(0, 4).join(", ")}: write more of the name.` };
  }
  return { ok: false, several: false, message: `Nobody and nothing here is called “${text}”.` };
}

function withRest<T>(found: Found<T>, rest: string): Found<T> {
  return found.ok ? { ...found, rest: rest.trim() } : found;
}
