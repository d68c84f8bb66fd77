/**
 * Seals what of a batch must not lie open: rows of whoever is in a hidden room, and rows in which the secret of one stands.
 *
 * A program takes what it learned inside along, and until an image stands for all of it its heap is made from sealed turns. So
 * a program is **labelled** with a stream from its first sealed row on: while it is, its turns, images, state and log are
 * sealed wherever it is. The label goes with an image that is stored while it is outside and its state has no secret, after a
 * turn that had taken all mail that is sealed; that image is stored as it is, and from there on all of the program can be read without a key. Mail is sealed for what it
 * says alone: of what comes to a labelled program outside nothing is from inside, and if it were sealed, who gets mail
 * in every tick would never be rid of the label.
 */
import type {
  CommitBatch,
  DeliveryRow,
  ImageRow,
  LogRow,
  MemoryRow,
  ProgramRow,
  SettingRow,
  Storage,
  TurnRow,
} from "../storage/contract.ts";
import { hexHash } from "../record/chain.ts";
import { isCodeSetting, nameOf, sealedIn, sealedText } from "./rows.ts";
import { type DataKeys, keyIdOf } from "./seal.ts";
import { SecretFinder, type Secret } from "./secrets.ts";
import { streamOpened } from "./uncover.ts";

export interface CoverOptions {
  readonly keys: DataKeys;
  /** The stream of the hidden room somebody (`person:…`, `program:…`) is in, or was in before this tick; null in the open. */
  readonly roomOf: (who: string) => string | null;
  /** Of all open rooms. */
  readonly secrets: () => readonly Secret[];
}

interface Label {
  stream: string;
  /** The last delivery to it that was sealed; 0 for none. */
  lastSealedSeq: number;
  /** Its last turn, and the mail that had taken; null if that is not known. */
  lastTurn: Pick<TurnRow, "turn" | "throughSeq"> | null;
  /** Its state as last sealed, to be stored open once the label goes; null if none was. */
  state: string | null;
}

export class Cover {
  readonly #options: CoverOptions;
  readonly #labels = new Map<string, Label>();
  #finder = new SecretFinder([]);
  /** How many it finds: rooms are opened, and none is closed while a host runs. */
  #known = 0;

  constructor(options: CoverOptions) {
    this.#options = options;
  }

  /**
   * Labels programs as what is stored of them is sealed: at start, and again when a key more is at hand. `stored`: as it
   * is stored, nothing of it opened.
   */
  async restoreFrom(stored: Pick<Storage, "programs" | "mailboxes">): Promise<void> {
    const { keys } = this.#options;
    if (keys.isEmpty) return;
    for (const { program, state } of await stored.programs()) this.#restore(program, state, 0);
    for (const { program, json, seq } of await stored.mailboxes()) this.#restore(program, json, seq);
  }

  /**
   * The same batch, with rows in place of those that are to be sealed; the very same where there are none. To be asked once for each
   * batch, in the order in which they are committed. Throws for a row of a room that is closed: nothing happens there.
   */
  cover(batch: CommitBatch): CommitBatch {
    this.#knowSecrets();
    const deliveries = mapped(batch.deliveries, (row) => this.#delivery(row));
    const turns = mapped(batch.turns, (row) => this.#turn(row));
    const freed: ProgramRow[] = [];
    const states = new Map(batch.programs?.map(({ program, state }) => [program, state]));
    const images = mapped(batch.images, (row) => this.#image(row, states.get(row.program), freed));
    const programs = mapped(withFreed(batch.programs, freed), (row) => this.#state(row));
    const logs = mapped(batch.logs, (row) => this.#log(row));
    const memories = mapped(batch.memories, (row) => this.#memory(row));
    const settings = mapped(batch.settings, (row) => this.#setting(row));
    const covered = { deliveries, turns, images, programs, logs, memories, settings };
    const changed = Object.entries(covered).filter(([key, rows]) => rows !== batch[key as keyof CommitBatch]);
    return changed.length === 0 ? batch : { ...batch, ...Object.fromEntries(changed) };
  }

  /** Whether a turn with this input would be sealed; without one, whether what is stored of the program now would. */
  seals(program: string, input: string | null): boolean {
    if (this.#roomOf(program) !== null || this.#labels.has(program)) return true;
    this.#knowSecrets();
    return input !== null && this.#finder.in(input) !== null;
  }

  #knowSecrets(): void {
    const secrets = this.#options.secrets();
    if (secrets.length === this.#known) return;
    this.#known = secrets.length;
    this.#finder = new SecretFinder(secrets);
  }

  #delivery(row: DeliveryRow): DeliveryRow {
    const { program, seq, json } = row;
    const secret = this.#finder.in(json);
    const stream = this.#roomOf(program) ?? (secret === null ? null : (this.#labels.get(program)?.stream ?? secret));
    if (stream === null) return row;
    const label = this.#mark(program, stream);
    label.lastSealedSeq = Math.max(label.lastSealedSeq, seq);
    return { ...row, json: this.#sealText(stream, json, nameOf.delivery(row)) };
  }

  #turn(row: TurnRow): TurnRow {
    const { program, turn, throughSeq, bytes } = row;
    const stream = this.#streamFor(program, bytes);
    if (stream === null) return row;
    this.#mark(program, stream).lastTurn = { turn, throughSeq };
    return { ...row, bytes: this.#seal(stream, bytes, nameOf.turn(row)) };
  }

  /** `state`: what is stored of the program in the same batch; `freed` gets it of one that has lost its label. */
  #image(row: ImageRow, state: string | undefined, freed: ProgramRow[]): ImageRow {
    const { program, anew, bytes } = row;
    const room = this.#roomOf(program);
    const label = this.#labels.get(program);
    const stream = room ?? label?.stream ?? streamOpened(bytes);
    if (stream === null) return row;
    const knows = label !== undefined && this.#finder.in(state ?? label.state ?? "") !== null;
    if (room === null && label !== undefined && !anew && !knows && standsForAll(row, label)) {
      this.#labels.delete(program);
      if (label.state !== null) freed.push({ program, state: label.state });
      return row;
    }
    this.#mark(program, stream);
    const sealed = this.#seal(stream, bytes, nameOf.image(row));
    return { ...row, bytes: sealed, hash: hexHash(sealed) };
  }

  #state(row: ProgramRow): ProgramRow {
    const { program, state } = row;
    const stream = this.#streamFor(program, state);
    if (stream === null) return row;
    this.#mark(program, stream).state = state;
    return { program, state: this.#sealText(stream, state, nameOf.state(row)) };
  }

  #log(row: LogRow): LogRow {
    const stream = this.#streamFor(row.program, row.text);
    if (stream === null) return row;
    this.#mark(row.program, stream);
    return { ...row, text: this.#sealText(stream, row.text, nameOf.log(row)) };
  }

  #memory(row: MemoryRow): MemoryRow {
    const stream = this.#options.roomOf(row.who) ?? this.#finder.in(row.json);
    return stream === null ? row : { ...row, json: this.#sealText(stream, row.json, nameOf.memory(row)) };
  }

  #setting(row: SettingRow): SettingRow {
    const { key, value } = row;
    const stream = value === null || !isCodeSetting(key) ? null : this.#finder.in(value);
    return value === null || stream === null ? row : { key, value: this.#sealText(stream, value, key) };
  }

  #roomOf(program: string): string | null {
    return this.#options.roomOf(`program:${program}`);
  }

  #streamFor(program: string, row: string | Uint8Array): string | null {
    return this.#roomOf(program) ?? this.#labels.get(program)?.stream ?? this.#finder.in(row);
  }

  #mark(program: string, stream: string): Label {
    const label = this.#labels.get(program) ?? { stream, lastSealedSeq: 0, lastTurn: null, state: null };
    label.stream = stream;
    this.#labels.set(program, label);
    return label;
  }

  #restore(program: string, text: string, seq: number): void {
    const sealed = sealedIn(text);
    const stream = sealed === null ? null : this.#options.keys.streamOf(keyIdOf(sealed) ?? "");
    if (stream === null) return;
    const label = this.#labels.get(program) ?? this.#mark(program, stream);
    label.lastSealedSeq = Math.max(label.lastSealedSeq, seq);
  }

  #seal(stream: string, bytes: Uint8Array, of: string): Uint8Array {
    const key = this.#options.keys.current(stream);
    if (key === null) throw new Error(`${of} is of a hidden room that is closed, and cannot be sealed`);
    return key.seal(bytes, of);
  }

  #sealText(stream: string, text: string, of: string): string {
    return sealedText(this.#seal(stream, Buffer.from(text), of));
  }
}

/** Whether an image comes after everything sealed that its program was given. */
function standsForAll({ turn }: ImageRow, { lastTurn, lastSealedSeq }: Label): boolean {
  return lastTurn?.turn === turn && lastTurn.throughSeq >= lastSealedSeq;
}

/** States of programs whose labels have gone, where the batch does not put others. */
function withFreed(rows: readonly ProgramRow[] | undefined, freed: readonly ProgramRow[]): readonly ProgramRow[] | undefined {
  const missing = freed.filter(({ program }) => rows?.some((row) => row.program === program) !== true);
  return missing.length === 0 ? rows : [...(rows ?? []), ...missing];
}

function mapped<T>(rows: readonly T[] | undefined, covered: (row: T) => T): readonly T[] | undefined {
  const all = rows?.map(covered);
  return all?.some((row, i) => row !== rows![i]) === true ? all : rows;
}
