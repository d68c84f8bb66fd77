/**
 * The source's side: programs on their way out. A departure is a union by how it stands on the disk; what a crash loses is
 * beside it. What it keeps to:
 *
 * 1. Nothing that is packed is written before the consent to that very attempt, and no turn begins after it.
 * 2. RELEASED is written from FROZEN of the same attempt alone; from then on only the witness's row gives the program back.
 * 3. The key goes to nobody before the witness has its row.
 * 4. Whoever has the program has all its mail before it is forgotten here.
 */
import { type CrossingDecision, type CrossingInfo, type CrossingState, ElsewhereError, type ErrorJson, limits } from "@elsewhere/protocol";
import { mergeBatches } from "../storage/batches.ts";
import type { CommitBatch, SettingRow } from "../storage/contract.ts";
import type { Desk } from "./desk.ts";
import { type CrossingRows, type Departure, drop, put, putPayload } from "./journal.ts";
import { Keeping } from "./keeping.ts";
import type { Lives } from "./lives.ts";
import { type About, aboutOf, faultOf, type MessageOf, refusal } from "./messages.ts";
import { infoOfDeparture, isPast, overInfo, tooLate, type Under } from "./departing.ts";
import { pack } from "./parcels.ts";
import { Patience } from "./patience.ts";
import { say, sealKey } from "./saying.ts";
import { learn } from "./restored.ts";
import { Voids } from "./voids.ts";
import type { Row, Witness } from "./witness.ts";

export interface DeparturesOptions {
  readonly desk: Desk;
  readonly witness: Witness;
  readonly lives: Lives;
  /** It is over. */
  readonly over: (info: CrossingInfo) => void;
}

export interface Target {
  readonly to: string;
  readonly place: string | null;
  readonly forMs: number;
}

export class Departures {
  readonly #options: DeparturesOptions;
  readonly #under = new Map<string, Under>();
  readonly #voids: Voids;
  readonly #keeping: Keeping;
  /** With programs that ask to go where nobody has them. */
  readonly #patience: Patience;

  constructor(options: DeparturesOptions, { departures, kept, voids }: Pick<CrossingRows, "departures" | "kept" | "voids">) {
    this.#options = options;
    this.#keeping = new Keeping(options.desk, kept);
    this.#patience = new Patience(limits.leavingFailuresPerMinuteMax, () => options.desk.options.clock.nowMs());
    this.#voids = new Voids(options.desk, voids);
    for (const row of departures) this.#add(row);
  }

  get count(): number {
    return this.#under.size + this.#voids.count;
  }

  of(program: string): Departure | null {
    return [...this.#under.values()].find(({ row }) => row.program === program)?.row ?? null;
  }

  get(attempt: string): Departure | null {
    return this.#under.get(attempt)?.row ?? null;
  }

  infos(): readonly CrossingInfo[] {
    return [...this.#under.values()].map((under) => this.#info(under));
  }

  info(attempt: string): CrossingInfo | null {
    const under = this.#under.get(attempt);
    return under === undefined ? null : this.#info(under);
  }

  /** Whether a program may still say what it thinks of an offer: one whose end waits for a tick is over. */
  isOffered(attempt: string, program: string): boolean {
    const under = this.#under.get(attempt);
    return under?.row.program === program && under.row.state === "offered" && !under.isEnding;
  }

  /** Asks a program, in the next tick; resolves once that is durable. Rejects if it listens to no offers. */
  offer(program: string, target: Target): Promise<CrossingInfo> {
    const { desk } = this.#options;
    const row = { ...this.#leaving(program, target), state: "offered" } as const;
    return new Promise((resolve, reject) => {
      let told = false;
      const act = (tick: number): CommitBatch => {
        const { travellers, peers } = desk.options;
        const terms = { offer: row.attempt, forSeconds: target.forMs / 1_000 };
        const percept = { kind: "offered", to: peers.nameOf(target.to), place: target.place, by: "the operator", ...terms } as const;
        const batch = this.of(program) === null ? travellers.tell(program, percept, tick) : null;
        told = batch !== null;
        if (batch === null) return {};
        this.#add(row);
        return mergeBatches([batch, { settings: [put("out", row.attempt, row)] }]);
      };
      desk.inTick(act, () => {
        if (told) resolve(this.info(row.attempt) ?? overInfo(row, desk, "stayed", null));
        else
          reject(
            new ElsewhereError("forbidden", `${program} listens to no offers: its code has no me.on("offered", …)`, { field: "program" }),
          );
      });
    });
  }

  /** Throws `limit` where a program has asked to go too often and stayed. */
  requirePatience(program: string): void {
    if (this.#patience.has(program)) return;
    const limit = limits.leavingFailuresPerMinuteMax;
    throw new ElsewhereError("limit", `it has asked to go and stayed more than ${limit} times a minute: it may again in a while`, {
      field: "intent",
      limit,
    });
  }

  /** A program consents in the turn that this tick takes: to what it was offered, or of itself. */
  consent(program: string, n: number, given: string | Target, tick: number): CommitBatch {
    const { desk, lives } = this.#options;
    const offered = typeof given === "string" ? this.#under.get(given)!.row : this.#leaving(program, given);
    if (typeof given === "string") this.#under.delete(given);
    const row = { ...offered, ...lives.of(program), deadline: desk.deadline(offered.forMs), state: "consented", n } as const;
    const under = this.#add(row);
    const held = desk.options.travellers.hold(program, row.attempt, tick);
    // While the tick is being stored; what comes of it is written after it.
    desk.run(this.#pack(under));
    return mergeBatches([held, { settings: [put("out", row.attempt, row), ...lives.named()] }]);
  }

  /** What it was offered and does not want. */
  decline(attempt: string, why: string): void {
    const under = this.#under.get(attempt);
    if (under?.row.state === "offered") this.#stay(under, refusal("forbidden", why));
  }

  accepted(from: string, message: MessageOf<"accept">): void {
    const under = this.#heard(from, message);
    if (under === null) return this.#options.desk.say(from, { kind: "abort", ...aboutOf(message) });
    if (under.isEnding) return;
    if (under.row.state === "frozen") this.#release(under, under.row, message.key);
    else if (under.row.state === "released" && under.row.box === null) {
      under.row = { ...under.row, box: message.key };
      this.#options.desk.write([put("out", under.row.attempt, under.row)], () => this.#tell(under));
    }
  }

  refused(from: string, message: MessageOf<"gone">): void {
    const under = this.#heard(from, message);
    if (under === null) return this.#voids.heard(from, message);
    if (under.isEnding) return;
    if (under.row.state === "frozen") this.#stay(under, message.error);
    else if (under.row.state === "released" && !under.isAlive) this.#takeBack(under, message.error);
  }

  /** The witness has written that it has left, or that it was given back. */
  witnessed(from: string, message: MessageOf<"receipt" | "returned">): void {
    const under = this.#under.get(message.attempt);
    if (from !== this.#options.desk.options.witness || under === undefined || !isAbout(under.row, message)) return;
    if (message.kind === "returned" && under.gone !== null) return this.#giveBack(under);
    if (under.isWitnessed) return;
    under.isWitnessed = true;
    this.#tell(under);
  }

  alive(from: string, message: MessageOf<"alive">): void {
    const { desk } = this.#options;
    const under = this.#heard(from, message);
    if (under?.row.state !== "released" || under.isAlive || under.gone !== null) return;
    under.isAlive = true;
    desk.inTick(
      () => this.#gather(under),
      () => this.#tell(under),
    );
  }

  forwarded(from: string, message: MessageOf<"forwarded">): void {
    const under = this.#heard(from, message);
    if (under?.letters == null || message.through < (under.letters.at(-1)?.seq ?? 0)) return;
    this.#close(under, "closed");
  }

  /** Says again what was not answered, and gives up what nobody answers. */
  advance(nowMs: number): void {
    const { desk } = this.#options;
    this.#voids.advance(nowMs);
    for (const under of this.#under.values()) {
      if (under.isEnding) continue;
      if (under.gone !== null && desk.options.witness === null) this.#giveBack(under);
      else if (under.dueMs <= nowMs && !isPast(under.row)) this.#stay(under, tooLate(under.row, desk.options.peers.nameOf(under.row.to)));
      else if (desk.isAgain(under, nowMs)) this.#tell(under);
    }
  }

  /** An operator's word. Throws `forbidden`. */
  decide(attempt: string, decision: CrossingDecision): void {
    const under = this.#under.get(attempt)!;
    const { row } = under;
    if (under.isEnding || under.isAlive) throw new ElsewhereError("forbidden", "it is about to end by itself", { field: "attempt" });
    if (row.state === "unclear" && decision === "take-back") this.#giveBack(under, row.epoch);
    else if (!isPast(row)) {
      if (decision !== "take-back")
        throw new ElsewhereError("forbidden", "it is still here: it can be taken back, and nothing else", { field: "decision" });
      this.#stay(under, calledOff());
    } else if (decision === "take-back" && row.state === "released") {
      this.#voids.add({ ...aboutOf(row), to: row.to });
      this.#takeBack(under, calledOff());
    } else if (decision === "let-go") this.#close(under, "lost");
    else throw new ElsewhereError("forbidden", "it has left: take it back, or let it go", { field: "decision" });
  }

  /** The last of somebody's mail has come: who waited for that can be packed. */
  settled(): void {
    for (const under of this.#under.values()) this.#options.desk.run(this.#pack(under));
  }

  /** What a restored host is told of what the one it was copied from, `of`, did after the backup: the newest row of each of its lives. */
  learn(of: string, rows: MessageOf<"fenced">["rows"]): void {
    learn(of, rows, {
      ...this.#options,
      all: () => [...this.#under.values()],
      add: (row) => this.#add(row),
      forget: (attempt) => this.#under.delete(attempt),
      leaving: (program, to) => this.#leaving(program, { to, place: null, forMs: limits.crossingMsUsual }),
      stay: (under, error) => this.#stay(under, error),
      giveBack: (under, epoch) => this.#giveBack(under, epoch),
      tell: (under) => this.#tell(under),
    });
  }

  /** A program that has ended will not leave: what is to be dropped; null if it has left already. */
  forget(program: string): readonly SettingRow[] | null {
    const under = [...this.#under.values()].find(({ row }) => row.program === program);
    if (under === undefined) return [];
    if (isPast(under.row)) return null;
    const { attempt, to } = under.row;
    this.#under.delete(attempt);
    under.isEnding = true;
    const { desk } = this.#options;
    desk.onceCommitted(() => desk.send(to, { kind: "abort", ...aboutOf(under.row) }));
    return [drop("out", attempt), drop("payload", attempt)];
  }

  #leaving(program: string, { to, place, forMs }: Target): About & Omit<Departure, "state" | "n"> {
    const { desk, lives } = this.#options;
    const { cipher, travellers } = desk.options;
    const attempt = cipher.draw();
    const name = travellers.nameOf(program);
    return { ...lives.of(program), attempt, program, name, to, place, forMs, deadline: desk.deadline(forMs) };
  }

  #add(row: Departure): Under {
    const { desk } = this.#options;
    // What was taken back before a crash is void where it lives now, and must not be let go again.
    const gone = row.state === "released" && this.#voids.has(row.attempt) ? calledOff() : null;
    const volatile = { isPacking: false, gone, letters: null, isAlive: false, sealedKey: null, isEnding: false };
    // A host that is its own witness writes the row together with the release.
    const isWitnessed = desk.options.witness === null;
    const under: Under = { row, ...volatile, isWitnessed, ...desk.timing(row.forMs, row.deadline) };
    this.#under.set(row.attempt, under);
    return under;
  }

  /** Whom a message is about, if it comes from whom it should. */
  #heard(from: string, message: About): Under | null {
    const under = this.#under.get(message.attempt);
    return under !== undefined && this.#options.desk.isHost(from, under.row.to) && isAbout(under.row, message) ? under : null;
  }

  async #pack(under: Under): Promise<void> {
    const { desk, lives } = this.#options;
    const { row } = under;
    if (row.state !== "consented" || under.isPacking || under.isEnding || !lives.isSettled(row.program)) return;
    under.isPacking = true;
    try {
      const { offer, bytes, key, mailThrough } = await pack(row, desk.options);
      if (under.isEnding || under.row !== row) return;
      const frozen = { ...row, state: "frozen", offer, key, mailThrough, deadline: desk.deadline(row.forMs) } as const;
      under.row = frozen;
      Object.assign(under, desk.timing(row.forMs, frozen.deadline));
      desk.write([put("out", row.attempt, frozen), putPayload(row.attempt, bytes)], () => this.#tell(under));
    } catch (error) {
      this.#stay(under, faultOf(error));
    } finally {
      under.isPacking = false;
    }
  }

  #release(under: Under, frozen: Departure & { readonly state: "frozen" }, box: string): void {
    const { desk, witness } = this.#options;
    const { travellers, witness: third } = desk.options;
    const row = { ...frozen, state: "released", box } as const;
    const own = third === null ? witness.write(this.#rowOf(row, false)) : [];
    if (own === null) return this.#stay(under, refusal("forbidden", "another host has a newer word on this program"));
    under.row = row;
    desk.write([put("out", row.attempt, row), ...own], () => {
      // While that was written the other host may have refused it, and then it stays.
      if (under.isEnding) return;
      travellers.depart(row.program);
      this.#tell(under);
    });
    // Meanwhile; it is said after that.
    sealKey(under, row.key, box, desk).catch(() => {});
  }

  /** The other host will not have it: the witness must know before it runs here. */
  #takeBack(under: Under, error: ErrorJson): void {
    under.gone = error;
    if (this.#options.desk.options.witness === null) this.#giveBack(under);
    else this.#tell(under);
  }

  #giveBack(under: Under, epoch = under.row.epoch + 2): void {
    const { desk, witness } = this.#options;
    if (under.isEnding) return;
    under.isEnding = true;
    const error = under.gone ?? refusal("interrupted", "its crossing is over");
    this.#endInTick(under, "stayed", error, (tick, now) => {
      const { row } = under;
      const own = desk.options.witness === null ? witness.write(this.#rowOf(row, true)) : [];
      const remains = row.state === "offered" ? {} : desk.options.travellers.remain(row.program, row.n, error, tick, now);
      return mergeBatches([remains, { settings: [...(own ?? []), ...this.#options.lives.stayed(row.program, epoch)] }]);
    });
  }

  /** It does not leave. */
  #stay(under: Under, error: ErrorJson): void {
    if (under.isEnding) return;
    under.isEnding = true;
    const { travellers } = this.#options.desk.options;
    this.#endInTick(under, "stayed", error, (tick, now) => {
      const { row } = under;
      return row.state === "offered" ? {} : travellers.remain(row.program, row.n, error, tick, now);
    });
  }

  /** It lives elsewhere; `lost` if that was never heard. */
  #close(under: Under, state: "closed" | "lost"): void {
    const { desk, lives } = this.#options;
    if (under.isEnding) return;
    under.isEnding = true;
    this.#endInTick(under, state, null, (tick) => {
      const { row } = under;
      const { program, to, attempt, epoch } = row;
      const { travellers, peers } = desk.options;
      const key = row.state === "released" ? row.key : null;
      const settings = [this.#keeping.keep(attempt, key), ...lives.left(program, epoch + 1)];
      return mergeBatches([travellers.bury(program, peers.nameOf(to), tick), { settings }]);
    });
  }

  #endInTick(under: Under, state: CrossingState, error: ErrorJson | null, act: (tick: number, now: number) => CommitBatch): void {
    const { desk, over } = this.#options;
    const { attempt, to } = under.row;
    const stays = state === "stayed";
    const wasOffered = under.row.state === "frozen";
    if (stays && under.row.state !== "offered") this.#patience.lose(under.row.program);
    desk.inTick(
      (tick, now) => {
        // It may have been forgotten meanwhile, with the program.
        if (!this.#under.has(attempt)) return {};
        return mergeBatches([act(tick, now), { settings: [drop("out", attempt), ...(stays ? [drop("payload", attempt)] : [])] }]);
      },
      () => {
        if (!this.#under.delete(attempt)) return;
        if (stays && wasOffered) desk.say(to, { kind: "abort", ...aboutOf(under.row) });
        over(overInfo(under.row, desk, state, error));
      },
    );
  }

  #gather(under: Under): CommitBatch | null {
    const { row } = under;
    const { travellers } = this.#options.desk.options;
    if (row.state !== "released" || under.isEnding) return {};
    if (!travellers.hasDeparted(row.program)) return null;
    const letters = travellers.mailAfter(row.program, row.mailThrough);
    under.letters = letters.map(({ seq, percept }) => ({ seq, json: JSON.stringify(percept) }));
    return {};
  }

  #tell(under: Under): void {
    const { desk } = this.#options;
    desk.run(under.row.state === "consented" ? this.#pack(under) : say(under, desk));
  }

  #rowOf(row: Departure, given: boolean): Row {
    const { self } = this.#options.desk.options;
    return { ...aboutOf(row), epoch: row.epoch + (given ? 1 : 0), by: self, to: given ? self : row.to, given };
  }

  #info(under: Under): CrossingInfo {
    return infoOfDeparture(under, this.#options.desk, this.#options.lives.isSettled(under.row.program));
  }
}

const calledOff = (): ErrorJson => refusal("interrupted", "its crossing was called off by the operator");
const isAbout = (row: About, { life, epoch }: About): boolean => row.life === life && row.epoch === epoch;
