/** A DNS server on its UDP socket. */
import type { Micros } from "../engine/duration.js";
import type { Answer, Question } from "../model/dns.js";
import type { Listener } from "../model/flow.js";

export interface DnsListener extends Listener {
  readonly protocol: "UDP";
  /** Answers a question that arrives now; null when the socket was closed while the question was on its way. */
  ask(question: Question, now: Micros): Answer | null;
}
