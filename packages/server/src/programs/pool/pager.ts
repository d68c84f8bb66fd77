/**
 * The programs of one worker thread. Each is live in a slot or not here at all: when its slot is wanted for another, the
 * program used longest ago becomes an image, which whoever asked for it keeps. Invariants:
 *
 * 1. What a turn gives depends on its program's heap and its input alone, not on the slot or on who was there before.
 * 2. A turn that failed leaves nothing: its program is then no longer live.
 * 3. Nothing of an image is looked into before its hash is verified and all it stands on is known.
 */
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Code, Fault, Ground, Image, RecordedTurn } from "../contract.ts";
import type { Base } from "../sandbox/base.ts";
import { readEnvelope, unsupported } from "../sandbox/envelope.ts";
import { LiveProgram, type Ran } from "../sandbox/live.ts";
import { sameAsked } from "../sandbox/outcome.ts";
import { PreparedCodes } from "../sandbox/prepared.ts";
import type { Content, Slot } from "../sandbox/slot.ts";
import { Slots } from "../sandbox/slots.ts";
import { type KnownBase, Templates } from "../sandbox/templates.ts";
import { headOf } from "../sandbox/turn.ts";

/** What is needed to have a program's heap again. */
export interface Load {
  readonly code: Code;
  /** Hash of the base its heap stands on. */
  readonly base: string;
  readonly image: Uint8Array | null;
  /** All turns since the image, or since the program began. */
  readonly turns: readonly RecordedTurn[];
}

type Faulted = { readonly ok: false; readonly fault: Fault };
export type PagerTurn =
  | {
      readonly ok: true;
      /** The checked outcome as it is recorded. */
      readonly json: string;
      readonly polls: number;
      readonly memoryBytes: number;
      readonly image: Image | null;
    }
  | Faulted;

interface PagerOptions {
  readonly slotsMax: number;
  readonly turnPollsMax?: number;
  readonly around?: Around;
}

/** Runs guest code; whoever made the pager learns when it begins and ends. */
type Around = <T>(firstTurn: boolean, run: () => T) => T;

/** Every so many of those that pass through, one stays. */
const passesPerStay = 8;
/** Who has taken as many turns in its slot is not passing. */
const turnsToStay = 4;

export class Pager {
  readonly #around: Around;
  readonly #turnPollsMax: number;
  readonly #slots: Slots;
  readonly #templates = new Templates();
  readonly #codes = new PreparedCodes();
  /** Least recently used first. */
  readonly #live = new Map<string, LiveProgram>();
  /** Who came into a slot last, and how many have gone out of it in turn. */
  #passing: string | null = null;
  #passed = 0;
  #parked: { program: string; image: Image }[] = [];
  #grounds: Ground[] = [];

  constructor({ slotsMax, turnPollsMax = limits.turnPollsMax, around = (_, run) => run() }: PagerOptions) {
    this.#slots = new Slots(slotsMax);
    this.#turnPollsMax = turnPollsMax;
    this.#around = around;
  }

  get live(): number {
    return this.#live.size;
  }

  /** Whether the program is live here. */
  has(program: string): boolean {
    return this.#live.has(program);
  }

  addBase(base: Base): void {
    this.#templates.addBase(base);
  }

  /** Its hash. Throws `corrupt` or `unsupported`; its base has to be known. */
  addTemplate(bytes: Uint8Array): string {
    return this.#templates.add(bytes).hash;
  }

  /** No image that stands on it will be given here any more, unless it is added again. */
  dropTemplate(hash: string): void {
    this.#templates.drop(hash);
  }

  /**
   * Runs a program's next turn; `load` is given when the program is not live here. `apart`: as the heap is from this turn on
   * no template is made of it, until it is asked for otherwise.
   */
  run(program: string, load: Load | null, input: string, withImage: boolean, apart = false): PagerTurn {
    const live = this.#wake(program, load, apart);
    if (!(live instanceof LiveProgram)) return live;
    const ran = this.#turn(live, input);
    if (!ran.ok) {
      this.#end(program, ran.fault.reason === "engine");
      return ran;
    }
    const { json, polls } = ran;
    return { ok: true, json, polls, memoryBytes: live.slot.memoryBytes, image: withImage ? this.#imageOf(live) : null };
  }

  /** The heap of a program that has begun. */
  image(program: string, load: Load | null, apart = false): Image | Faulted {
    const live = this.#wake(program, load, apart);
    if (!(live instanceof LiveProgram)) return live;
    if (live.turn > 0) return this.#imageOf(live);
    this.#end(program, false);
    return failed("image", "a program that has not begun has no heap");
  }

  drop(program: string): void {
    this.#end(program, false);
  }

  /** Programs that had to leave their slots since this was last asked. */
  takeParked(): readonly { readonly program: string; readonly image: Image }[] {
    const parked = this.#parked;
    this.#parked = [];
    return parked;
  }

  /** Templates made here since this was last asked; the images given out meanwhile may stand on them. */
  takeTemplates(): readonly Ground[] {
    const grounds = this.#grounds;
    this.#grounds = [];
    return grounds;
  }

  #wake(program: string, load: Load | null, apart: boolean): LiveProgram | Faulted {
    if (load !== null) this.#end(program, false);
    const live = this.#live.get(program);
    if (live !== undefined) {
      live.apart = apart;
      this.#live.delete(program);
      this.#live.set(program, live);
      return live;
    }
    if (load === null) return failed("engine", "this worker does not know the program");
    try {
      const loaded = load.image === null ? this.#fresh(load) : this.#restore(load, load.image);
      loaded.apart = apart;
      this.#live.set(program, loaded);
      this.#passing = program;
      return this.#replay(program, loaded, load.turns);
    } catch (error) {
      if (error instanceof ElsewhereError) return failed("image", error.message);
      return failed("engine", `no memory could be had: ${(error as Error).message}`);
    }
  }

  #fresh({ code, base }: Load): LiveProgram {
    const of = this.#templates.base(base);
    const prepared = this.#codes.find(of, code);
    const slot = this.#slot(of, of.base.stackPointer + (prepared ?? of).heap.length, prepared ?? of);
    return LiveProgram.unbegun(slot, of, { code, prepared, codes: this.#codes });
  }

  #restore({ code, base }: Load, image: Uint8Array): LiveProgram {
    const envelope = readEnvelope(image);
    if (envelope.code !== code.hash) throw unsupported("is of other code");
    if (envelope.base !== base) throw unsupported("was made from another base");
    if (envelope.template === null) throw unsupported("is a template");
    const template = this.#templates.get(envelope.template);
    const { engineHash, hash, stackPointer } = template.of.base;
    if (envelope.engine !== engineHash) throw unsupported("was made by another engine");
    if (template.code !== code.hash) throw unsupported("stands on a template of other code");
    if (hash !== base || envelope.stackPointer !== stackPointer) throw unsupported("stands on a template of another base");
    const slot = this.#slot(template.of, envelope.memoryBytes, this.#templates.spell(template));
    try {
      return LiveProgram.restore(slot, template, this.#templates, envelope, image);
    } catch (error) {
      this.#slots.give(slot);
      throw error;
    }
  }

  /** Image and transcript give the heap again; where a turn leads elsewhere than it did, nothing further is run. */
  #replay(program: string, live: LiveProgram, turns: readonly RecordedTurn[]): LiveProgram | Faulted {
    for (const { turn, input, outcome } of turns) {
      const again = this.#turn(live, input);
      if (again.ok && sameAsked(outcome, again.json)) continue;
      this.#end(program, !again.ok && again.fault.reason === "engine");
      const what = again.ok ? "asks for something else" : `fails (${again.fault.message})`;
      return failed("image", `turn ${turn} of the transcript ${what} when it is replayed`);
    }
    live.turnsHere = 0;
    return live;
  }

  #turn(live: LiveProgram, input: string): Ran {
    const head = headOf(input);
    if (head.turn !== live.turn + 1) return failed("image", `turn ${head.turn} does not follow turn ${live.turn} of the heap`);
    return this.#around(head.turn === 1, () => live.run(head, input, this.#turnPollsMax));
  }

  #imageOf(live: LiveProgram): Image {
    return live.image(this.#templates, (ground) => this.#grounds.push(ground));
  }

  #slot({ base }: KnownBase, memoryBytes: number, content: Content): Slot {
    return this.#slots.take(base, memoryBytes, content, () => this.#vacate(base, memoryBytes));
  }

  /** Puts a program out of its slot. One that has not begun has nothing to be kept: whoever wants it loads it again. */
  #vacate({ engineHash }: Base, memoryBytes: number): Slot {
    const fits = ({ slot }: LiveProgram): boolean => slot.memoryBytes === memoryBytes && slot.engineHash === engineHash;
    const program = this.#whoLeaves(fits);
    const live = this.#live.get(program)!;
    this.#live.delete(program);
    if (live.turn > 0) this.#parked.push({ program, image: live.park(this.#templates, (ground) => this.#grounds.push(ground)) });
    return live.slot;
  }

  /**
   * Most of those that wake take one turn and sleep again. They pass through one slot after each other, whose memory the
   * machine still has at hand, and leave those in place that are used over and over, even where all are used in a circle.
   * Now and then one stays, in place of who was used longest ago; there, of the longer unused half, one whose slot has
   * just the size that is wanted, so that programs of different sizes do not take each other's slots in turn.
   */
  #whoLeaves(fits: (live: LiveProgram) => boolean): string {
    const passing = this.#passing === null ? undefined : this.#live.get(this.#passing);
    if (passing !== undefined && passing.turnsHere < turnsToStay && fits(passing) && this.#passed++ % passesPerStay !== 0)
      return this.#passing!;
    const unused = [...this.#live].slice(0, Math.ceil(this.#live.size / 2));
    return (unused.find(([, live]) => fits(live)) ?? unused[0]!)[0];
  }

  #end(program: string, broken: boolean): void {
    const live = this.#live.get(program);
    if (live === undefined) return;
    this.#live.delete(program);
    if (broken) this.#slots.discard();
    else this.#slots.give(live.slot);
  }
}

const failed = (reason: Fault["reason"], message: string): Faulted => ({ ok: false, fault: { reason, message } });
