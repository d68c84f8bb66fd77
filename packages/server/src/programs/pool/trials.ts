/**
 * Tries heaps that came from elsewhere. Each runs one turn in a worker in which no other program is: what is wrong with such
 * a heap is found out where nobody else can be harmed. A worker in which one failed is ended with it. To begin one takes longer
 * than all else that an arrival waits for, so one is begun for whoever is about to come, and one in which all went well is
 * kept for the next, its memory cleaned as every slot is in which a foreign heap was.
 */
import { createHash } from "node:crypto";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Code, Image, TurnResult } from "../contract.ts";
import { readPortable } from "../sandbox/portable.ts";
import { headOf } from "../sandbox/turn.ts";
import { wasmPageBytes } from "../sandbox/wasm.ts";
import type { Grounds } from "./grounds.ts";
import { closedPool, failed, ranOf, withoutText } from "./request.ts";
import { type Blame, type ThreadOptions, WorkerThread } from "./thread.ts";

const options = { turnMsMax: limits.trialMsMax, startMsMax: limits.trialMsMax, slotsMax: 1, turnPollsMax: limits.trialPollsMax };

export class Trials {
  readonly #grounds: Grounds;
  readonly #time: ThreadOptions["time"];
  readonly #trials = new Set<Trial>();
  #spare: { readonly trial: Trial; readonly cancel: () => void } | null = null;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #count = 0;
  #closed = false;

  constructor(grounds: Grounds, time: ThreadOptions["time"]) {
    this.#grounds = grounds;
    this.#time = time;
  }

  /** Somebody is about to be tried. */
  prepare(): void {
    if (this.#closed || this.#spare !== null) return;
    const trial = this.#begin();
    trial.thread.begin(this.#grounds.base);
    this.#keep(trial);
  }

  async run(code: Code, portable: Uint8Array, input: string): Promise<TurnResult> {
    if (this.#running === limits.trialsMax) await new Promise<void>((next) => this.#waiting.push(next));
    else this.#running++;
    try {
      const image = await this.#checked(code, portable, headOf(input).heapBytesMax);
      return this.#closed ? closedPool : await this.#turn(code, image, input);
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      return failed("image", error.message);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const spare = this.#takeSpare();
    const trials = [...this.#trials];
    await Promise.all([...trials, ...(spare === null ? [] : [spare])].map(({ thread }) => thread.close()));
    for (const { answer } of trials) answer(closedPool);
  }

  async #checked(code: Code, portable: Uint8Array, heapBytesMax: number): Promise<Image> {
    if (createHash("sha256").update(code.text).digest("hex") !== code.hash)
      throw new ElsewhereError("corrupt", "the code that came has another hash than it says", { field: "code" });
    const envelope = readPortable(portable);
    await this.#grounds.learnBase(envelope);
    const { stackPointer, heap } = this.#grounds.baseOf(envelope.base);
    // What was freed leaves gaps, so that an honest memory may be larger than what is in use of it.
    const limit = stackPointer + heap.length + 2 * heapBytesMax + wasmPageBytes;
    if (envelope.memoryBytes > limit)
      throw new ElsewhereError("limit", `the image is of a larger memory than ${limit} bytes`, { field: "image", limit });
    return this.#grounds.adopt(code.hash, portable).image;
  }

  async #turn(code: Code, { bytes, template }: Image, input: string): Promise<TurnResult> {
    const trial = this.#takeSpare() ?? this.#begin();
    const { thread } = trial;
    this.#trials.add(trial);
    const id = ++this.#count;
    const key = `trial ${id}`;
    const answered = new Promise<TurnResult>((resolve) => (trial.answer = resolve));
    const load = { code: withoutText(code), base: this.#grounds.standing(template, code.hash)!.base, template, newest: null };
    thread.ask({ id, key, input, withImage: false, apart: true }, { ...load, image: bytes, turns: [] });
    const result = await answered;
    this.#trials.delete(trial);
    if (result.ok && !this.#closed && this.#spare === null) {
      thread.drop(key);
      this.#keep(trial);
    } else await thread.close();
    return result;
  }

  #keep(trial: Trial): void {
    const cancel = this.#time.after(limits.trialSpareMsMax, () => {
      this.#spare = null;
      void trial.thread.close();
    });
    this.#spare = { trial, cancel };
  }

  #takeSpare(): Trial | null {
    const spare = this.#spare;
    this.#spare = null;
    spare?.cancel();
    return spare?.trial ?? null;
  }

  #begin(): Trial {
    const trial: Omit<Trial, "thread"> = { answer: () => {} };
    const thread = new WorkerThread(
      this.#grounds,
      { ...options, time: this.#time },
      {
        answered: (_, { answers: [given], buffer }) => {
          if (given?.kind === "ran") trial.answer(ranOf(given, buffer));
          else if (given?.kind === "failed") trial.answer({ ok: false, fault: given.fault });
          else trial.answer(failed("engine", "the trial came to nothing"));
        },
        // One that is lost while it waits begins anew with the trial.
        lost: (_thread, held, { fault }: Blame) => {
          if (held.length > 0) trial.answer({ ok: false, fault });
        },
      },
    );
    return Object.assign(trial, { thread });
  }
}

interface Trial {
  readonly thread: WorkerThread;
  /** Takes what the present trial comes to. */
  answer: (result: TurnResult) => void;
}
