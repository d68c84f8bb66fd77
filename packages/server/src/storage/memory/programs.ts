import { ElsewhereError, limits } from "@elsewhere/protocol";
import { headWithImage, type ProgramHead, startOf } from "../../record/append.ts";
import { requireNeeds, requireSoundGround, requireSoundImage, requireTemplate } from "../../record/images.ts";
import type { CommitBatch, DeliveryRow, GroundRow, HeapRow, ImageEntry, ImageRow, LogRow, ProgramRow, TurnRow } from "../contract.ts";

interface Program {
  readonly state: string | null;
  /** Null before its first turn or image. */
  readonly head: ProgramHead | null;
  readonly throughSeq: number;
  /** Of the present start, after its newest image: nobody asks for others. */
  readonly turns: readonly TurnRow[];
  /** Newest first. */
  readonly images: readonly (ImageRow & { readonly start: number })[];
  readonly mail: readonly DeliveryRow[];
  readonly log: readonly LogRow[];
}

const unknown: Program = {
  state: null,
  head: null,
  throughSeq: Number.MIN_SAFE_INTEGER,
  turns: [],
  images: [],
  mail: [],
  log: [],
};

/** All that is kept of programs. */
export class MemoryPrograms {
  readonly #programs = new Map<string, Program>();
  readonly #grounds = new Map<string, GroundRow>();

  /** Throws what must not be committed, before anything is changed. */
  commit(batch: CommitBatch): void {
    const draft = new Draft(this.#programs, this.#grounds);
    draft.write(batch);
    for (const [program, changed] of draft.programs) this.#programs.set(program, changed);
    for (const [hash, ground] of draft.grounds) this.#grounds.set(hash, ground);
  }

  states(): ProgramRow[] {
    return this.#sorted().flatMap(([program, { state }]) => (state === null ? [] : [{ program, state }]));
  }

  mailboxes(): DeliveryRow[] {
    return this.#sorted().flatMap(([, { mail }]) => mail.toSorted((a, b) => a.seq - b.seq));
  }

  heap(program: string): HeapRow {
    const { head, images, turns } = this.#of(program);
    const image = images.find(({ start }) => start === head?.start);
    return { image: image === undefined ? null : withoutStart(image), turns: turns.map(copied) };
  }

  images(program: string): ImageEntry[] {
    return this.#of(program).images.map(({ turn, hash, bytes }) => ({ turn, hash, bytes: bytes.length }));
  }

  image(program: string, hash: string): ImageRow | null {
    const image = this.#of(program).images.find((row) => row.hash === hash);
    return image === undefined ? null : withoutStart(image);
  }

  grounds(): string[] {
    return [...this.#grounds.keys()];
  }

  ground(hash: string): GroundRow | null {
    const ground = this.#grounds.get(hash);
    return ground === undefined ? null : copied(ground);
  }

  log(program: string, linesMax: number): readonly LogRow[] {
    return linesMax <= 0 ? [] : this.#of(program).log.slice(-linesMax);
  }

  #of(program: string): Program {
    return this.#programs.get(program) ?? unknown;
  }

  #sorted(): [string, Program][] {
    return [...this.#programs].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** One batch under way: what it changes is kept apart until all of it has passed. */
class Draft {
  readonly programs = new Map<string, Program>();
  readonly grounds = new Map<string, GroundRow>();
  readonly #before: ReadonlyMap<string, Program>;
  readonly #groundsBefore: ReadonlyMap<string, GroundRow>;

  constructor(programs: ReadonlyMap<string, Program>, grounds: ReadonlyMap<string, GroundRow>) {
    this.#before = programs;
    this.#groundsBefore = grounds;
  }

  write({ grounds = [], turns = [], images = [], programs = [], deliveries = [], logs = [] }: CommitBatch): void {
    const isStored = (hash: string): boolean => this.grounds.has(hash) || this.#groundsBefore.has(hash);
    for (const ground of grounds) {
      if (isStored(ground.hash)) continue;
      requireSoundGround(ground);
      this.grounds.set(ground.hash, copied(ground));
    }
    for (const ground of grounds) requireNeeds(ground, isStored);
    for (const turn of turns) this.#turn(turn);
    for (const image of images) {
      requireSoundImage(image);
      requireTemplate(image, isStored);
      this.#image(image);
    }
    for (const { program, state } of programs) this.#change(program, { state });
    for (const delivery of deliveries) this.#deliver(delivery);
    for (const { program } of [...turns, ...deliveries]) {
      const { mail, throughSeq } = this.#of(program);
      this.#change(program, { mail: mail.filter(({ seq }) => seq > throughSeq) });
    }
    for (const line of logs) {
      this.#change(line.program, { log: [...this.#of(line.program).log, { ...line }].slice(-limits.logLinesKeptMax) });
    }
  }

  #of(program: string): Program {
    return this.programs.get(program) ?? this.#before.get(program) ?? unknown;
  }

  #change(program: string, changed: Partial<Program>): void {
    this.programs.set(program, { ...this.#of(program), ...changed });
  }

  #turn(turn: TurnRow): void {
    const { head, turns } = this.#of(turn.program);
    const start = startOf(turn.program, turn.turn, head);
    this.#change(turn.program, {
      head: { start, turn: turn.turn },
      throughSeq: turn.throughSeq,
      turns: [...(start === head?.start ? turns : []), copied(turn)],
    });
  }

  #image(image: ImageRow): void {
    const { head: before, images, turns } = this.#of(image.program);
    const { head, began } = headWithImage(image, before);
    const { start } = head;
    const ahead = (other: { readonly start: number; readonly turn: number }): number => other.start - start || other.turn - image.turn;
    const at = images.findIndex((other) => ahead(other) <= 0);
    const next = images[at];
    if (!began && next !== undefined && ahead(next) === 0 && next.hash === image.hash) return;
    const kept = images.toSpliced(at < 0 ? images.length : at, 0, { ...copied(image), start }).slice(0, limits.imagesKeptMax);
    const newest = kept.find((other) => other.start === start)?.turn ?? 0;
    this.#change(image.program, { head, images: kept, turns: began ? [] : turns.filter(({ turn }) => turn > newest) });
  }

  #deliver(delivery: DeliveryRow): void {
    const { mail } = this.#of(delivery.program);
    if (mail.some(({ seq }) => seq === delivery.seq)) {
      const what = `a row was committed that is there already (delivery ${delivery.seq} to ${delivery.program})`;
      throw new ElsewhereError("malformed", what, { field: "batch" });
    }
    this.#change(delivery.program, { mail: [...mail, { ...delivery }] });
  }
}

function withoutStart({ program, turn, hash, bytes, template, anew }: ImageRow): ImageRow {
  return { program, turn, hash, bytes: bytes.slice(), template, anew };
}

/** Rows are the store's own: what the caller does to its bytes later changes nothing here. */
function copied<T extends { readonly bytes: Uint8Array }>(row: T): T {
  return { ...row, bytes: Uint8Array.from(row.bytes) };
}
