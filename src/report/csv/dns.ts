/** `dns.csv`: one row is a lookup of a name for a request, with who answered it and how old the answer was. */
import type { DnsRow } from "../../model/result.js";
import { COUNT, type CsvTable, column, type Format, MILLISECONDS, SECONDS, TEXT } from "./column.js";

export const DNS: CsvTable<DnsRow> = [
  column("lookup_id", "lookup", COUNT),
  column("request_id", "request", COUNT),
  column("t_s", "t", SECONDS),
  column("traffic", "traffic", TEXT),
  column("client_pod", "clientPod", TEXT),
  column("name", "name", TEXT),
  column("resolver", "resolver", TEXT),
  column("questions", "questions", COUNT),
  column("failed_questions", "failedQuestions", COUNT),
  column("status", "status", TEXT as Format<DnsRow["status"]>),
  column("rcode", "rcode", TEXT as Format<DnsRow["rcode"]>),
  column("answered_by", "answeredBy", TEXT),
  column("answer_age_s", "answerAge", SECONDS),
  column("dns_ms", "duration", MILLISECONDS),
  column("server_pod", "server", TEXT),
];
