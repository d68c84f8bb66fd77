/** Tables in two forms, chosen by the file's ending. Both are written as they come: no more than a group of rows is held. */
import { ElsewhereError } from "@elsewhere/protocol";
import { CsvRows } from "./csv.ts";
import type { OutFile } from "./out-file.ts";

/** A value of a column: `time` is world time in ms since 1970, `whole` a safe integer. */
export interface Column {
  readonly name: string;
  readonly type: "time" | "whole" | "number" | "text";
  readonly isNull: "never" | "sometimes";
}

type Value = number | string | null;
export type Row = readonly Value[];

/** One way to put rows into bytes. */
export interface RowForm {
  readonly head: Uint8Array;
  rows(rows: readonly Row[]): Uint8Array;
  end(): Uint8Array;
}

const groupRows = 50_000;

export class Table {
  count = 0;
  readonly file: OutFile;
  readonly #form: RowForm;
  #waiting: Row[] = [];

  private constructor(file: OutFile, form: RowForm) {
    this.file = file;
    this.#form = form;
  }

  /** Begins it in an empty file. `about`: what is told in a Parquet file of how it was made. */
  static async begin(file: OutFile, columns: readonly Column[], about: Readonly<Record<string, string>>): Promise<Table> {
    const form = requireForm(file.path, "path") === "csv" ? new CsvRows(columns) : await parquetRows(columns, about);
    await file.write(form.head);
    return new Table(file, form);
  }

  /** Resolves at once while there is room; each row has a value for each column. */
  add(row: Row): Promise<void> | undefined {
    this.count++;
    this.#waiting.push(row);
    return this.#waiting.length < groupRows ? undefined : this.#flush();
  }

  async end(): Promise<void> {
    await this.#flush();
    await this.file.write(this.#form.end());
  }

  async #flush(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    if (rows.length > 0) await this.file.write(this.#form.rows(rows));
  }
}

/** What few tables are written as is read when one is. */
async function parquetRows(columns: readonly Column[], about: Readonly<Record<string, string>>): Promise<RowForm> {
  const { ParquetRows } = await import("./parquet.ts");
  return new ParquetRows(columns, about);
}

/** Throws `malformed` for a name with another ending. */
export function requireForm(path: string, field: string): "csv" | "parquet" {
  if (path.endsWith(".csv")) return "csv";
  if (path.endsWith(".parquet")) return "parquet";
  throw new ElsewhereError("malformed", `"${path}" must end with .parquet or .csv, by which its form is chosen`, { field });
}
