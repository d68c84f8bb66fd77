/** One program as its host knows it: what is kept of it, its mail, its status, and the turn it is at. */
import { ElsewhereError, type ErrorJson, type Intent, limits, type Percept, type PerceptKind } from "@elsewhere/protocol";
import type { DeliveryRow, ImageRow, LogRow, ProgramRow, Storage, TurnRow } from "../storage/contract.ts";
import type { Fault, Heap, Outcome, ProgramPool, ProgramStatus, TurnInput, TurnResult } from "./contract.ts";
import { faultToError } from "./faults.ts";
import type { Kept } from "./kept.ts";
import { Mailbox } from "./mailbox.ts";
import type { ProgramSpec } from "./programs.ts";
import { encodeTurn, Tail } from "./transcript.ts";

type Phase =
  | { readonly kind: "idle" }
  | { readonly kind: "running" }
  | {
      readonly kind: "finished";
      readonly input: TurnInput;
      readonly throughSeq: number;
      readonly result: TurnResult;
      readonly image: ImageRow | null;
    };

/** What a finished turn leads to; all of it goes into one commit. */
export interface Settled {
  readonly intents: readonly { readonly n: number; readonly intent: Intent }[];
  readonly refused: readonly { readonly n: number; readonly error: ErrorJson }[];
  readonly turn: TurnRow | null;
  readonly image: ImageRow | null;
  readonly row: ProgramRow;
  readonly logs: readonly LogRow[];
}

/** What the last turn cost. */
export interface Figures {
  readonly heapBytes: number;
  readonly turnMs: number;
}

export class Resident {
  readonly spec: ProgramSpec;
  readonly mailbox: Mailbox;
  kept: Kept;
  status: ProgramStatus;
  wants: ReadonlySet<PerceptKind>;
  figures: Figures = { heapBytes: 0, turnMs: 0 };
  readonly #tail = new Tail();
  readonly #pool: ProgramPool;
  readonly #storage: Pick<Storage, "heap">;
  #phase: Phase = { kind: "idle" };

  constructor(spec: ProgramSpec, kept: Kept, mail: readonly DeliveryRow[], pool: ProgramPool, storage: Pick<Storage, "heap">) {
    this.spec = spec;
    this.kept = kept;
    this.mailbox = new Mailbox(spec.program, mail, kept.throughSeq);
    this.status = kept.suspended === null ? { kind: "running" } : { kind: "suspended", error: kept.suspended };
    this.wants = new Set(kept.wants);
    this.#pool = pool;
    this.#storage = storage;
  }

  get phase(): Phase["kind"] {
    return this.#phase.kind;
  }

  /** Whether a turn should begin now, with the mail of `tick` and earlier. `clockMs` is the clock back-offs go by. */
  isDue(now: number, tick: number, clockMs: number): boolean {
    if (this.#phase.kind !== "idle") return false;
    if (this.status.kind === "suspended" || this.status.kind === "ended") return false;
    if (this.status.kind === "backing_off" && clockMs < this.status.untilMs) return false;
    const { turn, wakeAt } = this.kept;
    return turn === 0 || (wakeAt !== null && wakeAt <= now) || this.mailbox.hasMail(tick);
  }

  accepts(percept: Percept): boolean {
    if (this.status.kind === "suspended" || this.status.kind === "ended") return false;
    return percept.kind === "reply" || this.wants.has(percept.kind);
  }

  /** Runs the next turn and, when one is due, takes an image after it. Never rejects. */
  async run(now: number, tick: number): Promise<void> {
    const { name, body, seed } = this.spec;
    const { turn, memory, lastN } = this.kept;
    const starts = turn === 0;
    // Mail from before a start was for an earlier heap, which is gone.
    const { percepts, throughSeq } = starts ? { percepts: [], throughSeq: this.mailbox.lastSeq } : this.mailbox.hold(tick);
    const input: TurnInput = { turn: turn + 1, now, start: starts ? { id: body, name, seed, memory, lastN } : null, percepts };
    this.#phase = { kind: "running" };
    let result: TurnResult;
    try {
      result = await this.#pool.run(this.spec.program, input);
    } catch (error) {
      result = { ok: false, fault: { reason: "engine", message: (error as Error).message } };
    }
    if (result.ok) this.#tail.add({ input, outcome: result.outcome, heapHash: result.heapHash });
    const image = result.ok && input.turn - this.kept.imageTurn >= limits.turnsBetweenImagesMax ? await this.image(input.turn) : null;
    this.#phase = { kind: "finished", input, throughSeq, result, image };
  }

  /** An image after `turn`, null if there is none to be had just now: the transcript is enough without. */
  async image(turn: number): Promise<ImageRow | null> {
    try {
      const image = await this.#pool.image(this.spec.program);
      return image.turn === turn ? { program: this.spec.program, ...image } : null;
    } catch {
      return null;
    }
  }

  /** What the worker that runs this program next needs, to have its heap as it is after the last turn that ended well. */
  async heap(): Promise<Heap> {
    if (this.kept.turn === 0) return this.#tail.heap({ image: null, turns: [] });
    return this.#tail.heap(await this.#storage.heap(this.spec.program));
  }

  committed(tick: number): void {
    this.#tail.committed(tick);
  }

  /** Takes a finished turn into account at `tick`; null if there is none. */
  settle(now: number, tick: number, clockMs: number): Settled | null {
    const phase = this.#phase;
    if (phase.kind !== "finished") return null;
    this.#phase = { kind: "idle" };
    const { input, throughSeq, result, image } = phase;
    if (!result.ok) return this.#fail(result.fault, now, clockMs);
    const { outcome, heapBytes, turnMs, heapHash } = result;
    const { intents, stale } = this.#sortIntents(outcome);
    this.mailbox.settle(throughSeq);
    this.#tail.emitted(tick);
    this.figures = { heapBytes, turnMs };
    this.status = { kind: "running" };
    this.wants = new Set(outcome.wants);
    this.kept = {
      ...this.kept,
      turn: input.turn,
      imageTurn: image?.turn ?? (input.turn === 1 ? 0 : this.kept.imageTurn),
      throughSeq: Math.max(this.kept.throughSeq, throughSeq),
      wakeAt: outcome.wakeAt,
      wants: outcome.wants,
      lastN: intents.at(-1)?.n ?? this.kept.lastN,
      memory: outcome.memory ?? this.kept.memory,
      turns: this.kept.turns + 1,
      faultsInRow: 0,
    };
    const { program } = this.spec;
    return {
      intents,
      refused: [...outcome.refused, ...stale],
      turn: { program, turn: input.turn, tick, throughSeq: this.kept.throughSeq, bytes: encodeTurn({ input, outcome, heapHash }) },
      image,
      row: this.#row(),
      logs: outcome.log.map(({ level, text }) => ({ program, now: input.now, level, text })),
    };
  }

  /** A number used before could have been answered before: such an intent is not acted on. */
  #sortIntents({ intents }: Outcome): { intents: Outcome["intents"]; stale: Outcome["refused"] } {
    const { lastN } = this.kept;
    const error = new ElsewhereError("malformed", `an intent's number must be above ${lastN}`, {
      field: "intent.n",
      limit: lastN,
    }).toJSON();
    return {
      intents: intents.filter(({ n }) => n > lastN),
      stale: intents.filter(({ n }) => n <= lastN).map(({ n }) => ({ n, error })),
    };
  }

  #fail(fault: Fault, now: number, clockMs: number): Settled {
    this.mailbox.release();
    const { program } = this.spec;
    const faultsInRow = this.kept.faultsInRow + 1;
    const error = faultToError(program, fault).toJSON();
    const suspended = faultsInRow >= limits.faultsInRowMax;
    this.kept = { ...this.kept, faults: this.kept.faults + 1, faultsInRow, suspended: suspended ? error : null };
    const waitMs = Math.min(1000 * 2 ** (faultsInRow - 1), limits.backOffMsMax);
    this.status = suspended ? { kind: "suspended", error } : { kind: "backing_off", faults: faultsInRow, untilMs: clockMs + waitMs, error };
    const then = suspended ? `suspended after ${faultsInRow} faults in a row` : `tried again in ${waitMs / 1000} s`;
    const logs: LogRow[] = [{ program, now, level: "host", text: `fault (${then}): ${fault.reason}: ${fault.message}` }];
    return { intents: [], refused: [], turn: null, image: null, row: this.#row(), logs };
  }

  #row(): ProgramRow {
    return { program: this.spec.program, state: JSON.stringify(this.kept) };
  }
}
