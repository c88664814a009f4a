/** A DNS server on one of its sockets. */
import type { Micros } from "../engine/duration.js";
import type { Address } from "../model/address.js";
import type { Question } from "../model/dns.js";
import type { Listener } from "../model/verdict.js";
import type { ExpectedQuestion } from "./owed-replies.js";
import type { Reply } from "./reply.js";

/**
 * What a server says of a question that is on its way to it: that it owes this reply, and the question need not be asked
 * unless the server changes before; that it will answer in the event in which it is asked; or nothing.
 */
export type Certainty = "owed" | "at-once" | "unknown";

export interface DnsListener extends Listener {
  readonly speaks: "dns";
  /**
   * Answers a question that arrives now from `source` (0: from nobody in particular), or later (a reply that is pending
   * for ever was lost); null when the socket was closed while the question was on its way.
   */
  ask(question: Question, now: Micros, source?: Address): Reply | null;
  /** What is certain of a question that is on its way. Left out: nothing ever is. */
  expect?(question: ExpectedQuestion): Certainty;
}
