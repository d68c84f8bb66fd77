import { limits } from "@elsewhere/protocol";

const namesShownMax = 5;

/** What was not understood in a map, for the person who made it: one line a kind of thing, not one a thing. */
export class Notes {
  readonly #lines: string[] = [];
  readonly #gathered = new Map<string, string[]>();

  say(line: string): void {
    this.#lines.push(line);
  }

  /** One of many things about which the same is to be said. */
  gather(kind: string, one: string): void {
    const names = this.#gathered.get(kind);
    if (names) names.push(one);
    else this.#gathered.set(kind, [one]);
  }

  lines(): string[] {
    const gathered = [...this.#gathered].map(([kind, names]) => {
      const shown = [...new Set(names)].slice(0, namesShownMax).join(", ");
      return names.length > namesShownMax ? `${kind} (${names.length}): ${shown} and others` : `${kind} (${names.length}): ${shown}`;
    });
    const all = [...this.#lines, ...gathered];
    const max = limits.mapNotesMax;
    return all.length > max ? [...all.slice(0, max - 1), `${all.length - max + 1} further notes are left out`] : all;
  }
}
