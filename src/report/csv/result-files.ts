/** The CSV files of a run, in the order in which they are written. */
import type { Rows, RunRecord } from "../../model/result.js";
import type { CsvTable } from "./column.js";
import { DNS } from "./dns.js";
import { ENDPOINTS } from "./endpoints.js";
import { EVENTS } from "./events.js";
import { FAILOVER } from "./failover.js";
import { FAILURES } from "./failures.js";
import { PODS } from "./pods.js";
import { REQUESTS } from "./requests.js";
import { TERMINATIONS } from "./terminations.js";
import { TIMELINE } from "./timeline.js";
import { csvHeader, writeCsv } from "./write-csv.js";

export interface ResultFile {
  /** For instance "timeline.csv". */
  readonly name: string;
  readonly header: readonly string[];
  /** Chunks of the file's text; see writeCsv. `header` false for the second and later runs of one file. */
  readonly chunks: (record: RunRecord, header?: boolean) => Iterable<string>;
}

function file<Row>(name: string, table: CsvTable<Row>, rows: (record: RunRecord) => Rows<Row>): ResultFile {
  return {
    name,
    header: csvHeader(table),
    chunks: (record, header = true) => writeCsv(table, rows(record), { run: record.run, header }),
  };
}

export const RESULT_FILES: readonly ResultFile[] = [
  file("timeline.csv", TIMELINE, (record) => record.timeline),
  file("failures.csv", FAILURES, (record) => record.failures),
  file("requests.csv", REQUESTS, (record) => record.requests),
  file("dns.csv", DNS, (record) => record.lookups),
  file("events.csv", EVENTS, (record) => record.events),
  file("endpoints.csv", ENDPOINTS, (record) => record.endpoints),
  file("terminations.csv", TERMINATIONS, (record) => record.terminations),
  file("pods.csv", PODS, (record) => record.pods),
  file("failover.csv", FAILOVER, (record) => record.failover),
];
