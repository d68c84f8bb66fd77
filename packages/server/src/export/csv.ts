import type { Column, Row, RowForm } from "./table.ts";

const utf8 = new TextEncoder();

/** RFC 4180: a header, CRLF, and quotes where they are needed; nothing between commas is null, two quotes are an empty text. */
export class CsvRows implements RowForm {
  readonly head: Uint8Array;
  readonly #columns: readonly Column[];

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.head = utf8.encode(`${columns.map(({ name }) => name).join(",")}\r\n`);
  }

  rows(rows: readonly Row[]): Uint8Array {
    let text = "";
    for (const row of rows) text += `${row.map((value, i) => field(value, this.#columns[i]!.type)).join(",")}\r\n`;
    return utf8.encode(text);
  }

  end(): Uint8Array {
    return new Uint8Array();
  }
}

function field(value: Row[number], type: Column["type"]): string {
  if (value === null) return "";
  if (type === "time") return new Date(value).toISOString();
  const text = String(value);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
