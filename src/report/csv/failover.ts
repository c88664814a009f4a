/** `failover.csv`: one row is a churn event as one traffic entry felt it; stages are delays from the event. */
import type { FailoverRow } from "../../model/result.js";
import { BOOLEAN, COUNT, type CsvTable, column, derived, RATIO, SECONDS, TEXT } from "./column.js";

export const FAILOVER: CsvTable<FailoverRow> = [
  column("event", "event", TEXT),
  column("t_s", "t", SECONDS),
  column("action", "action", TEXT),
  column("object", "object", TEXT),
  column("traffic", "traffic", TEXT, { absent: "" }),
  column("target", "target", TEXT),
  column("detected_s", "detected", SECONDS),
  column("api_s", "api", SECONDS),
  column("slice_s", "slice", SECONDS),
  column("rules_p50_s", "rulesP50", SECONDS),
  column("rules_p99_s", "rulesP99", SECONDS),
  column("rules_last_s", "rulesLast", SECONDS),
  column("dns_last_s", "dnsLast", SECONDS),
  column("first_failure_s", "firstFailure", SECONDS),
  column("last_failure_s", "lastFailure", SECONDS),
  column("unavailable_s", "unavailable", SECONDS),
  column("failed_requests", "failedRequests", COUNT),
  column("failed_ratio", "failedRatio", RATIO),
  column("lasted_s", "lasted", SECONDS, { absent: Number.NaN }),
  column("requests_meanwhile", "requestsMeanwhile", COUNT, { absent: Number.NaN }),
  derived("failed_ratio_meanwhile", RATIO, ({ failedRequests, requestsMeanwhile }) =>
    requestsMeanwhile > 0 ? failedRequests / requestsMeanwhile : Number.NaN,
  ),
  column("min_slack_s", "minSlack", SECONDS),
  column("recovered", "recovered", BOOLEAN),
];
