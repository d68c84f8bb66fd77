/** What an operator is shown of programs: pages of a list that may be long, and one of them in detail. */
import type { ProgramDetail, ProgramInfo, ProgramOrder, ProgramsPage } from "@elsewhere/protocol";
import { type BodyView, isHidden } from "@elsewhere/world";
import type { ProgramsQuery } from "./gateways/contract.ts";
import { livesAt } from "./programs/changes.ts";
import type { ProgramPool, ProgramStatus } from "./programs/contract.ts";
import type { Programs } from "./programs/programs.ts";
import type { Resident } from "./programs/resident.ts";
import { isSealedText } from "./sealing/uncover.ts";
import type { Storage } from "./storage/contract.ts";
import type { World } from "./ticks/world.ts";

export interface ProgramsViewParts {
  readonly world: World;
  readonly programs: Programs;
  readonly pool: Pick<ProgramPool, "residence">;
  readonly storage: Pick<Storage, "log" | "images">;
}

const logLinesShown = 200;
/** In place of a line that was written in a hidden place which is closed now. */
const sealedLine = "(in a hidden place that is closed)";

export class ProgramsView {
  readonly #parts: ProgramsViewParts;

  constructor(parts: ProgramsViewParts) {
    this.#parts = parts;
  }

  page({ order, offset, itemsMax, search }: ProgramsQuery): ProgramsPage {
    const { programs } = this.#parts;
    const wanted = search.toLowerCase();
    const matches = [...programs.residents.values()].filter(
      ({ spec: { program, name } }) => program.includes(wanted) || name.toLowerCase().includes(wanted),
    );
    const key = keyOf(order, programs.clockMs);
    const keyed = matches.map((resident) => ({ resident, key: key(resident) }));
    const first = firstOf(
      keyed,
      offset + itemsMax,
      (a, b) => compare(a.key, b.key) || compare(a.resident.spec.program, b.resident.spec.program),
    );
    return { total: matches.length, offset, programs: first.slice(offset).map(({ resident }) => this.#info(resident)) };
  }

  /** Null if there is no such program. */
  async detail(program: string): Promise<ProgramDetail | null> {
    const { programs, storage } = this.#parts;
    const resident = programs.resident(program);
    if (resident === null) return null;
    const own = { info: this.#info(resident), quota: programs.quota(resident), spawns: resident.spec.spawns };
    const [images, lines] = await Promise.all([storage.images(program), storage.log(program, logLinesShown)]);
    const log = lines.map((line) => (isSealedText(line.text) ? { ...line, text: sealedLine } : line));
    return { ...own, images, log };
  }

  #info(resident: Resident): ProgramInfo {
    const { world, pool, programs } = this.#parts;
    const { spec, status, kept, figures, wakes, mailbox } = resident;
    const { program, name, owner, parent } = spec;
    const { body, map } = whereabouts(world, program);
    return {
      program,
      name,
      owner,
      parent,
      body: body?.id ?? -1,
      map,
      x: (body?.x ?? 0) / 16,
      y: (body?.y ?? 0) / 16,
      status: status.kind,
      next: status.kind === "backing_off" ? status.next : null,
      reason: reasonOf(status),
      residence: pool.residence(program),
      turns: kept.turns,
      faults: kept.faults,
      heapBytes: kept.heapBytes,
      ...figures,
      wakesPerMinute: wakes.perMinute(programs.clockMs),
      mailbox: mailbox.size,
      wakeAt: status.kind === "running" ? kept.wakeAt : null,
    };
  }
}

function reasonOf(status: ProgramStatus): string | null {
  if (status.kind === "crossed") return livesAt(status.host);
  return "error" in status ? status.error.message : null;
}

/** Where an operator may know a program to be: one in a hidden room is nowhere, as if it were not in the world. */
function whereabouts(world: World, program: string): { readonly body: BodyView | null; readonly map: string | null } {
  const where = world.locate(`program:${program}`);
  const body = where?.kind === "present" ? where.live.state.body(where.body) : null;
  if (where?.kind !== "present" || body === null || isHidden(where.live.map, body.tile)) return { body: null, map: null };
  return { body, map: where.live.map.name };
}

/** The first `count` in order. Sorting a hundred thousand for the hundred that are shown would hold up the world. */
function firstOf<T>(items: readonly T[], count: number, order: (a: T, b: T) => number): T[] {
  const first: T[] = [];
  for (const item of items) {
    if (first.length === count && order(item, first[count - 1]!) >= 0) continue;
    let low = 0;
    for (let high = first.length; low < high;) {
      const middle = (low + high) >> 1;
      if (order(first[middle]!, item) <= 0) low = middle + 1;
      else high = middle;
    }
    first.splice(low, 0, item);
    if (first.length > count) first.pop();
  }
  return first;
}

/** What a list is sorted by, least first. */
function keyOf(order: ProgramOrder, clockMs: number): (resident: Resident) => number | string {
  switch (order) {
    case "name":
      return ({ spec }) => spec.name.toLowerCase();
    case "heapBytes":
      return ({ kept }) => -kept.heapBytes;
    case "turns":
      return ({ kept }) => -kept.turns;
    case "totalMs":
      return ({ figures }) => -figures.totalMs;
    case "wakesPerMinute":
      return ({ wakes }) => -wakes.perMinute(clockMs);
    case "faults":
      return ({ kept }) => -kept.faults;
    case "wakeAt":
      return ({ kept }) => kept.wakeAt ?? Number.POSITIVE_INFINITY;
  }
}

const compare = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
