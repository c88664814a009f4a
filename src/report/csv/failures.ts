/** `failures.csv`: one row is a time bin and a cause. */
import type { FailureRow } from "../../model/result.js";
import { COUNT, type CsvTable, column, type Format, SECONDS, TEXT } from "./column.js";

export const FAILURES: CsvTable<FailureRow> = [
  column("t_s", "t", SECONDS),
  column("traffic", "traffic", TEXT),
  column("target", "target", TEXT),
  column("outcome", "outcome", TEXT as Format<FailureRow["outcome"]>),
  column("cause", "cause", TEXT as Format<FailureRow["cause"]>),
  column("count", "count", COUNT),
];
