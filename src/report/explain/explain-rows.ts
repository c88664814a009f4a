/** What explanations are made from: rows of one repetition, from the run itself or read back from its files. */
import type { EventRow, RequestRow, Rows, TerminationRow } from "../../model/result.js";
import { EVENTS } from "../csv/events.js";
import { type CsvFile, readTable } from "../csv/read-table.js";
import { REQUESTS } from "../csv/requests.js";
import { TERMINATIONS } from "../csv/terminations.js";

export interface ExplainRows {
  readonly requests: Rows<RequestRow>;
  readonly events: readonly EventRow[];
  readonly terminations: readonly TerminationRow[];
}

/** Thrown for a request or an event that the results do not hold; the message says what they do hold. */
export class NotInResults extends Error {}

/** Reads the three files that explanations need; `run` selects the repetition. */
export function readExplainRows(
  files: { readonly requests: CsvFile; readonly events: CsvFile; readonly terminations: CsvFile },
  run: number,
): ExplainRows {
  const events = readTable(EVENTS, files.events, run);
  if (events.length === 0 && run > 0)
    throw new NotInResults(`${files.events.name} holds no run ${run}: they count from 0`);
  return {
    requests: readTable(REQUESTS, files.requests, run),
    events,
    terminations: readTable(TERMINATIONS, files.terminations, run),
  };
}
