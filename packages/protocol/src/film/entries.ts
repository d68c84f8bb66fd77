import { codeNumber, codeSigned, numberContexts } from "./numbers.ts";
import { contexts, type RangeCoder } from "./range-coder.ts";

/**
 * How an entry stands in a block: what the block opens with; a keyframe that is the state reached; a tick whose told part
 * is empty; one that tells something; a keyframe or a tick kept as it was.
 */
export type EntryForm = "opening" | "reached" | "quiet" | "telling" | "keptKeyframe" | "keptTick";

const forms: readonly EntryForm[] = ["quiet", "telling", "reached", "opening", "keptKeyframe", "keptTick"];

export interface EntryNumbers {
  readonly form: EntryForm;
  readonly tick: number;
  readonly seq: number;
  readonly batch: number;
  /** How many bytes were kept. */
  readonly keptLength: number;
}

const formContexts = 8;

/** Tells the numbers of entries one after another: each mostly follows the one before as that did the one before it. */
export class EntryCoder {
  readonly #coder: RangeCoder;
  readonly #forms = contexts(forms.length * formContexts);
  readonly #numbers = [contexts(numberContexts), contexts(numberContexts), contexts(numberContexts)] as const;
  readonly #lengths = contexts(numberContexts);
  #form = 0;
  readonly #last = [0, 0, 0];
  readonly #steps = [0, 0, 0];

  /** `tick` and `seq`: of the block. */
  constructor(coder: RangeCoder, tick: number, seq: number) {
    this.#coder = coder;
    this.#last[0] = tick;
    this.#last[1] = seq;
  }

  code(entry: EntryNumbers | null): EntryNumbers {
    const coder = this.#coder;
    let form = 0;
    const asked = entry === null ? 0 : forms.indexOf(entry.form);
    // The forms in their order: each is it or not.
    while (form < forms.length - 1 && coder.bit(this.#forms, this.#form * formContexts + form, form === asked ? 1 : 0) === 0) form++;
    this.#form = form;
    const tick = this.#number(0, entry?.tick ?? 0);
    const seq = this.#number(1, entry?.seq ?? 0);
    const batch = this.#number(2, entry?.batch ?? 0);
    const keptLength = forms[form]!.startsWith("kept") ? codeNumber(coder, this.#lengths, 0, entry?.keptLength ?? 0) : 0;
    return { form: forms[form]!, tick, seq, batch, keptLength };
  }

  #number(which: 0 | 1 | 2, value: number): number {
    const guess = this.#last[which]! + this.#steps[which]!;
    const found = guess + codeSigned(this.#coder, this.#numbers[which], 0, value - guess);
    this.#steps[which] = found - this.#last[which]!;
    this.#last[which] = found;
    return found;
  }
}
