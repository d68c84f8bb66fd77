/** Tells authors where in their own files something happened, for all code that runs here. */
import { SourceMap } from "node:module";
import { authorText } from "./source-map.ts";

export class AuthorTexts {
  readonly #maps = new Map<string, string>();
  /** Parsed when the first error of that code is told. */
  readonly #parsed = new Map<string, SourceMap>();

  /** `map`: the source map of the code with that hash, JSON; empty if there is none. */
  add(codeHash: string, map: string): void {
    this.#maps.set(codeHash, map);
    // The same code may come of another text, whose lines are elsewhere.
    this.#parsed.delete(codeHash);
  }

  /** The source map of that code; empty where none is at hand. */
  mapOf(codeHash: string): string {
    return this.#maps.get(codeHash) ?? "";
  }

  /** `text` with positions in the bundle as positions in the author's files. */
  of(codeHash: string, text: string): string {
    const map = this.#parsed.get(codeHash) ?? this.#parse(codeHash);
    return map === null ? text : authorText(text, map);
  }

  #parse(codeHash: string): SourceMap | null {
    const json = this.mapOf(codeHash);
    if (json === "") return null;
    try {
      const map = new SourceMap(JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0]);
      this.#parsed.set(codeHash, map);
      return map;
    } catch {
      // Of code that came from elsewhere: a text is then told as it is.
      return null;
    }
  }
}
