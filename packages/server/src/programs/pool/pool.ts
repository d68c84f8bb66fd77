/**
 * The pool: requests of one go travel to their workers together; a program keeps its worker while it is live there, and
 * any worker may wake it afterwards. A worker is expendable. When one is ended because a turn overran, that turn alone
 * fails; every other request it held is given again, with what it takes to rebuild the heap, as if nothing had happened.
 */
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { RealTime } from "../../ticks/clock.ts";
import type { Code, Ground, HeapKeeper, Image, PoolFigures, PortableImage, ProgramPool, Residence, TurnResult } from "../contract.ts";
import { type Answer, type FromWorker, unpack } from "./messages.ts";
import { Grounds } from "./grounds.ts";
import { Member, stored } from "./member.ts";
import { Parking } from "./parking.ts";
import { closedPool, failed, type Failed, type Imaged, imageOf, ranOf, type Request, withoutText } from "./request.ts";
import { buildBase } from "../sandbox/base.ts";
import { flatten } from "../sandbox/portable.ts";
import { type Blame, WorkerThread } from "./thread.ts";
import { Trials } from "./trials.ts";

export interface PoolOptions {
  /** The bytes of quickjs.wasm. */
  readonly engine: Uint8Array;
  /** The author's library as `bundleLibrary` makes it. */
  readonly library: string;
  /** How many worker threads; one per core but one is a good number. */
  readonly workers: number;
  readonly time: Pick<RealTime, "monotonicMs" | "after">;
  /** A stored ground by its hash, for what this pool does not know itself; without it no older image goes on. */
  readonly ground?: (hash: string) => Promise<Uint8Array | null>;
  /** Processor time of a turn, and of a program's first turn. Larger values suit lockstep, where only fuel should decide. */
  readonly turnMsMax?: number;
  readonly startMsMax?: number;
  readonly slotsPerWorkerMax?: number;
  readonly parkedBytesMax?: number;
  readonly turnsInFlightPerWorkerMax?: number;
}

const removedProgram = failed("engine", "the program was removed");
const idMax = 0x7fff_ffff;

export class WorkerPool implements ProgramPool {
  readonly base: string;
  readonly #grounds: Grounds;
  readonly #parking: Parking;
  readonly #threads: readonly WorkerThread[];
  readonly #trials: Trials;
  readonly #inFlightMax: number;
  readonly #members = new Map<string, Member>();
  /** All that wait for an answer, in the order they came. */
  readonly #requests = new Map<number, Request>();
  /** Asked for in this go. */
  #arrived: Request[] = [];
  /** Requests whose keeper has to be asked first: those that wait for that, and those it was begun for. */
  readonly #toFetch = new Set<Request>();
  readonly #fetching = new Set<Request>();
  #id = 0;
  #serial = 0;
  #workersLost = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    const {
      turnMsMax = limits.turnMsMax,
      startMsMax = limits.startMsMax,
      slotsPerWorkerMax: slotsMax = limits.slotsPerWorkerMax,
    } = options;
    this.#grounds = new Grounds(buildBase(options.engine, options.library), options.ground ?? (() => Promise.resolve(null)), (template) => {
      for (const thread of this.#threads) thread.dropTemplate(template);
    });
    this.base = this.#grounds.base;
    this.#parking = new Parking(options.parkedBytesMax ?? limits.parkedBytesMax, this.#grounds.use);
    this.#inFlightMax = options.turnsInFlightPerWorkerMax ?? limits.turnsInFlightPerWorkerMax;
    this.#trials = new Trials(this.#grounds, options.time);
    const threadOptions = { time: options.time, turnMsMax, startMsMax, slotsMax, turnPollsMax: limits.turnPollsMax };
    const events = {
      answered: (thread: WorkerThread, message: FromWorker) => this.#answered(thread, message),
      lost: (thread: WorkerThread, held: readonly number[], blame: Blame) => this.#lost(thread, held, blame),
    };
    this.#threads = Array.from({ length: Math.max(1, options.workers) }, () => new WorkerThread(this.#grounds, threadOptions, events));
  }

  add(program: string, code: Code, keeper: HeapKeeper): void {
    this.remove(program);
    this.#members.set(program, new Member(++this.#serial, program, code, keeper));
  }

  remove(program: string): void {
    const member = this.#members.get(program);
    if (member === undefined) return;
    this.#members.delete(program);
    member.removed = true;
    this.#parking.release(member);
    if (member.whereabouts.kind === "live") this.#forget(member, member.whereabouts.thread);
  }

  run(program: string, input: string, withImage: boolean): Promise<TurnResult> {
    return this.#request(program, input, withImage) as Promise<TurnResult>;
  }

  async image(program: string): Promise<Image | null> {
    const result = await this.rebuild(program);
    return result.ok ? result.image : null;
  }

  /** The program's present heap, or why it cannot be had. Not while a turn of it runs. */
  rebuild(program: string): Promise<Imaged> {
    return this.#request(program, null, true) as Promise<Imaged>;
  }

  async portable(program: string): Promise<PortableImage | null> {
    const image = await this.image(program);
    const template = image === null ? null : this.#grounds.get(image.template);
    return image === null || template === null ? null : flatten(template.bytes, image);
  }

  knows(stands: Pick<PortableImage, "engine" | "base">): boolean {
    return this.#grounds.knowsBase(stands);
  }

  prepareTrial(): void {
    this.#trials.prepare();
  }

  tryOut(code: Code, portable: Uint8Array, input: string): Promise<TurnResult> {
    return this.#trials.run(code, portable, input);
  }

  adopt({ hash }: Code, portable: Uint8Array): { readonly image: Image; readonly grounds: readonly Ground[] } {
    const { engine, base, image, template } = this.#grounds.adopt(hash, portable);
    return { image, grounds: [engine, base, template.hash].map((each) => this.#grounds.get(each)!) };
  }

  ground(hash: string): Ground | null {
    return this.#grounds.get(hash);
  }

  residence(program: string): Residence {
    return this.#members.get(program)?.whereabouts.kind ?? "stored";
  }

  get figures(): PoolFigures {
    const live = this.#threads.reduce((sum, thread) => sum + thread.live.size, 0);
    return { live, parked: this.#parking.count, parkedBytes: this.#parking.bytes, workersLost: this.#workersLost };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#trials.close(), ...this.#threads.map((thread) => thread.close())]);
    for (const request of this.#requests.values()) this.#settle(request, closedPool);
  }

  #request(program: string, input: string | null, withImage: boolean): Promise<TurnResult | Imaged> {
    const member = this.#members.get(program);
    if (member === undefined) return Promise.reject(new ElsewhereError("unknown", `there is no program "${program}"`, { field: program }));
    if (this.#closed) return Promise.resolve(closedPool);
    return new Promise((answer) => {
      this.#id = (this.#id % idMax) + 1;
      const request: Request = { id: this.#id, member, input, withImage, answer, thread: null, fetched: null };
      this.#requests.set(request.id, request);
      if (member.busy) (member.waiting ??= []).push(request);
      else this.#begin(request);
    });
  }

  /** One request of a program is under way at a time: who asks for many waits for itself alone. */
  #begin(request: Request): void {
    request.member.busy = true;
    if (this.#arrived.push(request) === 1) queueMicrotask(() => this.#flush());
  }

  /** Live programs first: were they to wait for those of the same go that have to be woken, they would be parked to make room. */
  #flush(): void {
    const arrived = this.#arrived;
    this.#arrived = [];
    if (this.#closed) return;
    for (const request of arrived) if (request.member.whereabouts.kind === "live") this.#queue(request);
    for (const request of arrived) if (request.thread === null) this.#queue(request);
    this.#pump();
  }

  /** Finds out who is to work on it. */
  #queue(request: Request): void {
    const { member } = request;
    const { whereabouts } = member;
    if (member.removed) return this.#settle(request, removedProgram);
    if (whereabouts.kind === "parked" && request.input === null)
      return this.#settle(request, { ok: true, image: this.#parking.image(member)! });
    if (whereabouts.kind === "stored" && request.fetched === null) return this.#fetchLater(request);
    if (whereabouts.kind === "parked") this.#parking.lend(member);
    request.thread = whereabouts.kind === "live" ? whereabouts.thread : this.#leastLoaded();
    request.thread.queue.add(request);
  }

  #leastLoaded(): WorkerThread {
    const loadOf = ({ queue, held }: WorkerThread): number => queue.size + held;
    return this.#threads.reduce((least, each) => (loadOf(each) < loadOf(least) ? each : least));
  }

  /** Gives out what waits, as far as there is room. */
  #pump(): void {
    if (this.#closed) return;
    for (const thread of this.#threads) {
      for (const request of thread.queue) {
        if (thread.held >= this.#inFlightMax) break;
        thread.queue.delete(request);
        this.#give(thread, request);
      }
    }
    for (const request of this.#toFetch) {
      if (this.#fetching.size >= this.#inFlightMax * this.#threads.length) break;
      this.#toFetch.delete(request);
      this.#fetching.add(request);
      void this.#fetch(request);
    }
  }

  #give(thread: WorkerThread, request: Request): void {
    const { id, member, input, withImage, fetched } = request;
    const { key, code, whereabouts } = member;
    const asked = { id, key, input, withImage, apart: member.keeper.isApart?.(input) ?? false };
    if (member.removed) this.#settle(request, removedProgram);
    else if (fetched !== null) thread.ask(asked, { code, ...fetched });
    else if (whereabouts.kind === "live") thread.ask(asked, null);
    else {
      const image = this.#parking.view(member);
      const footing = whereabouts.kind === "parked" ? this.#grounds.standing(whereabouts.template, code.hash) : null;
      if (image !== null && footing !== null) thread.ask(asked, { code: withoutText(code), ...footing, image, turns: [] });
      else {
        this.#parking.release(member);
        this.#fetchLater(request);
      }
    }
  }

  #fetchLater(request: Request): void {
    request.thread = null;
    this.#toFetch.add(request);
  }

  /** Asks its keeper for its heap, and for what that stands on. */
  async #fetch(request: Request): Promise<void> {
    const { member } = request;
    try {
      const { image, turns } = await member.keeper.heap();
      const bytes = image?.bytes ?? null;
      const footing = bytes === null ? this.#grounds.fresh(member.code.hash) : await this.#grounds.under(bytes);
      request.fetched = { ...footing, image: bytes, turns };
    } catch (error) {
      this.#settle(request, failed("image", (error as Error).message));
    }
    if (this.#requests.has(request.id)) this.#queue(request);
    this.#pump();
  }

  #answered(thread: WorkerThread, { answers, parked, templates, buffer }: FromWorker): void {
    for (const template of templates) {
      this.#grounds.addMade(template);
      thread.knows(template.hash);
    }
    const absent: Request[] = [];
    for (const answer of answers) {
      const request = this.#requests.get(answer.id);
      if (request === undefined) continue;
      if (answer.kind === "absent") absent.push(request);
      else if (answer.kind === "failed") this.#failed(request, failed(answer.fault.reason, answer.fault.message));
      else this.#went(thread, request, answer, buffer);
    }
    for (const { key, image } of parked) {
      const member = thread.live.get(key);
      if (member === undefined) continue;
      this.#leave(member, thread);
      const template = this.#grounds.get(image.template)?.hash ?? image.template;
      this.#parking.park(member, { ...image, template, bytes: unpack(buffer, image.bytes) });
    }
    for (const request of absent) {
      if (request.member.whereabouts.kind === "live") this.#leave(request.member, thread);
      this.#queue(request);
    }
    this.#pump();
  }

  /** It went well, and the program is live there now. */
  #went(thread: WorkerThread, request: Request, answer: Extract<Answer, { kind: "ran" | "imaged" }>, buffer: ArrayBuffer | null): void {
    const { member } = request;
    const { whereabouts } = member;
    const before = whereabouts.kind === "stored" ? (request.fetched?.template ?? null) : whereabouts.template;
    const template = answer.image?.template ?? before;
    this.#grounds.use.hold(template);
    if (whereabouts.kind === "live") this.#grounds.use.release(whereabouts.template);
    else this.#parking.release(member);
    member.whereabouts = { kind: "live", thread, template };
    thread.live.set(member.key, member);
    if (member.removed) this.#forget(member, thread);
    if (answer.kind === "imaged") this.#settle(request, { ok: true, image: imageOf(answer.image, buffer) });
    else this.#settle(request, ranOf(answer, buffer));
  }

  /** Its heap is again what it was before: a parked image still is, a live memory is good for nothing any more. */
  #failed(request: Request, result: Failed): void {
    const { member } = request;
    const { whereabouts } = member;
    if (whereabouts.kind === "live") this.#leave(member, whereabouts.thread);
    else if (result.fault.reason === "image") this.#parking.release(member);
    else this.#parking.giveBack(member);
    this.#settle(request, result);
  }

  #lost(thread: WorkerThread, held: readonly number[], { on, fault }: Blame): void {
    this.#workersLost++;
    for (const member of thread.live.values()) this.#leave(member, thread);
    const later = [...thread.queue];
    thread.queue.clear();
    for (const request of held.flatMap((id) => this.#requests.get(id) ?? [])) {
      if (on === "all" || on === request.id) this.#failed(request, { ok: false, fault });
      else this.#queue(request);
    }
    for (const request of later) this.#queue(request);
    this.#pump();
  }

  #forget(member: Member, thread: WorkerThread): void {
    this.#leave(member, thread);
    thread.drop(member.key);
  }

  #leave(member: Member, thread: WorkerThread): void {
    if (member.whereabouts.kind === "live") this.#grounds.use.release(member.whereabouts.template);
    member.whereabouts = stored;
    thread.live.delete(member.key);
  }

  #settle(request: Request, result: TurnResult | Imaged): void {
    const { member } = request;
    if (!this.#requests.delete(request.id)) return;
    this.#fetching.delete(request);
    this.#grounds.use.release(request.fetched?.template ?? null);
    member.busy = false;
    request.answer(result);
    const next = member.waiting?.shift();
    if (member.waiting?.length === 0) member.waiting = null;
    if (next !== undefined) this.#begin(next);
  }
}
