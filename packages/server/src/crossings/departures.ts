/**
 * The source's side: programs on their way out. A departure is a union by how it stands on the disk; what a crash loses is
 * beside it. What it keeps to:
 *
 * 1. Nothing is packed before the consent to that very attempt is durable, and no turn begins after it.
 * 2. RELEASED is written from FROZEN of the same attempt alone; from then on only the witness's row gives the program back.
 * 3. The key goes to nobody before the witness has its row.
 * 4. Whoever has the program has all its mail before it is forgotten here.
 */
import { type CrossingDecision, type CrossingInfo, type CrossingState, ElsewhereError, type ErrorJson, limits } from "@elsewhere/protocol";
import { mergeBatches } from "../storage/batches.ts";
import type { CommitBatch, SettingRow } from "../storage/contract.ts";
import type { Desk, Timing } from "./desk.ts";
import { type CrossingRows, type Departure, drop, put, putPayload, readPayload } from "./journal.ts";
import { Keeping } from "./keeping.ts";
import type { Lives } from "./lives.ts";
import { type About, aboutOf, boundOf, faultOf, type MessageOf, type Offer, refusal } from "./messages.ts";
import { Voids } from "./voids.ts";
import type { Row, Witness } from "./witness.ts";

/** A departure in memory. */
interface Under extends Timing {
  row: Departure;
  isPacking: boolean;
  /** The witness has the row of this release. */
  isWitnessed: boolean;
  /** Why the other host will not have it, or it is taken back. */
  gone: ErrorJson | null;
  /** All mail that came after it was packed, once the other host has it and no more can come. */
  letters: MessageOf<"forward">["letters"] | null;
  isAlive: boolean;
  sealedKey: string | null;
  /** Its end waits for a tick. */
  isEnding: boolean;
}

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

  constructor(options: DeparturesOptions, { departures, kept, voids }: Pick<CrossingRows, "departures" | "kept" | "voids">) {
    this.#options = options;
    this.#keeping = new Keeping(options.desk, kept);
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
        const batch = travellers.tell(program, percept, tick);
        told = batch !== null;
        if (batch === null) return {};
        this.#add(row);
        return mergeBatches([batch, { settings: [put("out", row.attempt, row)] }]);
      };
      desk.inTick(act, () => {
        if (told) resolve(this.info(row.attempt) ?? infoOf(row, desk, "stayed", null));
        else
          reject(
            new ElsewhereError("forbidden", `${program} listens to no offers: its code has no me.on("offered", …)`, { field: "program" }),
          );
      });
    });
  }

  /** A program consents in the turn that this tick takes: to what it was offered, or of itself. */
  consent(program: string, n: number, given: string | Target, tick: number): CommitBatch {
    const { desk, lives } = this.#options;
    const offered = typeof given === "string" ? this.#under.get(given)!.row : this.#leaving(program, given);
    if (typeof given === "string") this.#under.delete(given);
    const row = { ...offered, ...lives.of(program), deadline: desk.deadline(offered.forMs), state: "consented", n } as const;
    const under = this.#add(row);
    desk.onceCommitted(() => desk.run(this.#pack(under)));
    return mergeBatches([
      desk.options.travellers.hold(program, row.attempt, tick),
      { settings: [put("out", row.attempt, row), ...lives.named()] },
    ]);
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
      if (under.dueMs <= nowMs && under.row.state !== "released") this.#stay(under, this.#tooLate(under.row));
      else if (desk.isAgain(under, nowMs)) this.#tell(under);
    }
  }

  /** An operator's word. Throws `forbidden`. */
  decide(attempt: string, decision: CrossingDecision): void {
    const under = this.#under.get(attempt)!;
    const { row } = under;
    const taken = refusal("interrupted", "its crossing was called off by the operator");
    if (under.isEnding || under.isAlive) throw new ElsewhereError("forbidden", "it is about to end by itself", { field: "attempt" });
    if (row.state !== "released") {
      if (decision !== "take-back")
        throw new ElsewhereError("forbidden", "it is still here: it can be taken back, and nothing else", { field: "decision" });
      this.#stay(under, taken);
    } else if (decision === "take-back") {
      this.#voids.add({ ...aboutOf(row), to: row.to });
      this.#takeBack(under, taken);
    } else if (decision === "let-go") this.#close(under, "lost");
    else throw new ElsewhereError("forbidden", "it has left: take it back, or let it go", { field: "decision" });
  }

  /** The last of somebody's mail has come: who waited for that can be packed. */
  settled(): void {
    for (const under of this.#under.values()) this.#options.desk.run(this.#pack(under));
  }

  /** What a restored host is told of what the one it was copied from, `of`, did after the backup: the newest row of each of its lives. */
  learn(of: string, rows: MessageOf<"fenced">["rows"]): void {
    const known = new Set(rows.map(({ attempt }) => attempt));
    for (const under of this.#under.values())
      if (under.row.state !== "released" && !known.has(under.row.attempt))
        this.#stay(under, refusal("interrupted", "its host was restored from a backup"));
    for (const row of rows) if (row.epoch >= this.#options.lives.epochOf(row.life)) this.#learn(of, row);
  }

  #learn(of: string, row: MessageOf<"fenced">["rows"][number]): void {
    const { desk, lives } = this.#options;
    const program = lives.programOf(row.life);
    if (program === null) return;
    const under = [...this.#under.values()].find((each) => each.row.program === program && !each.isEnding);
    // It came to where this host stands for the one that is gone: as the backup has it is how it goes on.
    if (row.to === of && under !== undefined) return this.#giveBack(under, row.epoch + 1);
    if (row.to === of) return desk.write(lives.stayed(program, row.epoch + 1));
    const known = under?.row.attempt === row.attempt ? under.row : null;
    if (known?.state === "released") return;
    if (under !== undefined) this.#under.delete(under.row.attempt);
    const forgotten = under === undefined ? [] : [drop("out", under.row.attempt), drop("payload", under.row.attempt)];
    if (row.by !== of) return this.#movedOn(program, row, forgotten);
    const frozen = known?.state === "frozen" ? known : { n: 0, key: null, offer: null, mailThrough: 0 };
    const leaving = known ?? { ...this.#leaving(program, { to: row.to, place: null, forMs: limits.crossingMsUsual }), ...aboutOf(row) };
    const released = { ...leaving, ...frozen, state: "released", box: null } as const;
    const again = this.#add(released);
    again.isWitnessed = true;
    desk.inTick(
      (tick) =>
        mergeBatches([
          desk.options.travellers.hold(program, row.attempt, tick),
          { settings: [...(known === null ? forgotten : []), put("out", row.attempt, released)] },
        ]),
      () => {
        desk.options.travellers.depart(program);
        this.#tell(again);
      },
    );
  }

  /** It left, and has left again where it came to. */
  #movedOn(program: string, row: MessageOf<"fenced">["rows"][number], forgotten: readonly SettingRow[]): void {
    const { desk, lives } = this.#options;
    const { travellers } = desk.options;
    const settings = [
      ...forgotten,
      put("left", row.attempt, { ...aboutOf(row), program, to: row.to }),
      ...lives.left(program, row.epoch + 1),
    ];
    const isHere = travellers.livesHere(program);
    desk.inTick(
      (tick) =>
        mergeBatches([...(isHere ? [travellers.hold(program, row.attempt, tick), travellers.bury(program, tick)] : []), { settings }]),
      () => isHere && travellers.depart(program),
    );
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
    const volatile = { isPacking: false, gone: null, letters: null, isAlive: false, sealedKey: null, isEnding: false };
    // A host that is its own witness writes the row together with the release.
    const isWitnessed = desk.options.witness === null;
    const under: Under = { row, ...volatile, isWitnessed, ...desk.timing(row.forMs, row.deadline) };
    this.#under.set(row.attempt, under);
    return under;
  }

  /** Whom a message is about, if it comes from whom it should. */
  #heard(from: string, message: About): Under | null {
    const under = this.#under.get(message.attempt);
    return under !== undefined && under.row.to === from && isAbout(under.row, message) ? under : null;
  }

  async #pack(under: Under): Promise<void> {
    const { desk, lives } = this.#options;
    const { row } = under;
    if (row.state !== "consented" || under.isPacking || under.isEnding || !lives.isSettled(row.program)) return;
    under.isPacking = true;
    try {
      const { offer, bytes, key, mailThrough } = await this.#parcel(row);
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

  async #parcel(row: Departure & { readonly state: "consented" }) {
    const { travellers, packing, cipher, carrier } = this.#options.desk.options;
    const { parcel, stands } = await travellers.pack(row.program, row.n);
    const plain = packing.pack(parcel);
    const { to, name, place, forMs } = row;
    const offered = { kind: "offer", ...aboutOf(row), to, name, place, forMs, carrier, ...stands } as const;
    const of = { plain: cipher.hash(plain), code: parcel.code.hash, heapBytes: parcel.heapBytes, quota: parcel.quota };
    const { key, bytes } = await cipher.encrypt(plain, boundOf({ ...offered, ...of }));
    const limit = limits.crossingPayloadBytesMax;
    if (bytes.length > limit) throw new ElsewhereError("limit", `packed it is larger than ${limit} bytes`, { field: "crossing", limit });
    const offer: Offer = { ...offered, ...of, payload: cipher.hash(bytes), payloadBytes: bytes.length };
    return { offer, bytes, key, mailThrough: parcel.mailThrough };
  }

  #release(under: Under, frozen: Departure & { readonly state: "frozen" }, box: string): void {
    const { desk, witness } = this.#options;
    const { travellers, witness: third } = desk.options;
    const row = { ...frozen, state: "released", box } as const;
    const own = third === null ? witness.write(this.#rowOf(row, false)) : [];
    if (own === null) return this.#stay(under, refusal("forbidden", "another host has a newer word on this program"));
    under.row = row;
    desk.write([put("out", row.attempt, row), ...own], () => {
      travellers.depart(row.program);
      this.#tell(under);
    });
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
      const key = row.state === "released" ? row.key : null;
      const settings = [
        put("left", attempt, { ...aboutOf(row), program, to }),
        this.#keeping.keep(attempt, key),
        ...lives.left(program, epoch + 1),
      ];
      return mergeBatches([desk.options.travellers.bury(program, tick), { settings }]);
    });
  }

  #endInTick(under: Under, state: CrossingState, error: ErrorJson | null, act: (tick: number, now: number) => CommitBatch): void {
    const { desk, over } = this.#options;
    const { attempt, to } = under.row;
    const stays = state === "stayed";
    const wasOffered = under.row.state === "frozen";
    desk.inTick(
      (tick, now) => mergeBatches([act(tick, now), { settings: [drop("out", attempt), ...(stays ? [drop("payload", attempt)] : [])] }]),
      () => {
        this.#under.delete(attempt);
        if (stays && wasOffered) desk.say(to, { kind: "abort", ...aboutOf(under.row) });
        over(infoOf(under.row, desk, state, error));
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
    this.#options.desk.run(this.#say(under));
  }

  /** Says what is to be said of it as it stands. */
  async #say(under: Under): Promise<void> {
    const { desk } = this.#options;
    const { row } = under;
    const { witness, network, journal } = desk.options;
    const about = aboutOf(row);
    if (row.state === "consented") return this.#pack(under);
    if (row.state === "frozen" && row.offer !== null) {
      const { carrier, forMs } = row.offer;
      const payload = carrier === null ? null : await readPayload(journal, row.attempt);
      if (under.row !== row) return;
      if (carrier !== null && payload !== null) desk.write(null, () => network.deposit(carrier, row.attempt, payload, forMs));
      desk.say(row.to, row.offer);
    }
    if (row.state !== "released") return;
    if (witness !== null && !under.isWitnessed) desk.say(witness, { kind: "row", ...about, to: row.to });
    else if (witness !== null && under.gone !== null) desk.say(witness, { kind: "back", ...about });
    else if (under.letters !== null) desk.say(row.to, { kind: "forward", ...about, letters: [...under.letters] });
    else if (row.key === null || row.box === null) desk.say(row.to, { kind: "ask", ...about });
    else if (!under.isAlive) await this.#commit(under, row.key, row.box);
  }

  async #commit(under: Under, key: string, box: string): Promise<void> {
    const { desk } = this.#options;
    const about = aboutOf(under.row);
    under.sealedKey ??= await desk.options.cipher.sealKey(key, box, under.row.attempt);
    desk.say(under.row.to, { kind: "commit", ...about, key: under.sealedKey });
  }

  #rowOf(row: Departure, given: boolean): Row {
    return { ...aboutOf(row), epoch: row.epoch + (given ? 1 : 0), by: this.#options.desk.options.self, to: row.to, given };
  }

  #tooLate({ state, to, forMs }: Departure): ErrorJson {
    const host = this.#options.desk.options.peers.nameOf(to);
    const seconds = `within ${Math.round(forMs / 1_000)} s`;
    if (state === "offered") return refusal("interrupted", `it did not accept ${seconds}`);
    return refusal("unreachable", `${host} did not take it ${seconds}`);
  }

  #info(under: Under): CrossingInfo {
    const { desk, lives } = this.#options;
    const { row } = under;
    const { clock, peers } = desk.options;
    const host = peers.nameOf(row.to);
    const state = row.state === "released" && under.gone !== null ? "returning" : row.state;
    const waits: Readonly<Record<typeof state, string>> = {
      offered: `${row.name} to accept`,
      consented: lives.isSettled(row.program) ? "its heap to be packed" : "the last of its mail from where it was before",
      frozen: `${host} to take it`,
      released: waitsWhenReleased(under, host),
      returning: "the witness to write that it is given back",
    };
    const secondsLeft = row.state === "released" ? null : Math.max(0, (under.dueMs - clock.nowMs()) / 1_000);
    return { ...infoOf(row, desk, state, under.gone), waitsFor: waits[state], secondsLeft };
  }
}

function waitsWhenReleased({ isWitnessed, isAlive, letters }: Under, host: string): string {
  if (!isWitnessed) return "the witness to write that it has left";
  if (isAlive) return letters === null ? "its body to go" : `${host} to take the last of its mail`;
  return `${host} to say that it lives there`;
}

function infoOf(row: Departure, desk: Desk, state: CrossingState, error: ErrorJson | null): CrossingInfo {
  const { attempt, program, name, epoch } = row;
  const payloadBytes = row.state === "frozen" || row.state === "released" ? (row.offer?.payloadBytes ?? null) : null;
  const about = { attempt, direction: "out", program, name, host: desk.options.peers.nameOf(row.to) } as const;
  return { ...about, state, waitsFor: null, secondsLeft: null, epoch, payloadBytes, error };
}

const isAbout = (row: About, { life, epoch }: About): boolean => row.life === life && row.epoch === epoch;
