/** Reads one of a run's CSV files back into the rows it was written from: what plots and explanations read. */
import type { CsvTable } from "./column.js";
import { readCsv } from "./read-csv.js";

export interface CsvFile {
  /** For messages, for instance "results/web/timeline.csv". */
  readonly name: string;
  readonly text: string;
}

/**
 * Rows of the repetition `run`; `null` reads all. Columns are found by name, so their order does not matter and further
 * ones are allowed; one that is missing has its `absent` value in every row. Throws when a column without such a value is
 * missing or a record is too short, naming file and record.
 */
export function readTable<Row>(table: CsvTable<Row>, file: CsvFile, run: number | null): Row[] {
  const records = readCsv(file.text);
  const header = records.next().value as string[] | undefined;
  if (header === undefined) throw new Error(`${file.name} is empty: it should open with a header row`);
  const fields = table.flatMap(({ name, field, read, absent }) =>
    field === null ? [] : [{ name, field, read, absent, index: header.indexOf(name) }],
  );
  const needed = ["run", ...fields.filter(({ absent }) => absent === undefined).map(({ name }) => name)];
  const missing = needed.filter((name) => !header.includes(name));
  if (missing.length > 0)
    throw new Error(`${file.name} lacks the column ${missing.join(", ")}: run the scenario again`);
  const runIndex = header.indexOf("run");
  const rows: Row[] = [];
  let number = 1;
  for (const record of records) {
    number++;
    if (record.length !== header.length) {
      throw new Error(`${file.name}, record ${number}: ${record.length} fields, not ${header.length}; was it cut off?`);
    }
    if (run !== null && record[runIndex] !== String(run)) continue;
    const row: Partial<Row> = {};
    for (const { field, read, index, absent } of fields)
      row[field] = (index < 0 ? absent : read(record[index] as string)) as Row[keyof Row];
    rows.push(row as Row);
  }
  return rows;
}
