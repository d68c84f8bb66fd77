/**
 * All crossings of a host, to and fro. It takes part in ticks for what must become durable together with the world (consent,
 * arrival, return, burial); everything else is written between ticks. See docs/spec/crossings.md.
 */
import { type CrossingDecision, type CrossingInfo, ElsewhereError, type Intent, limits, type Percept } from "@elsewhere/protocol";
import { PeerBuckets } from "../gateways/bucket.ts";
import type { CommitBatch } from "../storage/contract.ts";
import { Arrivals } from "./arrivals.ts";
import type { CrossingsOptions } from "./contract.ts";
import { Departures, type Target } from "./departures.ts";
import { Desk } from "./desk.ts";
import { Fence } from "./fence.ts";
import { type CrossingRows, drop, type Over, put, readPayload } from "./journal.ts";
import { Lives } from "./lives.ts";
import { aboutOf, type Message, type MessageOf, refusal } from "./messages.ts";
import { Witness } from "./witness.ts";

export type CrossingIntent = Extract<Intent, { readonly kind: "cross" | "accept" | "decline" }>;

export class Crossings {
  readonly #options: CrossingsOptions;
  readonly #desk: Desk;
  readonly #witness: Witness;
  readonly #departures: Departures;
  readonly #arrivals: Arrivals;
  readonly #fence: Fence;
  /** Who asks for more rows than that asks again. */
  readonly #rows: PeerBuckets;
  /** Newest first. */
  #over: readonly Over[];

  /** Goes on with what was under way, which `CrossingRows.read` reads. */
  constructor(options: CrossingsOptions, rows: CrossingRows) {
    const witness = new Witness(rows.witness);
    const lives = new Lives(options.self, rows);
    const over = (info: CrossingInfo): void => this.#end(info);
    this.#options = options;
    this.#over = rows.over;
    this.#desk = new Desk(options);
    this.#witness = witness;
    this.#rows = new PeerBuckets(limits.witnessRowsPerSecondMax, limits.pairingsMax, () => options.clock.nowMs());
    this.#departures = new Departures({ desk: this.#desk, witness, lives, over }, rows);
    this.#arrivals = new Arrivals(
      {
        desk: this.#desk,
        lives,
        over,
        settled: () => this.#departures.settled(),
        forget: (program) => this.#departures.forget(program),
        isLeaving: (program) => this.#departures.of(program) !== null,
      },
      rows,
    );
    this.#fence = new Fence(this.#desk, rows, lives, (of, known) => this.#departures.learn(of, known));
  }

  /** Restored from a backup, and not yet told by its witness what it did since: nothing of it may run. */
  get isQuarantined(): boolean {
    return this.#fence.isUp;
  }

  /** An operator asks a program to leave; resolves once it has been asked. Rejects with `unknown`, `forbidden` or `limit`. */
  async offer(program: string, to: string, forMs: number): Promise<CrossingInfo> {
    if (this.#departures.of(program) !== null)
      throw new ElsewhereError("forbidden", `${program} has been asked already`, { field: "program" });
    return this.#departures.offer(program, this.#target(program, to, forMs));
  }

  /**
   * What a program asked for in the turn that this tick takes: the rows to be committed with it, and an answer unless that
   * comes where it goes on. Throws `unknown`, `forbidden` or `limit`.
   */
  intent(
    program: string,
    n: number,
    intent: CrossingIntent,
    tick: number,
  ): { readonly batch: CommitBatch; readonly reply: Percept | null } {
    const done: Percept = { kind: "reply", n, ok: true, data: null };
    if (intent.kind === "cross") {
      this.#departures.requirePatience(program);
      const target = this.#target(program, intent.to, limits.crossingMsUsual);
      const offered = this.#departures.of(program);
      if (offered !== null) this.#departures.decline(offered.attempt, "it leaves by itself");
      return { batch: this.#departures.consent(program, n, target, tick), reply: null };
    }
    const { kind, offer } = intent;
    const why = intent.kind === "decline" ? (intent.why ?? "it does not want to") : "";
    if (this.#arrivals.isAsked(offer, program)) {
      this.#arrivals.decide(offer, kind === "accept", why);
      return { batch: {}, reply: done };
    }
    if (!this.#departures.isOffered(offer, program)) {
      throw new ElsewhereError("unknown", "there is no such offer, or it has ended", { field: "intent.offer" });
    }
    if (kind === "accept") {
      this.#requireLeave(program);
      return { batch: this.#departures.consent(program, n, offer, tick), reply: null };
    }
    this.#departures.decline(offer, why);
    return { batch: {}, reply: done };
  }

  /** A message that its sender has signed. What makes no sense is passed over. */
  receive(from: string, message: Message): void {
    const { witness } = this.#options;
    if (this.#fence.isUp) {
      if (message.kind === "fenced" && from === witness) this.#fence.heard(message);
      return;
    }
    switch (message.kind) {
      case "accept":
        return this.#departures.accepted(from, message);
      case "gone":
        return this.#departures.refused(from, message);
      case "alive":
        return this.#departures.alive(from, message);
      case "forwarded":
        return this.#departures.forwarded(from, message);
      case "receipt":
      case "returned":
        return this.#departures.witnessed(from, message);
      case "row":
      case "back":
        return this.#write(from, message);
      case "fence":
        return this.#putUp(from, message);
      case "fenced":
        return;
      default:
        return this.#desk.run(this.#arrivals.heard(from, message));
    }
  }

  /** The ciphertext of a program on its way out; null if there is none by that name. */
  async payload(attempt: string): Promise<Uint8Array | null> {
    const state = this.#departures.get(attempt)?.state;
    return state === "frozen" || state === "released" ? await readPayload(this.#options.journal, attempt) : null;
  }

  before(tick: number, now: number): CommitBatch {
    if (this.#departures.count + this.#arrivals.count > 0 || this.#fence.isUp) {
      const nowMs = this.#options.clock.nowMs();
      if (this.#fence.isUp) this.#fence.advance(nowMs);
      else {
        this.#departures.advance(nowMs);
        this.#arrivals.advance(nowMs);
      }
    }
    return this.#desk.before(tick, now);
  }

  /** Returns what is to be called once the tick is durable. */
  after(): () => void {
    return this.#desk.after();
  }

  /** Those under way, and the last that are over, newest first. Who has come alive is under way until the last of its mail has come. */
  list(): readonly CrossingInfo[] {
    const underWay = [...this.#departures.infos(), ...this.#arrivals.infos()];
    const attempts = new Set(underWay.map(({ attempt }) => attempt));
    return [...underWay, ...this.#over.flatMap(({ info }) => (attempts.has(info.attempt) ? [] : info))];
  }

  /** An operator decides; resolves with how it then stands. Rejects with `unknown` or `forbidden`. */
  async decide(attempt: string, decision: CrossingDecision): Promise<CrossingInfo> {
    if (this.#departures.get(attempt) !== null) this.#departures.decide(attempt, decision);
    else if (this.#arrivals.get(attempt) === null)
      throw new ElsewhereError("unknown", "no crossing under way has that name", { field: "attempt" });
    else if (decision === "admit" || decision === "refuse")
      this.#arrivals.decide(attempt, decision === "admit", "the operator of that world refused it");
    else throw new ElsewhereError("forbidden", "it comes from elsewhere: it can be admitted or refused", { field: "decision" });
    await new Promise<void>((durable) => this.#desk.write(null, durable));
    return this.list().find((info) => info.attempt === attempt)!;
  }

  /** Why this host may not stop hearing that one now, null if it may: what waits for one that is not heard waits for ever. */
  needs(host: string): ElsewhereError | null {
    const { peers, witness } = this.#options;
    const name = peers.nameOf(host);
    const taken = (why: string): ElsewhereError => new ElsewhereError("taken", why, { field: "host" });
    if (host === witness) return taken(`${name} is this host's witness: start without --witness first`);
    const waiting = this.list().find((info) => info.host === name && info.waitsFor !== null);
    return waiting === undefined
      ? null
      : taken(`${waiting.name} is between here and ${name}: let it end first, or resolve it (elsewhere crossings)`);
  }

  close(): void {
    this.#desk.close();
  }

  /** Shown from now on, and written with the next tick: no more hangs on it than what is shown after a restart. */
  #end(info: CrossingInfo): void {
    const over = { n: (this.#over[0]?.n ?? 0) + 1, info };
    const before = this.#over.filter((each) => each.info.attempt !== info.attempt);
    const kept = limits.crossingsShownMax - 1;
    this.#over = [over, ...before.slice(0, kept)];
    const dropped = before.slice(kept).map((each) => drop("over", each.info.attempt));
    this.#desk.inTick(() => ({ settings: [put("over", info.attempt, over), ...dropped] }));
  }

  #target(program: string, to: string, forMs: number): Target {
    this.#requireLeave(program);
    const limit = limits.crossingsMax;
    if (this.#departures.count >= limit)
      throw new ElsewhereError("limit", `${limit} programs are on their way from here already`, { field: "crossing", limit });
    const found = this.#options.peers.find(to);
    if (found === null)
      throw new ElsewhereError("unknown", `this host is paired with none at "${to}": its operator has to pair it first`, { field: "to" });
    return { to: found.host, place: found.place, forMs };
  }

  #requireLeave(program: string): void {
    const cannot = this.#fence.isUp
      ? refusal("forbidden", "this host was restored and waits for its witness")
      : this.#options.travellers.mayLeave(program);
    if (cannot !== null) throw ElsewhereError.from(cannot);
  }

  /** As a witness of others: from now on the host that one was restored from writes no more. */
  #putUp(from: string, { of }: MessageOf<"fence">): void {
    const written = this.#options.peers.predecessorOf(from) === of ? this.#witness.fence(of, from) : null;
    if (written === null) return;
    this.#desk.write(written, () => this.#desk.send(from, { kind: "fenced", of, rows: this.#witness.rowsOf(of) }));
  }

  /** As a witness of others. */
  #write(from: string, message: MessageOf<"row" | "back">): void {
    if (!this.#options.peers.isPaired(from) || !this.#rows.take(from)) return;
    const about = aboutOf(message);
    const given = message.kind === "back";
    const row = { ...about, epoch: about.epoch + (given ? 1 : 0), by: from, to: given ? from : message.to, given };
    const written = this.#witness.write(row);
    if (written === null) return;
    this.#desk.write(written, () => this.#desk.send(from, { kind: given ? "returned" : "receipt", ...about }));
  }
}
