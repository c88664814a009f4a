/** DNS words that resolver, transport and servers share. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Address } from "./address.js";

export type QuestionType = "A" | "AAAA" | "SRV" | "PTR" | "TXT";

export interface Question {
  /** Lower case, without the root dot. */
  readonly name: string;
  readonly type: QuestionType;
}

export type Rcode = "NOERROR" | "NXDOMAIN" | "SERVFAIL" | "REFUSED";

export interface DnsRecord {
  readonly name: string;
  readonly type: QuestionType | "SOA";
  readonly ttl: number;
  /** For A records; null otherwise. */
  readonly address: Address | null;
  /** Presentation format of every other type; empty for A. */
  readonly data: string;
}

/** NOERROR without answers is NODATA. */
export interface Answer {
  readonly rcode: Rcode;
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  /** What the answer was made from: the newest write that it reflects, and when the server had learned it. */
  readonly fact: FactId;
  readonly knownSince: Micros;
}

/** What getaddrinfo returns. */
export type LookupStatus = "ok" | "EAI_NONAME" | "EAI_NODATA" | "EAI_AGAIN" | "ENOTFOUND" | "ETIMEOUT" | "ECONNREFUSED";

/** Result of one lookup of a name by an application. */
export interface Lookup {
  readonly status: LookupStatus;
  readonly addresses: readonly Address[];
  /** Questions sent, retransmissions included. */
  readonly questions: number;
  /** Of these, questions that got no answer or an error answer. */
  readonly failedQuestions: number;
  /** A timeout was part of why it failed. */
  readonly timedOut: boolean;
  /** From the deciding answer; NO_FACT and NaN when there was none. */
  readonly fact: FactId;
  readonly knownSince: Micros;
  /** When the deciding answer was received. */
  readonly answeredAt: Micros;
}

/** A client resolves a name; `reply(payload, lookup)` is called once, at the latest when the resolver gives up. */
export type Resolve = <P>(name: string, reply: (payload: P, lookup: Lookup) => void, payload: P) => void;
