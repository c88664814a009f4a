/** `pods.csv`: one row is a time bin of a pod. */
import type { PodRow } from "../../model/result.js";
import { BOOLEAN, COUNT, type CsvTable, column, SECONDS, TEXT } from "./column.js";

export const PODS: CsvTable<PodRow> = [
  column("t_s", "t", SECONDS),
  column("pod", "pod", TEXT),
  column("node", "node", TEXT),
  column("zone", "zone", TEXT),
  column("image", "image", TEXT),
  column("ready", "ready", BOOLEAN),
  column("requests", "requests", COUNT),
  column("connections", "connections", COUNT),
  column("in_flight", "inFlight", COUNT),
];
