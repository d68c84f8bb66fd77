/** Whom this host knows: which life each of its programs is, and in which epoch. */
import type { SettingRow } from "../storage/contract.ts";
import { type CrossingRows, homeKey, type Life, put } from "./journal.ts";

/** Of the birth host's fingerprint in the id of somebody who was born elsewhere. */
const birthCharsShown = 12;

export class Lives {
  readonly #byProgram = new Map<string, Life>();
  readonly #byLife = new Map<string, Life>();
  /** Those whose former host may still have mail for them. */
  readonly #unsettled = new Set<string>();
  readonly #home: string;
  #isNamed: boolean;

  constructor(self: string, rows: CrossingRows) {
    const { home, lives, arrivals } = rows;
    this.#home = rows.homeOf(self);
    this.#isNamed = home !== null;
    for (const life of lives) this.#keep(life);
    for (const arrival of arrivals) if (arrival.state === "alive") this.#unsettled.add(arrival.program);
  }

  /** The life that a program of this host is, and its present epoch. */
  of(program: string): { readonly life: string; readonly epoch: number } {
    const { life, epoch } = this.#byProgram.get(program) ?? { life: `${this.#home}/${program}`, epoch: 0 };
    return { life, epoch };
  }

  /** To be stored before the first of those born here is known elsewhere. */
  named(): readonly SettingRow[] {
    if (this.#isNamed) return [];
    this.#isNamed = true;
    return [{ key: homeKey, value: this.#home }];
  }

  /** Its id here, now or in future; null for a name that is none. */
  programOf(life: string): string | null {
    const known = this.#byLife.get(life);
    if (known !== undefined) return known.program;
    return this.#isOwn(life) ? life.slice(this.#home.length + 1) : null;
  }

  /** Whether a life cannot be what it is called: nobody of that id has ever left, or one of that id is another life. */
  isFalse(life: string): boolean {
    const known = this.#byProgram.get(programOfLife(life, this.#home));
    return known === undefined ? this.#isOwn(life) : known.life !== life;
  }

  /** The newest epoch of a life that is known of here. */
  epochOf(life: string): number {
    return this.#byLife.get(life)?.epoch ?? 0;
  }

  /** A program has left for good: the epoch it lives in elsewhere. */
  left(program: string, epoch: number): readonly SettingRow[] {
    return [this.#keep({ life: this.of(program).life, program, epoch, guestOf: null, heapBytes: 0 })];
  }

  /** A program was given back: the epoch it goes on in. */
  stayed(program: string, epoch: number): readonly SettingRow[] {
    return [this.#keep({ guestOf: null, heapBytes: 0, ...this.#byProgram.get(program), life: this.of(program).life, program, epoch })];
  }

  /** It lives here: as a guest, unless it has come home. */
  begun(life: Life): readonly SettingRow[] {
    this.#unsettled.add(life.program);
    return [this.#keep(this.#isOwn(life.life) ? { ...life, guestOf: null } : life)];
  }

  settled(program: string): void {
    this.#unsettled.delete(program);
  }

  isSettled(program: string): boolean {
    return !this.#unsettled.has(program);
  }

  guestsOf(host: string): readonly Life[] {
    return [...this.#byProgram.values()].filter(({ guestOf }) => guestOf === host);
  }

  #isOwn(life: string): boolean {
    return life.startsWith(`${this.#home}/`);
  }

  #keep(life: Life): SettingRow {
    this.#byProgram.set(life.program, life);
    this.#byLife.set(life.life, life);
    return put("life", life.life, life);
  }
}

/** The id of a life at any host: its own where it was born, else one that says where that was. */
export function programOfLife(life: string, home: string): string {
  const slash = life.indexOf("/");
  const [birth, id] = [life.slice(0, slash), life.slice(slash + 1)];
  return birth === home ? id : `${id}@${birth.slice(0, birthCharsShown)}`;
}
