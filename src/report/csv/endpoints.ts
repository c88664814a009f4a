/** `endpoints.csv`: one row is a change of what one observer believes of one endpoint. */
import type { EndpointRow } from "../../model/result.js";
import { BOOLEAN, type CsvTable, column, OBSERVER, SECONDS, TEXT } from "./column.js";

export const ENDPOINTS: CsvTable<EndpointRow> = [
  column("t_s", "t", SECONDS),
  column("observer", "observer", OBSERVER),
  column("service", "service", TEXT),
  column("endpoint", "endpoint", TEXT),
  column("pod", "pod", TEXT),
  column("ready", "ready", BOOLEAN),
  column("serving", "serving", BOOLEAN),
  column("terminating", "terminating", BOOLEAN),
];
