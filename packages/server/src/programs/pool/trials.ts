/**
 * Tries heaps that came from elsewhere. Each runs one turn in a worker made for it alone, which is ended whatever happens:
 * what is wrong with such a heap is found out where nobody else can be harmed.
 */
import { createHash } from "node:crypto";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { Code, Image, TurnResult } from "../contract.ts";
import { adopt, readPortable } from "../sandbox/portable.ts";
import { headOf } from "../sandbox/turn.ts";
import { wasmPageBytes } from "../sandbox/wasm.ts";
import type { Grounds } from "./grounds.ts";
import { closedPool, failed, ranOf, withoutText } from "./request.ts";
import { type Blame, type ThreadOptions, WorkerThread } from "./thread.ts";

const options = { turnMsMax: limits.trialMsMax, startMsMax: limits.trialMsMax, slotsMax: 1, turnPollsMax: limits.trialPollsMax };
const request = { id: 1, key: "trial", withImage: false, apart: true } as const;

export class Trials {
  readonly #grounds: Grounds;
  readonly #time: ThreadOptions["time"];
  readonly #threads = new Map<WorkerThread, (result: TurnResult) => void>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #closed = false;

  constructor(grounds: Grounds, time: ThreadOptions["time"]) {
    this.#grounds = grounds;
    this.#time = time;
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
    const threads = [...this.#threads];
    await Promise.all(threads.map(([thread]) => thread.close()));
    for (const [, answer] of threads) answer(closedPool);
  }

  async #checked(code: Code, portable: Uint8Array, heapBytesMax: number): Promise<Image> {
    if (createHash("sha256").update(code.text).digest("hex") !== code.hash)
      throw new ElsewhereError("corrupt", "the code that came has another hash than it says", { field: "code" });
    const envelope = readPortable(portable);
    await this.#grounds.learnBase(envelope);
    const base = this.#grounds.baseOf(envelope.base);
    const { image, template } = adopt(base, code.hash, portable);
    // What was freed leaves gaps, so that an honest memory may be larger than what is in use of it.
    const limit = base.stackPointer + base.heap.length + 2 * heapBytesMax + wasmPageBytes;
    if (envelope.memoryBytes > limit)
      throw new ElsewhereError("limit", `the image is of a larger memory than ${limit} bytes`, { field: "image", limit });
    this.#grounds.addBare(template);
    return image;
  }

  async #turn(code: Code, { bytes, template }: Image, input: string): Promise<TurnResult> {
    const { promise, resolve } = Promise.withResolvers<TurnResult>();
    const thread = new WorkerThread(
      this.#grounds,
      { ...options, time: this.#time },
      {
        answered: (_, { answers: [answer], buffer }) => {
          if (answer?.kind === "ran") resolve(ranOf(answer, buffer));
          else if (answer?.kind === "failed") resolve({ ok: false, fault: answer.fault });
          else resolve(failed("engine", "the trial came to nothing"));
        },
        lost: (_thread, _held, { fault }: Blame) => resolve({ ok: false, fault }),
      },
    );
    this.#threads.set(thread, resolve);
    const load = { code: withoutText(code), base: this.#grounds.standing(template, code.hash)!.base, template, newest: null };
    thread.ask({ ...request, input }, { ...load, image: bytes, turns: [] });
    try {
      return await promise;
    } finally {
      this.#threads.delete(thread);
      await thread.close();
    }
  }
}
