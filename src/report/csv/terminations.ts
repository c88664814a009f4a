/** `terminations.csv`: one row is how one observer took the end of one pod. Negative slack is exposure. */
import type { TerminationRow } from "../../model/result.js";
import { COUNT, type CsvTable, column, OBSERVER, SECONDS, TEXT } from "./column.js";

export const TERMINATIONS: CsvTable<TerminationRow> = [
  column("pod", "pod", TEXT),
  column("node", "node", TEXT),
  column("observer", "observer", OBSERVER),
  column("deleted_s", "deletedAt", SECONDS),
  column("stops_accepting_s", "stopsAcceptingAt", SECONDS),
  column("rules_applied_s", "rulesAppliedAt", SECONDS),
  column("slack_s", "slack", SECONDS),
  column("failed_requests", "failedRequests", COUNT),
];
