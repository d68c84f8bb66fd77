import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Column, Row, RowForm } from "./table.ts";

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

const types = {
  time: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  },
  whole: { type: "INT64" },
  number: { type: "DOUBLE" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
} as const satisfies Readonly<Record<Column["type"], Omit<SchemaElement, "name">>>;

/** A Parquet file, packed with Snappy: each call of `rows` makes a row group, of which nothing is held but where it lies. */
export class ParquetRows implements RowForm {
  readonly head: Uint8Array;
  readonly #columns: readonly Column[];
  readonly #out = new ByteWriter(1 << 16);
  readonly #writer: ParquetWriter;

  constructor(columns: readonly Column[], about: Readonly<Record<string, string>>) {
    this.#columns = columns;
    const leaves = columns.map(({ name, type, isNull }): SchemaElement => ({
      name,
      repetition_type: isNull === "never" ? "REQUIRED" : "OPTIONAL",
      ...types[type],
    }));
    this.#writer = new ParquetWriter({
      writer: this.#out,
      schema: [{ name: "root", num_children: columns.length }, ...leaves],
      kvMetadata: Object.entries(about).map(([key, value]) => ({ key, value })),
      createdBy: "elsewhere",
    });
    this.head = this.#take();
  }

  rows(rows: readonly Row[]): Uint8Array {
    const columnData = this.#columns.map(({ name, type }, i) => {
      const isLong = type === "time" || type === "whole";
      return { name, data: rows.map((row) => (isLong && row[i] !== null ? BigInt(row[i]!) : row[i]!)) };
    });
    void this.#writer.write({ columnData, rowGroupSize: rows.length });
    return this.#take();
  }

  end(): Uint8Array {
    void this.#writer.finish();
    return this.#take();
  }

  /** What has been written since it was last taken; offsets go on being counted. */
  #take(): Uint8Array {
    const bytes = this.#out.getBytes().slice();
    this.#out.index = 0;
    return bytes;
  }
}
