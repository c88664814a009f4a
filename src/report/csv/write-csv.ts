/** Writes rows as CSV text in chunks, for one call for everything runs out of memory on long runs. */
import { stringify } from "csv-stringify/browser/esm/sync";
import type { Rows } from "../../model/result.js";
import type { CsvTable } from "./column.js";

/** Rows a chunk. */
export const CHUNK_ROWS = 1_000;

export interface CsvOptions {
  /** Column `run`: the number of the repetition. */
  readonly run: number;
  /** Whether the first chunk opens with the header row; false for the second and later runs of one file. Default true. */
  readonly header?: boolean;
}

/** Header row of a table, `run` first. */
export function csvHeader<Row>(table: CsvTable<Row>): string[] {
  return ["run", ...table.map((column) => column.name)];
}

/**
 * Chunks of CSV text (RFC 4180 quoting, LF) of at most 1,000 rows each; concatenated they are the file. The header
 * stands in the first chunk, also when there are no rows.
 */
export function* writeCsv<Row>(
  table: CsvTable<Row>,
  rows: Rows<Row>,
  { run, header = true }: CsvOptions,
): Iterable<string> {
  const number = String(run);
  for (let from = 0; from === 0 || from < rows.length; from += CHUNK_ROWS) {
    const lines: string[][] = from === 0 && header ? [csvHeader(table)] : [];
    for (const row of rows.slice(from, from + CHUNK_ROWS)) {
      lines.push([number, ...table.map((column) => column.write(row))]);
    }
    // A lone carriage return ends a row for some readers, so it is quoted as well.
    if (lines.length > 0) yield stringify(lines, { quote_record_delimiter: true });
  }
}
