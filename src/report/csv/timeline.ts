/** `timeline.csv`: one row is a time bin of a traffic entry. A bin without requests has no ratio. */
import type { TimelineRow } from "../../model/result.js";
import { wilsonInterval } from "../wilson.js";
import { COUNT, type CsvTable, column, derived, MILLISECONDS, RATIO, SECONDS, TEXT } from "./column.js";

export const TIMELINE: CsvTable<TimelineRow> = [
  column("t_s", "t", SECONDS),
  column("bin_s", "bin", SECONDS),
  column("traffic", "traffic", TEXT),
  column("target", "target", TEXT),
  column("requests", "requests", COUNT),
  column("ok", "ok", COUNT),
  column("failed", "failed", COUNT),
  derived("success_ratio", RATIO, (row) => row.ok / row.requests),
  derived("success_lo95", RATIO, (row) => wilsonInterval(row.ok, row.requests)?.low ?? Number.NaN),
  derived("success_hi95", RATIO, (row) => wilsonInterval(row.ok, row.requests)?.high ?? Number.NaN),
  column("latency_p50_ms", "latencyP50", MILLISECONDS),
  column("latency_p90_ms", "latencyP90", MILLISECONDS),
  column("latency_p99_ms", "latencyP99", MILLISECONDS),
  column("latency_max_ms", "latencyMax", MILLISECONDS),
  column("retries", "retries", COUNT),
  column("in_flight", "inFlight", COUNT),
  column("endpoints_desired", "endpointsDesired", COUNT),
  column("endpoints_ready", "endpointsReady", COUNT),
  column("endpoints_terminating", "endpointsTerminating", COUNT),
  column("stale_nodes", "staleNodes", COUNT),
  column("max_rule_lag_s", "maxRuleLag", SECONDS),
  column("dns_questions", "dnsQuestions", COUNT),
  column("dns_failures", "dnsFailures", COUNT),
];
