/** Programs that go to another host: what they may not leave behind, what they take along, and how they stay after all. */
import { ElsewhereError, type ErrorCode, type ErrorJson, type JsonObject } from "@elsewhere/protocol";
import { canonicalLuggage, type Luggage } from "@elsewhere/world";
import type { Letter, Parcel, Stands } from "../crossings/contract.ts";
import { type Embodiment, newProgramLuggage } from "../populate.ts";
import type { CommitBatch } from "../storage/contract.ts";
import type { World } from "../ticks/world.ts";
import type { AuthorTexts } from "./author/texts.ts";
import { whyGone } from "./changes.ts";
import type { ProgramPool } from "./contract.ts";
import { hostLine } from "./diary.ts";
import type { Departed, Travel } from "./kept.ts";
import type { Programs } from "./programs.ts";
import type { Resident } from "./resident.ts";

export interface LeavingOptions {
  readonly programs: Programs;
  readonly pool: Pick<ProgramPool, "portable">;
  readonly world: World;
  readonly programOf: Map<number, string>;
  readonly embodiment: Embodiment;
  /** Where people come in. */
  readonly start: { readonly map: string; readonly entry: string };
  /** Of a body that walks, 1/16 tile a tick. */
  readonly walkingSpeed: number;
  /** Whether what a program's heap holds is sealed here. */
  readonly isSealed: (program: string) => boolean;
  readonly texts: AuthorTexts;
}

export class Leaving {
  readonly #options: LeavingOptions;

  constructor(options: LeavingOptions) {
    this.#options = options;
  }

  mayLeave(program: string): ErrorJson | null {
    const { programs, world, isSealed } = this.#options;
    const no = (code: ErrorCode, why: string): ErrorJson =>
      new ElsewhereError(code, `program ${program} ${why}`, { field: "program" }).toJSON();
    const resident = programs.resident(program);
    if (resident === null) return no("unknown", "is none of this world");
    const gone = whyGone(resident);
    if (gone !== null) return gone.toJSON();
    if (resident.status.kind !== "running") return no("forbidden", "has failed: it leaves once it goes on here");
    const where = world.locate(`program:${program}`);
    if (where === null || where.kind === "away") return no("away", "has no body in the world");
    if (where.kind === "present" && where.live.isHidden(where.body)) return no("forbidden", "is in a hidden room: it must walk out first");
    if (isSealed(program)) return no("forbidden", "knows what is sealed here: it leaves once an image of it was stored outside");
    const children = [...programs.residents.values()].filter(({ spec, livesHere }) => spec.parent === program && livesHere);
    return children.length === 0
      ? null
      : no("forbidden", `has ${children.length} programs here that live on its quota: they must end first`);
  }

  /** A turn that is under way, which only a host restored from a backup can have, is taken for none. */
  hold(program: string, attempt: string, tick: number): CommitBatch {
    const { programs, world } = this.#options;
    const resident = programs.resident(program);
    if (resident === null || !resident.livesHere) return {};
    const row = resident.hold(attempt, programs.now, tick);
    programs.rest(resident);
    world.postTo(`program:${program}`, (body) => ({ kind: "halt", body }));
    return { programs: [row] };
  }

  async pack(program: string, n: number): Promise<{ readonly parcel: Parcel; readonly stands: Stands }> {
    const { programs, pool, texts } = this.#options;
    const { resident, held } = this.#held(program);
    const { luggage } = this.#bodyOf(program);
    const { description, traits, marks } = luggage;
    const { name, walks, code, spawns } = resident.spec;
    const image = await pool.portable(program);
    if (image === null) throw new ElsewhereError("corrupt", `the heap of program ${program} cannot be had`, { field: "program" });
    const { bytes, engine, base, heapBytes } = image;
    const { kept, mailbox } = resident;
    const { wakeAt, wants, lastN, turns, faults } = kept;
    const parcel: Parcel = {
      name,
      description,
      traits,
      marks,
      walks,
      now: held.now,
      code: { ...code, map: texts.mapOf(code.hash) },
      image: bytes,
      heapBytes,
      memory: JSON.parse(kept.memory) as JsonObject,
      wants: [...wants],
      wakeAt,
      lastN,
      n,
      turns,
      faults,
      quota: programs.ownQuota(resident),
      mail: mailbox.letters(),
      mailThrough: mailbox.lastSeq,
      lost: lostBy(spawns, luggage),
    };
    return { parcel, stands: { engine, base } };
  }

  /** What it carries stays where it stood. */
  depart(program: string): void {
    const resident = this.#options.programs.resident(program);
    if (resident?.kept.crossing?.kind !== "held" || resident.kept.crossing.body !== null || this.hasDeparted(program)) return;
    const { map, tile, luggage } = this.#bodyOf(program);
    this.#options.programs.depart(resident, { map, tile, luggage: { ...luggage, carried: [] } });
  }

  hasDeparted(program: string): boolean {
    return this.#options.world.locate(`program:${program}`) === null;
  }

  mailAfter(program: string, seq: number): readonly Letter[] {
    return this.#options.programs.resident(program)?.mailbox.letters(seq) ?? [];
  }

  remain(program: string, n: number, error: ErrorJson, tick: number, now: number): CommitBatch {
    const { programs, world } = this.#options;
    const resident = programs.resident(program);
    if (resident === null || resident.status.kind !== "crossing") return {};
    const { crossing } = resident.kept;
    if (world.locate(`program:${program}`) === null) this.#comeBack(resident, crossing?.kind === "held" ? crossing.body : null);
    const row = resident.remain(tick);
    programs.rest(resident);
    const deliveries = programs.deliver(program, tick, [{ kind: "reply", n, ok: false, error }]);
    return { programs: [row], deliveries, logs: [hostLine(program, now, `did not cross: ${error.message}`)] };
  }

  bury(program: string, host: string, tick: number): CommitBatch {
    const { programs } = this.#options;
    const resident = programs.resident(program);
    if (resident === null || resident.status.kind !== "crossing") return {};
    const { name, codeFile, parent, owner, quota, spawns, walks } = resident.spec;
    // What its parent gave it has gone with it: it stays its parent's child.
    const row = resident.bury({ name, codeFile, parent, owner, quota, spawns, walks }, host, tick);
    programs.rest(resident);
    return { programs: [row] };
  }

  /** The very same body, where it stood, or where people come in if it was lost or that is there no longer. */
  #comeBack(resident: Resident, departed: Departed | null): void {
    const { world, programOf, embodiment, start, walkingSpeed } = this.#options;
    const { program, name, walks } = resident.spec;
    const id = departed?.luggage.id ?? world.idFor(`program:${program}`);
    const luggage = departed?.luggage ?? { ...newProgramLuggage(id, program, name, walks ? walkingSpeed : 0), lastN: resident.kept.lastN };
    const landing =
      departed === null || world.map(departed.map) === null
        ? embodiment.welcome(null, start, id)
        : { map: departed.map, at: { tile: departed.tile } };
    world.post(landing.map, { kind: "enter", luggage, at: landing.at });
    resident.spec = { ...resident.spec, body: id };
    programOf.set(id, program);
  }

  #held(program: string): { readonly resident: Resident; readonly held: Extract<Travel, { readonly kind: "held" }> } {
    const resident = this.#options.programs.resident(program);
    const held = resident?.kept.crossing;
    if (resident !== null && held?.kind === "held") return { resident, held };
    throw new ElsewhereError("unknown", `program ${program} is not held for a crossing`, { field: "program" });
  }

  /** Its body as it stands, or as it was when it left. */
  #bodyOf(program: string): Departed {
    const where = this.#options.world.locate(`program:${program}`);
    if (where?.kind === "present") {
      const body = where.live.state.body(where.body)!;
      return { map: where.live.map.name, tile: body.tile, luggage: canonicalLuggage({ ...body, errand: null }) };
    }
    if (where !== null) return { map: where.map, tile: 0, luggage: where.luggage };
    const { held } = this.#held(program);
    if (held.body !== null) return held.body;
    throw new ElsewhereError("away", `program ${program} has no body in the world`, { field: "program" });
  }
}

/** What is granted by this host alone, and what lies here, in words an author understands. No hidden room is named. */
function lostBy(spawns: readonly string[], { carried, holds, layerOn, layerSees }: Luggage): readonly string[] {
  const lost = [...spawns.map((file) => `the right to start ${file}`), ...carried.map(({ name }) => `${name}, which it carried`)];
  if (holds.length > 0) lost.push(`the way into ${holds.length} hidden ${holds.length === 1 ? "room" : "rooms"}`);
  if (layerOn !== 1 || layerSees !== 1) lost.push("the layers that it was on and could see");
  return lost;
}
