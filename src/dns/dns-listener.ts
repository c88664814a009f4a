/** A DNS server on one of its sockets. */
import type { Micros } from "../engine/duration.js";
import type { Address } from "../model/address.js";
import type { Question } from "../model/dns.js";
import type { Listener } from "../model/verdict.js";
import type { Reply } from "./reply.js";

export interface DnsListener extends Listener {
  readonly speaks: "dns";
  /**
   * Answers a question that arrives now from `source` (0: from nobody in particular), or later (a reply that is pending
   * for ever was lost); null when the socket was closed while the question was on its way.
   */
  ask(question: Question, now: Micros, source?: Address): Reply | null;
  /** Whether it is certain that a question is answered in the event in which it arrives. Left out: it never is. */
  answersAtOnce?(question: Question): boolean;
}
