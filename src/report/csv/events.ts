/** `events.csv`: one row is a fact: a state change, a churn event, a consequence. `cause` is an earlier fact. */
import type { EventRow } from "../../model/result.js";
import { type CsvTable, column, FACT, SECONDS, TEXT } from "./column.js";

export const EVENTS: CsvTable<EventRow> = [
  column("fact", "fact", FACT),
  column("t_s", "t", SECONDS),
  column("component", "component", TEXT),
  column("kind", "kind", TEXT),
  column("object", "object", TEXT),
  column("detail", "detail", TEXT),
  column("cause", "cause", FACT),
];
