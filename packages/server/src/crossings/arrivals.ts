/**
 * The destination's side: programs on their way in. It answers and never asks. What it keeps to:
 *
 * 1. Nothing comes to life that was not staged here, and nothing that is GONE, ever.
 * 2. GONE is written before what was staged is let go of, and is said again for as long as anybody asks.
 * 3. A payload is opened only to be tried in a worker of its own, and comes to life in the one tick that says so.
 */
import { type CrossingInfo, ElsewhereError, type ErrorJson, limits, type Percept } from "@elsewhere/protocol";
import { mergeBatches } from "../storage/batches.ts";
import type { CommitBatch, SettingRow } from "../storage/contract.ts";
import type { Letter, Parcel, Welcome } from "./contract.ts";
import { aboutOfRow, arrivedInfo, infoOfArrival, type Under } from "./arriving.ts";
import type { Desk } from "./desk.ts";
import { type CrossingRows, drop, finished, type Gone, type Here, put, putPayload, type Staged } from "./journal.ts";
import { readLetters } from "./parcel-words.ts";
import { unpack } from "./parcels.ts";
import type { Lives } from "./lives.ts";
import { Patience } from "./patience.ts";
import { type About, aboutOf, faultOf, type Message, type MessageOf, type Offer, refusal } from "./messages.ts";

export interface ArrivalsOptions {
  readonly desk: Desk;
  readonly lives: Lives;
  /** It is over. */
  readonly over: (info: CrossingInfo) => void;
  /** The last of a program's mail has come. */
  readonly settled: () => void;
  /** See `Departures.forget`. */
  readonly forget: (program: string) => readonly SettingRow[] | null;
  /** Whether a program is on its way out of here. */
  readonly isLeaving: (program: string) => boolean;
}

export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #under = new Map<string, Under>();
  /** Attempts that are being looked up, or of which it is being written that they never come. */
  readonly #busy = new Set<string>();
  /** With hosts whose attempts come to nothing. What they say beyond it they say again. */
  readonly #patience: Patience;

  constructor(options: ArrivalsOptions, { arrivals }: Pick<CrossingRows, "arrivals">) {
    this.#options = options;
    this.#patience = new Patience(limits.crossingFailuresPerMinuteMax, () => options.desk.options.clock.nowMs());
    for (const row of arrivals) this.#add(row);
  }

  get count(): number {
    return this.#under.size;
  }

  get(attempt: string): Under["row"] | null {
    return this.#under.get(attempt)?.row ?? null;
  }

  infos(): readonly CrossingInfo[] {
    return [...this.#under.values()].map((under) => infoOfArrival(under, this.#options.desk));
  }

  info(attempt: string): CrossingInfo | null {
    const under = this.#under.get(attempt);
    return under === undefined ? null : infoOfArrival(under, this.#options.desk);
  }

  /** What a source says of an attempt. */
  async heard(from: string, message: Message & About): Promise<void> {
    const { desk } = this.#options;
    const { attempt } = message;
    const under = this.#under.get(attempt);
    if (under !== undefined) {
      if (this.#isFrom(under, from, message)) this.#go(under, from, message);
      return;
    }
    if (this.#busy.has(attempt) || this.#busy.size >= limits.crossingsMax) return;
    const [gone, here] = await this.#lookUp(attempt);
    if (gone !== null) desk.say(from, { kind: "gone", ...aboutOf(message), error: gone.error });
    else if (here !== null) this.#answerForHere(here, from, message);
    else if (!this.#patience.has(from)) return;
    else if (message.kind === "offer") this.#offered(from, message);
    else if (message.kind !== "abort") this.#gone(null, message, from, refusal("unknown", "that attempt was never taken here"));
  }

  async #lookUp(attempt: string): Promise<readonly [Gone | null, Here | null]> {
    const { journal } = this.#options.desk.options;
    this.#busy.add(attempt);
    try {
      return await Promise.all([finished(journal, "gone", attempt), finished(journal, "here", attempt)]);
    } finally {
      this.#busy.delete(attempt);
    }
  }

  /** Whether a program of this world is the one who decides about it. */
  isAsked(attempt: string, program: string): boolean {
    const row = this.get(attempt);
    return row?.state === "asked" && row.by === program && !row.admitted && this.#under.get(attempt)?.isEnding === false;
  }

  /** Somebody who may has decided. Throws `forbidden`. */
  decide(attempt: string, admitted: boolean, why: string): void {
    const under = this.#under.get(attempt)!;
    const { row } = under;
    if (under.isEnding) throw new ElsewhereError("forbidden", "it is about to end by itself", { field: "attempt" });
    if (!admitted && !under.isTrying && (row.state === "asked" || row.state === "staged"))
      return this.#gone(under, row.offer, row.host, refusal("forbidden", why));
    if (!admitted || row.state !== "asked")
      throw new ElsewhereError("forbidden", "there is nothing to decide about it", { field: "attempt" });
    under.row = { ...row, admitted: true };
    this.#options.desk.write([put("in", attempt, under.row)], () => this.#options.desk.run(this.#fetch(under)));
  }

  /** Gives up what nobody brings to an end. */
  advance(nowMs: number): void {
    for (const under of this.#under.values()) {
      const { row } = under;
      if (under.dueMs > nowMs || under.isTrying || under.isEnding) continue;
      if (row.state === "alive") {
        under.isEnding = true;
        this.#settle(row, [], row.mailThrough, () => {});
      } else if (row.state === "fetching") this.#under.delete(row.offer.attempt);
      else this.#gone(under, row.offer, row.host, refusal("interrupted", "its time here ran out"));
    }
  }

  #offered(from: string, offer: Offer): void {
    const { desk, lives } = this.#options;
    const { self, peers, travellers } = desk.options;
    const refuse = (error: ErrorJson): void => this.#gone(null, offer, from, error);
    if (offer.to !== self) return;
    if (offer.epoch < lives.epochOf(offer.life)) return refuse(refusal("forbidden", "it has lived on since: that is an old copy of it"));
    const program = lives.programOf(offer.life);
    // What has come back already is still to be buried here: it is offered again.
    if (this.#under.size >= limits.crossingsMax || (program !== null && this.#options.isLeaving(program))) return;
    if (program !== null && travellers.livesHere(program)) return refuse(refusal("taken", "it lives here"));
    if (lives.isFalse(offer.life)) return refuse(refusal("unknown", "nobody of that name has ever left for there"));
    const cannot = travellers.runs(offer);
    if (cannot !== null) return refuse(cannot);
    const admission = peers.admission(offer, from, this.#guestsOf(from));
    if (admission.kind === "refused") return refuse(admission.error);
    if (admission.kind === "taken") return desk.run(this.#fetch(this.#add({ state: "fetching", host: from, offer })));
    const row = {
      state: "asked",
      ...aboutOf(offer),
      host: from,
      offer,
      by: admission.program,
      admitted: false,
      deadline: desk.deadline(offer.forMs),
    } as const;
    const under = this.#add(row);
    if (admission.program === null) return desk.write([put("in", offer.attempt, row)]);
    const keeper = admission.program;
    desk.inTick((tick) =>
      under.isEnding
        ? {}
        : mergeBatches([{ settings: [put("in", offer.attempt, under.row)] }, this.#knock(under, keeper, offer, from, tick)]),
    );
  }

  #knock(under: Under, program: string, offer: Offer, from: string, tick: number): CommitBatch {
    const { peers, travellers } = this.#options.desk.options;
    const terms = { offer: offer.attempt, forSeconds: offer.forMs / 1_000 };
    const percept: Percept = { kind: "knocked", name: offer.name, host: peers.nameOf(from), heapBytes: offer.heapBytes, ...terms };
    const batch = travellers.tell(program, percept, tick);
    if (batch === null)
      this.#options.desk.onceCommitted(() => this.#gone(under, offer, from, refusal("forbidden", "nobody there answers the door")));
    return batch ?? {};
  }

  /** Those who came from there and live here, and those who have a place reserved. */
  #guestsOf(host: string): readonly { readonly heapBytes: number }[] {
    const { desk, lives } = this.#options;
    const reserved = [...this.#under.values()].flatMap(({ row }) => (row.state !== "alive" && row.host === host ? row.offer : []));
    return [...lives.guestsOf(host).filter(({ program }) => desk.options.travellers.livesHere(program)), ...reserved];
  }

  #go(under: Under, from: string, message: Message & About): void {
    const { desk } = this.#options;
    const { row } = under;
    if (under.isEnding) return;
    if (row.state === "alive") return this.#answerForHere(row, from, message);
    switch (message.kind) {
      case "offer":
        if (row.state === "staged") desk.say(from, { kind: "accept", ...aboutOf(row), key: row.publicKey });
        else if (row.state === "fetching" || row.admitted) this.#options.desk.run(this.#fetch(under));
        return;
      case "ask":
        if (row.state === "staged") desk.say(from, { kind: "accept", ...aboutOf(row), key: row.publicKey });
        return;
      case "commit":
        // Nobody sends a key to whom has not accepted; what is not staged has nothing to open.
        if (row.state === "staged") desk.run(this.#open(under, row, message));
        return;
      case "abort":
      case "revoke":
        if (!under.isTrying) this.#gone(under, row.offer, from, refusal("interrupted", "the other host gave it up"));
        return;
      default:
        return;
    }
  }

  async #fetch(under: Under): Promise<void> {
    const { desk } = this.#options;
    const { row } = under;
    if (under.isFetching || row.state === "staged" || row.state === "alive") return;
    const { offer, host } = row;
    const { attempt, payloadBytes } = offer;
    under.isFetching = true;
    try {
      const { network, cipher, peers } = desk.options;
      const [bytes, box] = await Promise.all([
        network.fetch(peers.successorOf(host), offer.carrier, attempt, payloadBytes),
        cipher.newBox(),
      ]);
      const isIt = bytes.length === payloadBytes && cipher.hash(bytes) === offer.payload;
      if (!isIt || this.#under.get(attempt) !== under || under.isEnding) return;
      const staged: Staged = { state: "staged", ...aboutOf(offer), host, offer, ...box, deadline: desk.deadline(offer.forMs) };
      under.row = staged;
      Object.assign(under, desk.timing(offer.forMs, staged.deadline));
      const accept = { kind: "accept", ...aboutOf(offer), key: box.publicKey } as const;
      desk.write([put("in", attempt, staged), putPayload(attempt, bytes)], () => desk.send(host, accept));
    } catch {
      // It is offered again, and then fetched again.
    } finally {
      under.isFetching = false;
    }
  }

  async #open(under: Under, row: Staged, { key: sealed }: MessageOf<"commit">): Promise<void> {
    if (under.isTrying) return;
    under.isTrying = true;
    const { desk } = this.#options;
    const welcome = this.#welcome(row);
    const end = (error: ErrorJson): void => {
      under.isTrying = false;
      this.#gone(under, row.offer, row.host, error);
    };
    try {
      const came = await unpack(row, sealed, desk.options);
      const parcel = { ...came, quota: desk.options.peers.grantedTo(row.host, came.quota) };
      const error = await desk.options.travellers.tryOut(parcel, welcome);
      if (error !== null) return end(error);
      desk.inTick((tick, now) => this.#admit(under, row, parcel, welcome, tick, now, end));
      desk.options.hasten();
    } catch (error) {
      end(faultOf(error));
    }
  }

  #admit(
    under: Under,
    row: Staged,
    parcel: Parcel,
    welcome: Welcome,
    tick: number,
    now: number,
    end: (error: ErrorJson) => void,
  ): CommitBatch {
    const { desk, lives, over } = this.#options;
    const { attempt, life, epoch, offer } = row;
    try {
      if (epoch < lives.epochOf(life))
        throw new ElsewhereError("forbidden", "it has lived on since: that is an old copy of it", { field: "crossing" });
      const { program, batch } = desk.options.travellers.admit(parcel, welcome, tick, now);
      const { host, name } = { host: row.host, name: offer.name };
      const alive = { state: "alive", ...aboutOf(row), program, host, name, mailThrough: parcel.mailThrough } as const;
      under.row = alive;
      under.isTrying = false;
      Object.assign(under, desk.timing(limits.crossingMsMax, Number.POSITIVE_INFINITY));
      const settings = [
        put("in", attempt, alive),
        drop("payload", attempt),
        ...lives.begun({ life, program, epoch: epoch + 1, guestOf: host, heapBytes: offer.heapBytes }),
      ];
      desk.onceCommitted(() => {
        desk.send(host, { kind: "alive", ...aboutOf(row) });
        over(arrivedInfo(under.row, desk, "alive", null));
      });
      return mergeBatches([batch, { settings }]);
    } catch (error) {
      desk.onceCommitted(() => end(faultOf(error)));
      return {};
    }
  }

  #answerForHere(here: Here, from: string, message: Message & About): void {
    const { desk } = this.#options;
    if (!desk.isHost(from, here.host) || here.life !== message.life || here.epoch !== message.epoch) return;
    const about = aboutOf(here);
    const under = this.#under.get(here.attempt);
    // Who has forwarded its mail has let it go for good, and but for what a backup lacks it knows so.
    const isLetGo = under === undefined && from === here.host;
    if (message.kind === "revoke" && !isLetGo) return this.#revoke(here, from);
    if (message.kind === "abort") return;
    if (message.kind !== "forward") return desk.say(from, { kind: "alive", ...about });
    const letters = readLetters(message.letters);
    if (letters === null) return;
    const through = Math.max(here.mailThrough, letters.at(-1)?.seq ?? 0);
    const said = { kind: "forwarded", ...about, through } as const;
    // What has come is settled and filed; said again it is answered again.
    if (under === undefined) return desk.say(from, said);
    under.isEnding = true;
    this.#settle(here, letters, through, () => desk.send(from, said));
  }

  /** The last of its mail is there, and it may leave again. */
  #settle(here: Here, letters: readonly Letter[], through: number, durable: () => void): void {
    const { desk, lives } = this.#options;
    const { program, host, name, attempt, mailThrough } = here;
    desk.inTick(
      (tick) => {
        const news = letters.filter(({ seq }) => seq > mailThrough);
        const settings = [drop("in", attempt), put("here", attempt, { ...aboutOf(here), program, host, name, mailThrough: through })];
        return mergeBatches([desk.options.travellers.forwarded(program, news, tick), { settings }]);
      },
      () => {
        this.#under.delete(attempt);
        lives.settled(program);
        durable();
        this.#options.settled();
      },
    );
  }

  #revoke(
    here: { readonly program: string; readonly attempt: string; readonly host: string; readonly name: string } & About,
    from: string,
  ): void {
    const { desk, lives, over } = this.#options;
    const error = refusal("fenced", "it was taken back by where it came from");
    desk.inTick(
      (tick, now) => {
        const { travellers } = desk.options;
        const isIt = lives.epochOf(here.life) === here.epoch + 1 && travellers.livesHere(here.program);
        // Where it has left already it is the next host's.
        const forgotten = isIt ? this.#options.forget(here.program) : null;
        const settings = [drop("in", here.attempt), drop("here", here.attempt), put("gone", here.attempt, { ...aboutOf(here), error })];
        return mergeBatches([
          forgotten === null ? {} : travellers.revoke(here.program, tick, now),
          { settings: [...(forgotten ?? []), ...settings] },
        ]);
      },
      () => {
        this.#under.delete(here.attempt);
        lives.settled(here.program);
        desk.send(from, { kind: "gone", ...aboutOf(here), error });
        over(arrivedInfo({ ...here, state: "alive", mailThrough: 0 }, desk, "void", error));
      },
    );
  }

  /** Never by this attempt: written, then said. */
  #gone(under: Under | null, about: About, from: string, error: ErrorJson): void {
    const { desk, over } = this.#options;
    const { attempt } = about;
    this.#patience.lose(from);
    if (under !== null) under.isEnding = true;
    else this.#busy.add(attempt);
    const settings = [put("gone", attempt, { ...aboutOf(about), error })];
    if (under !== null) settings.push(drop("in", attempt), drop("payload", attempt));
    desk.write(settings, () => {
      this.#under.delete(attempt);
      this.#busy.delete(attempt);
      desk.send(from, { kind: "gone", ...aboutOf(about), error });
      if (under !== null) over(arrivedInfo(under.row, desk, "gone", error));
    });
  }

  #add(row: Under["row"]): Under {
    const { desk } = this.#options;
    // A host that never sends the last of its mail holds nobody for ever.
    const forMs = row.state === "alive" ? limits.crossingMsMax : row.offer.forMs;
    const timing = desk.timing(forMs, "deadline" in row ? row.deadline : Number.POSITIVE_INFINITY);
    const under: Under = { row, isFetching: false, isTrying: false, isEnding: false, ...timing };
    this.#under.set(aboutOfRow(row).attempt, under);
    return under;
  }

  #welcome({ life, host, offer }: Staged): Welcome {
    const { peers } = this.#options.desk.options;
    return { life, host: peers.nameOf(host), place: offer.place, spawns: peers.spawnsFor(host) };
  }

  #isFrom({ row }: Under, from: string, { life, epoch }: About): boolean {
    const about = aboutOfRow(row);
    return this.#options.desk.isHost(from, row.host) && about.life === life && about.epoch === epoch;
  }
}
