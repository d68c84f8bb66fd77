/** Keeps the programs of one worker: live in a memory each, or, when there are too many, parked as an image. */
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Fault, TurnInput } from "./contract.ts";
import type { Load } from "./messages.ts";
import type { Base } from "./sandbox/base.ts";
import { LiveProgram, type Ran } from "./sandbox/live.ts";

type Failed = Extract<Ran, { ok: false }>;
/** Runs a turn; whoever made the keeper learns when each begins and ends. */
type Around = (input: TurnInput, run: () => Ran) => Ran;
interface Parked {
  readonly image: Uint8Array;
  readonly code: string;
  readonly codeHash: string;
}

export class Keeper {
  readonly #base: Base;
  readonly #around: Around;
  /** Least recently used first. */
  readonly #live = new Map<string, LiveProgram>();
  readonly #parked = new Map<string, Parked>();
  readonly #liveMax: number;

  constructor(base: Base, around: Around = (_, run) => run(), liveMax: number = limits.liveProgramsPerWorkerMax) {
    this.#base = base;
    this.#around = around;
    this.#liveMax = liveMax;
  }

  run(program: string, load: Load | null, input: TurnInput): Ran {
    const live = this.#wake(program, load);
    if (!(live instanceof LiveProgram)) return live;
    const result = this.#around(input, () => live.run(input));
    if (!result.ok) this.drop(program);
    return result;
  }

  image(program: string, load: Load | null): { ok: true; turn: number; bytes: Uint8Array } | Failed {
    const live = this.#wake(program, load);
    return live instanceof LiveProgram ? { ok: true, turn: live.turn, bytes: live.image() } : live;
  }

  drop(program: string): void {
    this.#live.delete(program);
    this.#parked.delete(program);
  }

  #wake(program: string, load: Load | null): LiveProgram | Failed {
    if (load !== null) this.drop(program);
    const live = this.#live.get(program) ?? this.#rebuild(program, load);
    if (live instanceof LiveProgram) {
      this.#live.delete(program);
      this.#live.set(program, live);
      this.#parkSurplus();
    }
    return live;
  }

  #rebuild(program: string, load: Load | null): LiveProgram | Failed {
    const parked = this.#parked.get(program);
    this.#parked.delete(program);
    try {
      if (parked) return LiveProgram.restore(this.#base, parked.code, parked.codeHash, parked.image);
      if (load) return this.#replay(load);
    } catch (error) {
      if (error instanceof ElsewhereError) return failed("image", error.message);
      throw error;
    }
    return failed("engine", "this worker does not know the program");
  }

  /** Image and transcript give the heap again; where a turn leads elsewhere than it did, nothing further is run. */
  #replay({ code, codeHash, heap }: Load): LiveProgram | Failed {
    const live = heap.image
      ? LiveProgram.restore(this.#base, code, codeHash, heap.image.bytes)
      : LiveProgram.fresh(this.#base, code, codeHash);
    for (const { input, heapHash } of heap.turns) {
      const again = this.#around(input, () => live.run(input));
      if (!again.ok) return failed("image", `turn ${input.turn} of the transcript fails when it is replayed: ${again.fault.message}`);
      if (again.heapHash !== heapHash)
        return failed("image", `turn ${input.turn} of the transcript leads to another heap when it is replayed`);
    }
    return live;
  }

  #parkSurplus(): void {
    for (const [program, live] of this.#live) {
      if (this.#live.size <= this.#liveMax) return;
      this.#live.delete(program);
      this.#parked.set(program, { image: live.image(), ...live.source });
    }
  }
}

const failed = (reason: Fault["reason"], message: string): Failed => ({ ok: false, fault: { reason, message } });
