import type { ErrorJson, Percept } from "@elsewhere/protocol";
import { ElsewhereError } from "@elsewhere/protocol";
import type { Letter, Parcel, Stands, Travellers, Welcome } from "../../packages/server/src/crossings/contract.ts";
import { mergeBatches } from "../../packages/server/src/storage/batches.ts";
import type { CommitBatch } from "../../packages/server/src/storage/contract.ts";
import type { Census } from "./census.ts";
import type { Chance } from "./chance.ts";
import { heapIn, imageOf, type Kept, rowOf } from "./heap.ts";
import type { Lifetime } from "./lifetime.ts";
import { type Population, Resident } from "./population.ts";

/** What a host is like for those who come and go. */
export interface Gates {
  readonly name: string;
  /** Fingerprint that those born here are named after. */
  readonly home: string;
  readonly stands: Stands;
  /** Shares of those who may not leave, and whose heap fails in its trial. */
  readonly keeps: number;
  readonly fails: number;
}

/** The programs of a simulated host as far as crossings concern them. It keeps its part of the contract to the letter, and fails who does not. */
export class SimTravellers implements Travellers {
  readonly #gates: Gates;
  readonly #population: Population;
  readonly #census: Census;
  readonly #chance: Chance;
  readonly #lifetime: Lifetime;
  /** The tick that is being made: what gives a batch is called within one. */
  tick: number | null = null;
  /** The program whose turn speaks now. */
  speaker: string | null = null;

  constructor(gates: Gates, population: Population, census: Census, chance: Chance, lifetime: Lifetime) {
    this.#gates = gates;
    this.#population = population;
    this.#census = census;
    this.#chance = chance;
    this.#lifetime = lifetime;
  }

  mayLeave(program: string): ErrorJson | null {
    const resident = this.#population.residents.get(program);
    if (resident?.kept.status !== "alive") return refusal("unknown", "there is no such program");
    if (resident.kept.held !== null) return refusal("forbidden", "it is crossing");
    return this.#chance.hits(this.#gates.keeps) ? refusal("forbidden", "it has children here") : null;
  }

  livesHere(program: string): boolean {
    return this.#population.residents.get(program)?.kept.status === "alive";
  }

  nameOf(program: string): string {
    return this.#of(program).kept.name;
  }

  tell(program: string, percept: Percept, tick: number): CommitBatch | null {
    this.#requireTick(tick);
    const resident = this.#population.residents.get(program);
    return resident?.kept.status === "alive" ? resident.deliver([percept], tick) : null;
  }

  hold(program: string, attempt: string, tick: number): CommitBatch {
    this.#requireTick(tick);
    const resident = this.#alive(program);
    // A restored host is told by its witness to what somebody agreed whom its backup knows as here, or as agreed to something else.
    if (!this.#census.hasConsented(attempt)) {
      if (this.speaker !== program) this.#census.fail("consent", `${program} is held for ${attempt} and did not ask for it`);
      if (resident.kept.held !== null) throw new Error(`${program} is held already`);
    }
    return resident.change({ held: attempt });
  }

  async pack(program: string, n: number): Promise<{ parcel: Parcel; stands: Stands }> {
    const resident = this.#of(program);
    const { held } = resident.kept;
    await this.#lifetime.wait(this.#chance.between(0, 300));
    const { kept } = resident;
    if (held === null || kept.held !== held) throw new ElsewhereError("unknown", `${program} is not held any more`);
    const parcel: Parcel = {
      name: kept.name,
      description: "",
      traits: {},
      marks: { mark: kept.heap.who },
      walks: true,
      now: 0,
      code: { hash: "0".repeat(64), text: "code", map: "map" },
      image: imageOf(kept.heap),
      heapBytes: 1_000,
      memory: { count: kept.heap.count },
      wants: ["heard", "offered"],
      wakeAt: null,
      lastN: kept.lastN,
      n,
      turns: kept.heap.count,
      faults: 0,
      quota: kept.quota,
      mail: [...resident.mail],
      mailThrough: resident.lastSeq,
      lost: ["its grants"],
    };
    return { parcel, stands: this.#gates.stands };
  }

  depart(program: string): void {
    const resident = this.#of(program);
    if (resident.kept.held === null) throw new Error(`${program} is not held`);
    if (resident.kept.hasBody) resident.isLeaving = true;
  }

  hasDeparted(program: string): boolean {
    return !this.#of(program).kept.hasBody;
  }

  mailAfter(program: string, seq: number): readonly Letter[] {
    return this.#of(program).mail.filter((letter) => letter.seq > seq);
  }

  remain(program: string, n: number, error: ErrorJson, tick: number, _now: number): CommitBatch {
    this.#requireTick(tick);
    const resident = this.#alive(program);
    if (resident.kept.held === null) throw new Error(`${program} is not held`);
    resident.isLeaving = false;
    const back = resident.change({ held: null, hasBody: true });
    return mergeBatches([back, resident.deliver([{ kind: "reply", n, ok: false, error }], tick)]);
  }

  bury(program: string, _host: string, tick: number): CommitBatch {
    this.#requireTick(tick);
    const resident = this.#alive(program);
    if (resident.kept.held === null) throw new Error(`${program} is not held`);
    const { lastSeq } = resident;
    resident.mail = [];
    resident.isLeaving = false;
    const { programs } = resident.change({ status: "crossed", hasBody: false, throughSeq: lastSeq });
    return { programs: programs!, turns: [lastTurn(resident)] };
  }

  runs({ engine, base }: Stands): ErrorJson | null {
    const { stands } = this.#gates;
    return engine === stands.engine && base === stands.base ? null : refusal("unsupported", "this host has another engine");
  }

  async tryOut(parcel: Parcel, _from: Welcome): Promise<ErrorJson | null> {
    await this.#lifetime.wait(this.#chance.between(0, 300));
    heapIn(parcel.image);
    return this.#chance.hits(this.#gates.fails) ? refusal("fault", "its heap failed here") : null;
  }

  admit(parcel: Parcel, from: Welcome, tick: number, now: number): { program: string; batch: CommitBatch } {
    this.#requireTick(tick);
    const program = this.#idOf(from.life);
    const before = this.#population.residents.get(program);
    if (before?.kept.status === "alive") throw new ElsewhereError("taken", `${program} lives here`);
    const heap = heapIn(parcel.image);
    this.#census.admitted(heap.who, from.life, parcel.quota, this.#gates.name);
    const { name, quota, lastN } = parcel;
    const lastSeq = before?.lastSeq ?? 0;
    const kept: Kept = { name, status: "alive", held: null, hasBody: true, heap, lastN, throughSeq: lastSeq, quota };
    const resident = new Resident(program, kept, [], lastSeq);
    this.#population.residents.set(program, resident);
    const arrival: Percept[] = [
      { kind: "reply", n: parcel.n, ok: true, data: { program } },
      { kind: "arrived", map: "map", x: 0, y: 0, crossing: { from: from.host, to: "here", awayMs: now - parcel.now, lost: parcel.lost } },
    ];
    const mail = resident.deliver([...parcel.mail.map(({ percept }) => percept), ...arrival], tick);
    return { program, batch: { ...mail, programs: [rowOf(program, kept)] } };
  }

  forwarded(program: string, letters: readonly Letter[], tick: number): CommitBatch {
    this.#requireTick(tick);
    return this.#alive(program).deliver(
      letters.map(({ percept }) => percept),
      tick,
    );
  }

  revoke(program: string, tick: number, _now: number): CommitBatch {
    this.#requireTick(tick);
    const resident = this.#alive(program);
    this.#census.revoked(resident.kept.heap.who);
    resident.mail = [];
    const { programs } = resident.change({ status: "ended", held: null, hasBody: false, throughSeq: resident.lastSeq });
    return { programs: programs!, turns: [lastTurn(resident)] };
  }

  #idOf(life: string): string {
    const [host, id] = [life.slice(0, life.indexOf("/")), life.slice(life.indexOf("/") + 1)];
    return host === this.#gates.home ? id : `${id}@${host.slice(0, 12)}`;
  }

  #of(program: string): Resident {
    const resident = this.#population.residents.get(program);
    if (resident === undefined) throw new Error(`there is no ${program} here`);
    return resident;
  }

  #alive(program: string): Resident {
    const resident = this.#of(program);
    if (resident.kept.status !== "alive") throw new Error(`${program} does not live here`);
    return resident;
  }

  #requireTick(tick: number): void {
    if (this.tick !== tick) throw new Error(`tick ${tick} is not the one that is made`);
  }
}

const refusal = (code: "unknown" | "forbidden" | "unsupported" | "fault", message: string): ErrorJson => ({ code, message });

/** Takes all mail away. */
const lastTurn = ({ program, lastSeq }: Resident): NonNullable<CommitBatch["turns"]>[number] => ({
  program,
  turn: 0,
  tick: 0,
  throughSeq: lastSeq,
  bytes: new Uint8Array(),
});
