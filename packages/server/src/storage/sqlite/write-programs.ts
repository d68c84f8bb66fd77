import type { DatabaseSync, StatementSync } from "node:sqlite";
import { limits } from "@elsewhere/protocol/limits";
import { headWithImage, startOf } from "../../record/append.ts";
import { imageLink, rowSum, sumOf, turnHash } from "../../record/chain.ts";
import { requireNeeds, requireSoundGround, requireSoundImage, requireTemplate } from "../../record/images.ts";
import type { CommitBatch, DeliveryRow, GroundRow, ImageRow, LogRow, TurnRow } from "../contract.ts";
import { GroundBook, type Grounds } from "./grounds.ts";
import type { Ledger } from "./ledger.ts";
import type { ProgramIds } from "./program-ids.ts";
import { headOf, ProgramBook } from "./program-rows.ts";
import type { LastIds, Later, State } from "./state.ts";

const statements = {
  turn: "INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
  image: "INSERT INTO images VALUES (?, ?, ?, ?, ?, ?, ?, unhex(?), ?, ?)",
  imageAt: "SELECT start, turn, anew, lower(hex(hash)) AS hash FROM images WHERE id = ?",
  pruneImage: "UPDATE images SET bytes = NULL WHERE id = ? AND bytes IS NOT NULL RETURNING ground",
  groundBytes: "INSERT INTO ground_bytes VALUES (?, ?)",
  log: "INSERT INTO logs VALUES (?, ?, ?, ?, ?, unhex(?))",
  pruneLogs: "DELETE FROM logs WHERE program = ? AND n <= ?",
} as const;

/** What a batch writes of programs, for the rest of the writer to go on with. */
interface Written extends Pick<State, "grounds" | "later"> {
  readonly ids: Omit<LastIds, "seq">;
  /** Of its turns and images, for the batch chain. */
  readonly links: readonly Uint8Array[];
}

/** One batch under way. */
interface Draft {
  readonly batch: number;
  readonly programs: ProgramBook;
  readonly grounds: GroundBook;
  readonly dropped: number[];
  turn: number;
  image: number;
}

/** Writes what belongs to programs: their turns, images with the grounds they stand on, mail, logs and rows. */
export class ProgramWriter {
  readonly #do: { readonly [name in keyof typeof statements]: StatementSync };
  readonly #ledger: Ledger;
  readonly #programIds: ProgramIds;

  constructor(db: DatabaseSync, ledger: Ledger, programIds: ProgramIds) {
    this.#do = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as never;
    this.#ledger = ledger;
    this.#programIds = programIds;
  }

  /** Removes what the batch before the last one made needless, and gives the grounds as they are then. */
  removeLate({ deliveries, images }: Later, grounds: Grounds): Grounds {
    for (const [program, throughSeq] of deliveries) this.#ledger.takeDeliveries(program, throughSeq);
    const book = new GroundBook(this.#ledger, grounds);
    for (const id of images) {
      const ground = this.#do.pruneImage.get(id)?.["ground"];
      if (ground !== undefined) book.count(Number(ground), -1);
    }
    return book.flush();
  }

  write(batch: CommitBatch, n: number, ids: LastIds, grounds: Grounds): Written {
    const draft: Draft = {
      batch: n,
      programs: new ProgramBook(this.#ledger, this.#programIds, ids.program),
      grounds: new GroundBook(this.#ledger, grounds),
      dropped: [],
      turn: ids.turn,
      image: ids.image,
    };
    const { programs } = draft;
    this.#grounds(batch.grounds ?? [], draft);
    const turns = (batch.turns ?? []).map((turn) => this.#turn(turn, draft));
    const images = (batch.images ?? []).flatMap((image) => this.#image(image, draft) ?? []);
    for (const { program, state } of batch.programs ?? []) programs.put({ ...programs.of(program), state });
    for (const delivery of batch.deliveries ?? []) this.#delivery(delivery, draft);
    this.#logs(batch.logs ?? [], draft);
    programs.flush();
    return {
      grounds: draft.grounds.flush(),
      later: { deliveries: (batch.turns ?? []).map((turn) => [programs.of(turn.program).id, turn.throughSeq]), images: draft.dropped },
      ids: { turn: draft.turn, image: draft.image, program: programs.lastId },
      links: [...turns, ...images],
    };
  }

  #grounds(rows: readonly GroundRow[], { grounds }: Draft): void {
    for (const row of rows) {
      if (grounds.isStored(row.hash)) continue;
      requireSoundGround(row);
      this.#do.groundBytes.run(grounds.add(row), row.bytes);
    }
    for (const row of rows) requireNeeds(row, (hash) => grounds.isStored(hash));
  }

  #turn({ program, turn, tick, throughSeq, bytes }: TurnRow, draft: Draft): Uint8Array {
    const end = draft.programs.of(program);
    const start = startOf(program, turn, headOf(end));
    const before = start === end.start ? end.lastTurn : 0;
    const link = turnHash({ program, start, turn, tick, throughSeq, bytes });
    const id = ++draft.turn;
    this.#do.turn.run(id, draft.batch, end.id, start, turn, tick, throughSeq, before, sumOf(link), bytes);
    draft.programs.put({ ...end, start, turn, lastTurn: id, throughSeq });
    return link;
  }

  /** Gives null for an image that is there already. */
  #image(row: ImageRow, draft: Draft): Uint8Array | null {
    const { program, turn, hash, bytes, template, anew } = row;
    requireSoundImage(row);
    requireTemplate(row, (ground) => draft.grounds.isStored(ground));
    const end = draft.programs.of(program);
    const { head, began } = headWithImage(row, headOf(end));
    const { start } = head;
    const at = began ? 0 : this.#placeAmong(end.images, { start, turn, hash });
    if (at === null) return null;
    const ground = draft.grounds.withHash(template)!.id;
    const link = imageLink({ program, start, turn, hash, template, anew });
    const id = ++draft.image;
    this.#do.image.run(id, draft.batch, end.id, start, turn, ground, anew ? 1 : 0, hash, sumOf(link), bytes);
    draft.grounds.count(ground, 1);
    const images = end.images.toSpliced(at, 0, id);
    // What a start began with is where its transcript can be replayed from, at any time.
    draft.dropped.push(...images.slice(limits.imagesKeptMax).filter((each) => this.#do.imageAt.get(each)?.["anew"] !== 1));
    const lastTurn = began ? 0 : end.lastTurn;
    draft.programs.put({ ...end, start, turn: head.turn, lastTurn, images: images.slice(0, limits.imagesKeptMax) });
    return link;
  }

  /** Where an image belongs among those kept, newest first, for it may come late. Null if it is one of them. */
  #placeAmong(kept: readonly number[], image: { readonly start: number; readonly turn: number; readonly hash: string }): number | null {
    for (const [at, id] of kept.entries()) {
      const other = this.#do.imageAt.get(id);
      const ahead = Number(other?.["start"]) - image.start || Number(other?.["turn"]) - image.turn;
      if (ahead > 0) continue;
      return ahead === 0 && other?.["hash"] === image.hash ? null : at;
    }
    return kept.length;
  }

  #delivery({ program, seq, tick, json }: DeliveryRow, { batch, programs }: Draft): void {
    this.#ledger.insert("deliveries", programs.of(program).id, seq, batch, tick, json);
  }

  #logs(lines: readonly LogRow[], { programs }: Draft): void {
    for (const { program, now, level, text } of lines) {
      const end = programs.of(program);
      const n = end.lines + 1;
      programs.put({ ...end, lines: n });
      this.#do.log.run(end.id, n, now, level, text, rowSum("logs", [end.id, n, now, level, text]));
    }
    // Counted from before this batch, so that it can be taken back.
    for (const program of new Set(lines.map((line) => line.program))) {
      this.#do.pruneLogs.run(programs.of(program).id, programs.linesBefore(program) - limits.logLinesKeptMax);
    }
  }
}
