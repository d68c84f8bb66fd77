/** One program as its host knows it: what is kept of it, its mail, its status, and the turn it is at. */
import { type Crossing, ElsewhereError, type ErrorJson, limits, type Percept, type Quota } from "@elsewhere/protocol";
import type { HeapRow, ImageRow, LogRow, ProgramRow, TurnRow } from "../storage/contract.ts";
import { type Asked, sortAsked } from "./asked.ts";
import type { Code, Fault, Heap, Image, ProgramPool, ProgramStatus, TurnInput, TurnResult } from "./contract.ts";
import { linesOf, linesOfFault } from "./diary.ts";
import { faultToError } from "./faults.ts";
import { afterTurn, noted } from "./history.ts";
import { type Departed, isNewHeap, type Kept, keptRow, startAnew, wantsOf } from "./kept.ts";
import { type Mail, Mailbox } from "./mailbox.ts";
import type { Meter } from "./quotas.ts";
import { Rate } from "./rate.ts";
import type { Scheduled } from "./schedule.ts";
import type { ProgramSpec } from "./spec.ts";
import { afterFault, describeStep } from "./supervision.ts";
import { type Aside, encodeTurn, Tail } from "./transcript.ts";

/** A turn as it was begun. */
interface Begun {
  readonly turn: number;
  readonly now: number;
  readonly input: string;
  readonly percepts: readonly string[];
  readonly throughSeq: number;
  readonly ticks: Mail["ticks"];
  /** Mail that it was not given, and nobody will be. */
  readonly lost: Mailbox["all"];
}

type Phase =
  | { readonly kind: "idle" }
  | { readonly kind: "running" }
  | { readonly kind: "finished"; readonly begun: Begun; readonly result: TurnResult };

/** What a finished turn leads to; all of it goes into one commit. */
export interface Settled extends Asked {
  readonly turn: TurnRow | null;
  readonly image: Image | null;
  readonly row: ProgramRow;
  readonly logs: readonly LogRow[];
  readonly result: TurnResult;
}

/** What a turn's end is judged by. */
export interface Judging {
  readonly tick: number;
  /** The clock back-offs and quotas go by, ms. */
  readonly clockMs: number;
  readonly quota: Quota;
  readonly meters: readonly Meter[];
  authorText(codeHash: string, text: string): string;
}

/** What the last turn cost, and all of them since the host started, ms. */
export interface Figures {
  readonly turnMs: number;
  readonly totalMs: number;
}

const idle: Phase = { kind: "idle" };
const running: Phase = { kind: "running" };
const runningStatus: ProgramStatus = { kind: "running" };
const noFigures: Figures = { turnMs: 0, totalMs: 0 };

export class Resident implements Scheduled {
  spec: ProgramSpec;
  kept: Kept;
  status: ProgramStatus;
  readonly mailbox: Mailbox;
  readonly wakes = new Rate();
  figures = noFigures;
  /** Made when it first has a turn. */
  meter: Meter | null = null;
  queued = false;
  sleepsUntil: number | null = null;
  /** How many heaps it has had since the host started, one in the place of the other. */
  heaps = 0;
  /** It has just come from another host: what goes with the next `arrived` that it perceives. */
  arrival: Crossing | null = null;
  /** The pool gave this image up; it is stored once the turn it follows is. */
  letGoImage: Image | null = null;
  readonly #stored: (program: string) => Promise<HeapRow>;
  #tail: Tail | null = null;
  #phase = idle;

  /** `stored` reads the heap as it is in storage. */
  constructor(spec: ProgramSpec, kept: Kept, stored: (program: string) => Promise<HeapRow>) {
    this.spec = spec;
    this.kept = kept;
    this.mailbox = new Mailbox(kept.throughSeq);
    this.status = statusOf(kept);
    this.#stored = stored;
  }

  get phase(): Phase["kind"] {
    return this.#phase.kind;
  }

  /** Whether there is anything for a turn to do: a first one, a timer, or mail of `tick` and earlier. */
  isDue(now: number, tick: number): boolean {
    if (this.#phase.kind !== "idle" || (this.status.kind !== "running" && this.status.kind !== "backing_off")) return false;
    const { wakeAt, rewound, arrived } = this.kept;
    // Whoever has just come is told so by mail, and that is there once the arrival itself is durable: no sooner is its heap.
    if (arrived?.isNew === true && !rewound) return this.mailbox.hasMail(tick);
    return isNewHeap(this.kept) || (wakeAt !== null && wakeAt <= now) || this.mailbox.hasMail(tick);
  }

  /** Whether it consents to a crossing in the turn that has just finished. */
  get consents(): boolean {
    const phase = this.#phase;
    if (phase.kind !== "finished" || !phase.result.ok) return false;
    return phase.result.outcome.intents.some(({ intent: { kind } }) => kind === "cross" || kind === "accept");
  }

  /** Whether it has a life here, be it on its way to another host: it has neither ended nor left. */
  get livesHere(): boolean {
    return this.status.kind !== "ended" && this.status.kind !== "crossed";
  }

  /** A program that is suspended or held gets its mail too, for it may go on and still wait for an answer. */
  accepts(percept: Percept): boolean {
    return this.livesHere && (percept.kind === "reply" || this.kept.wants.has(percept.kind));
  }

  /** What it is told of a percept. */
  told(percept: Percept): Percept {
    const { arrival } = this;
    if (percept.kind !== "arrived" || arrival === null) return percept;
    this.arrival = null;
    return { ...percept, crossing: arrival };
  }

  /** Runs the next turn. Never rejects. */
  async run(now: number, tick: number, quota: Quota, pool: ProgramPool): Promise<void> {
    const begun = this.#beginTurn(now, tick, quota);
    this.#phase = running;
    // One that does not listen to where it arrives is not told of it later.
    this.arrival = null;
    let result: TurnResult;
    try {
      result = await pool.run(this.spec.program, begun.input, this.#wantsImage(begun.turn));
    } catch (error) {
      result = { ok: false, fault: { reason: "engine", message: (error as Error).message } };
    }
    if (result.ok) {
      const tail = (this.#tail ??= new Tail());
      if (begun.turn === 1) tail.begin(null);
      tail.add({ turn: begun.turn, input: begun.input, outcome: result.json });
    }
    this.#phase = { kind: "finished", begun, result };
  }

  async heap(): Promise<Heap> {
    if (this.kept.turn === 0 && this.#tail === null) return { image: null, turns: [] };
    return await (this.#tail ?? new Tail()).heap(() => this.#stored(this.spec.program));
  }

  /** What the pool gives up of a heap that was here before is kept no more. */
  heapIsGone(): void {
    this.heaps++;
    this.letGoImage = null;
  }

  /** The commit of `tick` is durable. */
  committed(tick: number): void {
    this.#tail?.committed(tick);
    if (this.#tail?.isEmpty === true) this.#tail = null;
  }

  /** Takes a finished turn into account; null if there is none. */
  settle(judging: Judging): Settled | null {
    const phase = this.#phase;
    if (phase.kind !== "finished") return null;
    this.#phase = idle;
    const { begun, result } = phase;
    if (!this.livesHere || this.status.kind === "crossing") {
      // Nobody waits for a turn whose program has ended or is to leave: it never was.
      this.mailbox.release(judging.quota.mailboxItems);
      this.#tail?.drop(begun.turn);
      return null;
    }
    return result.ok ? this.#good(begun, result, judging) : this.#failed(begun, result, judging);
  }

  /** Goes on from an older image of the same code, with the next turn and at once. `forgives` its faults so far. */
  rewind({ turn, bytes, hash }: ImageRow, now: number, tick: number, forgives: boolean): ProgramRow {
    const { arrived } = this.kept;
    this.#tail ??= new Tail();
    this.#tail.begin({ turn, bytes });
    this.#tail.emitted(tick);
    const again = arrived?.image === hash ? { ...arrived, isNew: true } : arrived;
    this.#begin(tick, forgives, { ...this.kept, turn, imageTurn: turn, rewound: true, wakeAt: now, arrived: again });
    return this.row();
  }

  /** Its heap starts anew, with its memory; mail it has not taken was for the heap that is gone. */
  startAnew(code: Code, tick: number, forgives: boolean): ProgramRow {
    this.spec = { ...this.spec, code };
    this.#tail = null;
    this.#begin(tick, forgives, { ...startAnew(this.kept, code.hash, this.kept.lastN), faultsInRow: this.kept.faultsInRow });
    return this.row();
  }

  suspend(error: ErrorJson, tick: number): ProgramRow {
    this.status = { kind: "suspended", error };
    return this.#change(tick, { suspended: error });
  }

  resume(tick: number): ProgramRow {
    this.status = runningStatus;
    return this.#change(tick, { suspended: null, faultsInRow: 0, goodInRow: 0 });
  }

  end(tick: number): ProgramRow {
    this.status = { kind: "ended" };
    return this.#change(tick, { ended: true, wakeAt: null, wants: wantsOf([]), memory: "{}" });
  }

  /** No turn of it begins from now on, for it is to leave. What it was held for before counts no longer. */
  hold(attempt: string, now: number, tick: number): ProgramRow {
    const { crossing } = this.kept;
    this.status = { kind: "crossing" };
    return this.#change(tick, { crossing: { kind: "held", attempt, now, body: crossing?.kind === "held" ? crossing.body : null } });
  }

  /** Its body goes, to the place that it may come back to. */
  depart(body: Departed, tick: number): ProgramRow {
    const { crossing } = this.kept;
    return this.#change(tick, crossing?.kind === "held" ? { crossing: { ...crossing, body } } : {});
  }

  /** It is held no longer, and goes on as it was. */
  remain(tick: number): ProgramRow {
    this.status = runningStatus;
    return this.#change(tick, { crossing: null });
  }

  /** It lives at `host`. `spawned`: what is to be known of it here should it come back. */
  bury(spawned: Kept["spawned"], host: string, tick: number): ProgramRow {
    const { attempt } = this.kept.crossing!;
    this.status = { kind: "crossed", host };
    const throughSeq = this.mailbox.lastSeq;
    this.mailbox.settle(throughSeq);
    const nothingWaits = { throughSeq, wakeAt: null, wants: wantsOf([]), memory: "{}", rewound: false, chance: null, arrived: null };
    return this.#change(tick, { ...nothingWaits, crossing: { kind: "left", attempt, host }, spawned });
  }

  /** It has started another program. */
  hasStarted(tick: number): ProgramRow {
    return this.#change(tick, { children: this.kept.children + 1 });
  }

  /** Its parent has ended: what it has was taken from that one's parent, or is its own. */
  adoptedBy(parent: string | null, tick: number): ProgramRow {
    this.spec = { ...this.spec, parent };
    const { spawned } = this.kept;
    return this.#change(tick, spawned === null ? {} : { spawned: { ...spawned, parent } });
  }

  row(): ProgramRow {
    return keptRow(this.spec.program, this.kept);
  }

  /** A young program has its first image sooner, so that there is something to go back to. */
  #wantsImage(turn: number): boolean {
    const { imageTurn } = this.kept;
    return turn - imageTurn >= (imageTurn === 0 ? limits.turnsBeforeFirstImageMax : limits.turnsBetweenImagesMax);
  }

  /** Another heap than the last one takes its place. */
  #begin(tick: number, forgives: boolean, kept: Kept): void {
    this.letGoImage = null;
    this.status = runningStatus;
    this.#change(tick, { ...kept, suspended: null, goodInRow: 0, faultsInRow: forgives ? 0 : kept.faultsInRow });
  }

  /** What changes otherwise than by a good turn. */
  #change(tick: number, changed: Partial<Kept>): ProgramRow {
    this.kept = noted(this.kept, { ...this.kept, ...changed }, tick);
    return this.row();
  }

  #beginTurn(now: number, tick: number, quota: Quota): Begun {
    const { name, body, seed } = this.spec;
    const { turn: before, memory, lastN, rewound, chance, arrived } = this.kept;
    const starts = before === 0;
    // Mail from before a start was for an earlier heap, which is gone.
    const { mailbox } = this;
    const { percepts, throughSeq, ticks } = starts ? { percepts: [], throughSeq: mailbox.lastSeq, ticks: [] } : mailbox.hold(tick);
    const head: Omit<TurnInput, "percepts"> = {
      turn: before + 1,
      now,
      start: starts ? { id: body, name, seed, memory: JSON.parse(memory), lastN } : null,
      rewound: rewound ? { lastN } : null,
      heapBytesMax: Math.floor(quota.heapBytes),
      ...(chance !== null && { chance }),
      ...(arrived?.isNew === true && { arrived: { id: body, name, shiftMs: arrived.shiftMs, n: arrived.n } }),
    };
    const input = `${JSON.stringify(head).slice(0, -1)},"percepts":[${percepts.join()}]}`;
    return { turn: head.turn, now, input, percepts, throughSeq, ticks, lost: starts ? mailbox.all : [] };
  }

  #good(begun: Begun, result: Extract<TurnResult, { ok: true }>, judging: Judging): Settled {
    const { turn, input, throughSeq } = begun;
    const { outcome, json, turnMs, image } = result;
    const { tick, clockMs, quota, meters } = judging;
    const { kept } = this;
    const asked = sortAsked(outcome, {
      lastN: kept.lastN,
      intentsPerTurn: quota.intentsPerTurn,
      speaks: () => meters.every((meter) => meter.takeSpeech(clockMs)),
    });
    this.mailbox.settle(throughSeq);
    this.#tail?.emitted(tick);
    this.figures = { turnMs, totalMs: this.figures.totalMs + turnMs };
    this.wakes.add(clockMs);
    this.status = runningStatus;
    const aside = this.#aside(begun, tick);
    this.kept = {
      ...afterTurn(kept, turn, throughSeq, outcome),
      imageTurn: image?.turn ?? (turn === 1 ? 0 : kept.imageTurn),
      heapBytes: image?.heapBytes ?? kept.heapBytes,
    };
    const { program } = this.spec;
    return {
      ...asked,
      turn: { program, turn, tick, throughSeq: this.kept.throughSeq, bytes: encodeTurn({ input, outcome: json }, aside) },
      image,
      row: this.row(),
      logs: outcome.log.length === 0 ? [] : linesOf(outcome, this.#diarist(begun, judging)),
      result,
    };
  }

  /** What has to be told beside a turn that is committed with `tick`. */
  #aside({ ticks, lost }: Begun, tick: number): Aside {
    const asUsual = ticks.every(([of]) => of === tick - 1);
    return {
      ...(!asUsual && { mail: ticks }),
      ...(lost.length > 0 && { lost }),
      ...(this.kept.since.length > 0 && { kept: this.kept.since }),
    };
  }

  #failed(begun: Begun, result: Extract<TurnResult, { ok: false }>, judging: Judging): Settled {
    const { fault } = result;
    const { quota, clockMs } = judging;
    this.mailbox.release(quota.mailboxItems);
    const faultsInRow = this.kept.faultsInRow + 1;
    this.#change(judging.tick, { faults: this.kept.faults + 1, faultsInRow, goodInRow: 0 });
    const told: Fault = { ...fault, message: judging.authorText(this.kept.codeHash, fault.message) };
    const error = faultToError(this.spec.program, told).toJSON();
    const next = afterFault(fault, faultsInRow);
    if (next === null) this.suspend(error, judging.tick);
    else this.status = { kind: "backing_off", faults: faultsInRow, next: next.step, untilMs: clockMs + next.waitMs, error };
    const what = next === null ? `suspended after ${faultsInRow} faults in a row` : describeStep(next.step, next.waitMs);
    const logs = linesOfFault(fault, what, this.#diarist(begun, judging));
    return { intents: [], spawns: [], crossings: [], refused: [], turn: null, image: null, row: this.row(), logs, result };
  }

  #diarist({ now, percepts }: Begun, { clockMs, meters, authorText }: Judging): Parameters<typeof linesOf>[1] {
    return {
      program: this.spec.program,
      now,
      percepts,
      authorText: (text) => authorText(this.kept.codeHash, text),
      writes: (bytes) => meters.every((meter) => meter.takeLog(clockMs, bytes)),
    };
  }
}

function statusOf({ ended, crossing, suspended }: Kept): ProgramStatus {
  if (ended) return { kind: "ended" };
  if (crossing !== null) return crossing.kind === "held" ? { kind: "crossing" } : { kind: "crossed", host: crossing.host };
  return suspended === null ? runningStatus : { kind: "suspended", error: suspended };
}

export const suspendedByOperator: ErrorJson = new ElsewhereError("forbidden", "suspended by the operator").toJSON();
