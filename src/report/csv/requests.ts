/** `requests.csv`: one row is a sampled attempt, with the rule or answer acted on and the facts behind its outcome. */
import type { RequestRow } from "../../model/result.js";
import { ADDRESS, COUNT, type CsvTable, column, FACT, type Format, MILLISECONDS, SECONDS, TEXT } from "./column.js";

export const REQUESTS: CsvTable<RequestRow> = [
  column("request_id", "id", COUNT),
  column("attempt", "attempt", COUNT),
  column("t_s", "t", SECONDS),
  column("traffic", "traffic", TEXT),
  column("client_pod", "clientPod", TEXT),
  column("client_node", "clientNode", TEXT),
  column("client_zone", "clientZone", TEXT),
  column("target", "target", TEXT),
  column("resolved_ip", "resolvedAddress", ADDRESS),
  column("endpoint_ip", "endpointAddress", ADDRESS),
  column("endpoint_pod", "endpointPod", TEXT),
  column("endpoint_node", "endpointNode", TEXT),
  column("endpoint_zone", "endpointZone", TEXT),
  column("outcome", "outcome", TEXT as Format<RequestRow["outcome"]>),
  column("cause", "cause", TEXT as Format<RequestRow["cause"]>),
  column("latency_ms", "latency", MILLISECONDS),
  column("dns_ms", "dns", MILLISECONDS),
  column("connect_ms", "connect", MILLISECONDS),
  column("server_ms", "server", MILLISECONDS),
  column("rules_synced_s", "rulesSyncedAt", SECONDS),
  column("superseded_at_s", "supersededAt", SECONDS),
  column("dns_answered_s", "dnsAnsweredAt", SECONDS),
  column("cause_fact", "causeFact", FACT),
  column("basis_fact", "basisFact", FACT),
];
