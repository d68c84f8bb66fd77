import { hexHash, imageLink, sameHash, sumOf, turnHash } from "./chain.ts";
import { headWithImage, type ProgramHead, startOf } from "./append.ts";
import { neededBy } from "./images.ts";
import type { ReadGround, ReadImage, ReadProgram, ReadTurn } from "./reader.ts";

interface Standing extends ProgramHead {
  /** The `id` of the last turn of its present start, 0 where it has none. */
  readonly lastTurn: number;
}

const never: Standing = { start: 0, turn: 0, lastTurn: 0 };

/** Verifies what a record holds of programs: turns and images as they come, then whether all else agrees with them. */
export class ProgramVerifier {
  turns = 0;
  /** Those whose bytes are there. */
  images = 0;
  readonly #problem: (what: string) => void;
  readonly #named: ReadonlySet<string>;
  readonly #lost = new Set<string>();
  readonly #programs = new Map<string, Standing>();
  /** Whose image it is, by the `id` of each whose bytes are there. */
  readonly #kept = new Map<number, string>();
  readonly #imagesOn = new Map<string, number>();

  constructor(programs: Iterable<ReadProgram>, problem: (what: string) => void) {
    this.#named = new Set(Array.from(programs, ({ program }) => program));
    this.#problem = problem;
  }

  /** Gives the link that the batch chain should hold, and whether the row is what that link says. */
  turn(row: ReadTurn): { readonly link: Uint8Array; readonly sound: boolean } {
    this.turns++;
    const { id, program, start, turn, before } = row;
    const link = turnHash(row);
    if (this.#isLost(program)) return { link, sound: false };
    const last = this.#programs.get(program) ?? never;
    const sound = sameHash(sumOf(link), row.sum);
    if (!sound) this.#problem(`turn ${turn} of program ${program} is damaged`);
    const follows = attempt(() => startOf(program, turn, last.start === 0 ? null : last)) === start;
    if (!follows || before !== (start === last.start ? last.lastTurn : 0)) {
      this.#problem(`a turn before turn ${turn} of program ${program} is missing`);
    }
    this.#programs.set(program, { start, turn, lastTurn: id });
    return { link, sound };
  }

  image(row: ReadImage): { readonly link: Uint8Array; readonly sound: boolean } {
    const { id, program, start, turn, hash, template, bytes } = row;
    const link = imageLink(row);
    if (this.#isLost(program)) return { link, sound: false };
    const sound = sameHash(sumOf(link), row.sum) && (bytes === null || hexHash(bytes) === hash);
    if (!sound) this.#problem(`the image of program ${program} after turn ${turn} is damaged`);
    if (bytes !== null) {
      this.images++;
      this.#kept.set(id, program);
      this.#imagesOn.set(template, (this.#imagesOn.get(template) ?? 0) + 1);
    }
    const last = this.#programs.get(program) ?? never;
    const after = attempt(() => headWithImage(row, last.start === 0 ? null : last));
    if (after?.head.start !== start) this.#problem(`what came before the image of program ${program} is missing`);
    if (after === null || after.began) this.#programs.set(program, { start, turn, lastTurn: 0 });
    return { link, sound };
  }

  /** Whether each program's own row says of it what its turns and images say. */
  ends(programs: Iterable<ReadProgram>): void {
    for (const { program, start, turn, lastTurn, images } of programs) {
      const last = this.#programs.get(program) ?? never;
      if (start !== last.start || turn !== last.turn || lastTurn !== last.lastTurn) {
        this.#problem(`program ${program} does not stand where its turns end`);
      }
      if (images.some((id) => this.#kept.get(id) !== program)) this.#problem(`an image of program ${program} is missing`);
    }
  }

  /** Whether all that images stand on is there, and what it was. */
  grounds(grounds: Iterable<ReadGround>): void {
    const stored = new Map<string, readonly string[]>();
    for (const { hash, needs, images, stored: expected, bytes } of grounds) {
      const name = `ground ${hash.slice(0, 12)}`;
      if (expected) stored.set(hash, needs);
      if (expected !== (bytes !== null)) this.#problem(`the bytes of ${name} ${expected ? "are missing" : "should be gone"}`);
      if (bytes !== null && hexHash(bytes) !== hash) this.#problem(`${name} is damaged`);
      if (images !== (this.#imagesOn.get(hash) ?? 0)) this.#problem(`${name} miscounts the images that stand on it`);
    }
    for (const hash of neededBy(this.#imagesOn.keys(), (need) => stored.get(need) ?? [])) {
      if (!stored.has(hash)) this.#problem(`ground ${hash.slice(0, 12)} is missing, and images stand on it`);
    }
  }

  /** Without its row a program has no name, and nothing of it can be verified: said once. */
  #isLost(program: string): boolean {
    if (this.#named.has(program)) return false;
    if (!this.#lost.has(program)) this.#problem(`the row of program ${program} is missing`);
    this.#lost.add(program);
    return true;
  }
}

/** What is refused when it is committed can be in a record only by damage. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
