/** Programs that come from another host: tried first, then given a body, a mailbox and what this host grants them. */
import { ElsewhereError, type ErrorJson, limits, type Percept } from "@elsewhere/protocol";
import type { Letter, Parcel, Stands, Welcome } from "../crossings/contract.ts";
import { programOfLife } from "../crossings/lives.ts";
import { type Embodiment, newProgramLuggage, removeBody, seedOf } from "../populate.ts";
import { mergeBatches } from "../storage/batches.ts";
import type { CommitBatch } from "../storage/contract.ts";
import type { World } from "../ticks/world.ts";
import type { AuthorTexts } from "./author/texts.ts";
import { mapSetting } from "./code-settings.ts";
import type { Image, ProgramPool, TurnInput } from "./contract.ts";
import { hostLine } from "./diary.ts";
import { faultToError } from "./faults.ts";
import { noted } from "./history.ts";
import { freshKept, type Kept, type Spawned, unborn, wantsOf } from "./kept.ts";
import { Mailbox } from "./mailbox.ts";
import { readPortable } from "./sandbox/portable.ts";
import type { Programs } from "./programs.ts";
import type { Resident } from "./resident.ts";

export interface ArrivingOptions {
  /** Fingerprint of the host that those born here are named after. */
  readonly home: string;
  /** What this world is called. */
  readonly worldName: string;
  readonly seed: number;
  readonly programs: Programs;
  readonly pool: Pick<ProgramPool, "knows" | "prepareTrial" | "tryOut" | "adopt">;
  readonly world: World;
  readonly programOf: Map<number, string>;
  readonly embodiment: Embodiment;
  /** Where people come in. */
  readonly start: { readonly map: string; readonly entry: string };
  /** Of a body that walks, 1/16 tile a tick. */
  readonly walkingSpeed: number;
  readonly texts: AuthorTexts;
}

/** Counts that a stranger tells are believed up to here. */
const countMax = 2 ** 40;

export class Arriving {
  readonly #options: ArrivingOptions;

  constructor(options: ArrivingOptions) {
    this.#options = options;
  }

  runs(stands: Stands): ErrorJson | null {
    const { pool, programs } = this.#options;
    if (pool.knows(stands) || (programs.hasGround(stands.engine) && programs.hasGround(stands.base))) {
      pool.prepareTrial();
      return null;
    }
    const told = `this host does not have the engine or the library that it began with (base ${stands.base.slice(0, 12)})`;
    return new ElsewhereError("unsupported", told, { field: "engine" }).toJSON();
  }

  async tryOut(parcel: Parcel, from: Welcome): Promise<ErrorJson | null> {
    const { pool } = this.#options;
    try {
      const result = await pool.tryOut(parcel.code, parcel.image, this.#firstInput(parcel, from));
      return result.ok ? null : faultToError(parcel.name, result.fault).toJSON();
    } catch (error) {
      if (error instanceof ElsewhereError) return error.toJSON();
      throw error;
    } finally {
      // Where one has come others are likely to.
      pool.prepareTrial();
    }
  }

  admit(parcel: Parcel, from: Welcome, tick: number, now: number): { readonly program: string; readonly batch: CommitBatch } {
    const { programs, pool, world, programOf, embodiment, start, walkingSpeed, seed, worldName } = this.#options;
    const { program, id: body, before } = this.#whoIs(from);
    const landing = embodiment.welcome(from.place, start, body);
    this.#requireRoom(program, before, from, landing.map);
    const { name, walks, code, lastN, traits, marks, description } = parcel;
    const { image } = pool.adopt(code, parcel.image);
    const lasting = this.#lasting(parcel, from, before);
    const kept = noted(before?.kept ?? unborn, keptOf(parcel, image, lasting, before, now), tick);
    const spec = { program, ...lasting, code, body, lastN, newBody: false, seed: seedOf(seed, program), memory: {} };
    const mail = [...parcel.mail.map(({ percept }) => percept), answer(parcel, from, worldName, program, body)];
    const batch = programs.receive(spec, kept, image, mail);
    programs.resident(program)!.arrival = this.#crossing(parcel, from, now);
    const luggage = { ...newProgramLuggage(body, program, name, walks ? walkingSpeed : 0), lastN, traits, marks, description };
    world.post(landing.map, { kind: "enter", luggage, at: landing.at });
    programOf.set(body, program);
    const logs = [hostLine(program, now, `came from ${from.host}`)];
    return { program, batch: mergeBatches([batch, this.#keepMap(parcel), { logs }]) };
  }

  forwarded(program: string, letters: readonly Letter[], tick: number): CommitBatch {
    const percepts = letters.map(({ percept }) => percept);
    return { deliveries: this.#options.programs.deliver(program, tick, percepts) };
  }

  revoke(program: string, tick: number, now: number): CommitBatch {
    const { programs, world } = this.#options;
    const resident = programs.resident(program);
    if (resident === null || !resident.livesHere) return {};
    removeBody(world, program);
    const line = hostLine(program, now, "ended: the host it came from has taken it back, and its life here is void");
    return { programs: programs.end(resident, tick), logs: [line] };
  }

  /** What its first turn here would be given now. Throws `corrupt` or `unsupported` for what is no image. */
  #firstInput(parcel: Parcel, from: Welcome): string {
    const { programs, embodiment, start, worldName } = this.#options;
    const { program, id } = this.#whoIs(from);
    const { now } = programs;
    const { map } = embodiment.welcome(from.place, start, id);
    const there: Percept = { kind: "arrived", map, x: 0.5, y: 0.5, crossing: this.#crossing(parcel, from, now) };
    const wanted = parcel.wants.includes("arrived") ? [there] : [];
    const mailbox = new Mailbox(0);
    const mail = [...parcel.mail.map(({ percept }) => percept), answer(parcel, from, worldName, program, id), ...wanted];
    mailbox.add(program, 0, mail, limits.mailboxItemsMax);
    const head: Omit<TurnInput, "percepts"> = {
      turn: readPortable(parcel.image).turn + 1,
      now,
      start: null,
      rewound: null,
      heapBytesMax: Math.floor(parcel.quota.heapBytes),
      arrived: { id, name: parcel.name, shiftMs: now - parcel.now, n: parcel.n },
    };
    return `${JSON.stringify(head).slice(0, -1)},"percepts":[${mailbox.hold(0).percepts.join()}]}`;
  }

  /** Its id, that of its body, and who bore the id before. */
  #whoIs({ life }: Welcome): { readonly program: string; readonly id: number; readonly before: Resident | null } {
    const { home, programs, world } = this.#options;
    const program = programOfLife(life, home);
    return { program, id: world.idFor(`program:${program}`), before: programs.resident(program) };
  }

  /** Throws `taken`, `unknown` or `limit`. */
  #requireRoom(program: string, before: Resident | null, from: Welcome, map: string): void {
    const { programs, world } = this.#options;
    if (before?.livesHere === true) throw new ElsewhereError("taken", `program ${program} lives here already`, { field: "crossing" });
    if (before === null && this.#isHome(from)) {
      throw new ElsewhereError("unknown", `this world knows no program ${program} that has left it`, { field: "crossing" });
    }
    if (before === null && programs.residents.size >= limits.programsMax) throw full("programs", limits.programsMax);
    if (world.maps.get(map)!.state.bodyCount >= limits.bodiesPerMapMax) throw full(`bodies on ${map}`, limits.bodiesPerMapMax);
  }

  #isHome({ life }: Welcome): boolean {
    return life.startsWith(`${this.#options.home}/`);
  }

  /** What this host grants. Who comes home to the family that it left has its own quota back, and no more than that. */
  #lasting({ name, walks, quota }: Parcel, from: Welcome, before: Resident | null): Spawned {
    const stranger = { name, walks, spawns: from.spawns, codeFile: null, owner: from.host, parent: null, quota };
    if (before?.status.kind !== "crossed" || !this.#isHome(from)) return stranger;
    const { owner, parent, quota: own } = before.spec;
    return { ...stranger, owner, parent, quota: own };
  }

  #crossing(parcel: Parcel, { host }: Welcome, now: number) {
    return { from: host, to: this.#options.worldName, awayMs: now - parcel.now, lost: parcel.lost };
  }

  /** Whoever knows code by another map already keeps to that. */
  #keepMap({ code: { hash, map } }: Parcel): CommitBatch {
    const { texts } = this.#options;
    if (map === "" || texts.mapOf(hash) !== "") return {};
    texts.add(hash, map);
    return { settings: [{ key: mapSetting(hash), value: map }] };
  }
}

function keptOf(parcel: Parcel, image: Image, spawned: Spawned, before: Resident | null, now: number): Kept {
  const { code, lastN, memory, wakeAt, wants, turns, faults, n } = parcel;
  const shiftMs = now - parcel.now;
  return {
    ...freshKept(code.hash, lastN, JSON.stringify(memory), spawned),
    turn: image.turn,
    imageTurn: image.turn,
    heapBytes: image.heapBytes,
    throughSeq: before?.mailbox.lastSeq ?? 0,
    wakeAt: wakeAt === null ? null : wakeAt + shiftMs,
    wants: wantsOf(wants),
    turns: Math.min(turns, countMax),
    faults: Math.min(faults, countMax),
    children: before?.kept.children ?? 0,
    arrived: { image: image.hash, shiftMs, n, isNew: true },
  };
}

const answer = ({ n }: Parcel, { host }: Welcome, to: string, program: string, body: number): Percept => ({
  kind: "reply",
  n,
  ok: true,
  data: { from: host, to, program, body },
});

function full(what: string, limit: number): ElsewhereError {
  return new ElsewhereError("limit", `there is no room here: ${limit} ${what}`, { field: "crossing", limit });
}
