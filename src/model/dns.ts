/** DNS words that resolver, transport and servers share. */

import type { Micros } from "../engine/duration.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { Address } from "./address.js";
import type { KeptAddresses } from "./kept-addresses.js";
import type { WorkloadReference } from "./workload.js";

export type QuestionType = "A" | "AAAA" | "SRV" | "PTR" | "TXT" | "NS";

export interface Question {
  /** Lower case, without the root dot. */
  readonly name: string;
  readonly type: QuestionType;
}

export type Rcode = "NOERROR" | "NXDOMAIN" | "SERVFAIL" | "REFUSED";

export interface DnsRecord {
  readonly name: string;
  readonly type: QuestionType | "SOA" | "CNAME";
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
  /** Addresses of the targets of SRV records. Left out: none. */
  readonly additional?: readonly DnsRecord[] | undefined;
  /** Name of the plugin that gave it ("kubernetes", "cache", "forward", …). Left out: not known. */
  readonly source?: string | undefined;
  /** Whole seconds that it had been in the cache that gave it. Left out: 0. */
  readonly age?: number | undefined;
  /** "namespace/name" of the pod of the DNS server that the client had it from. Left out: not known. */
  readonly server?: string | undefined;
  /** What the answer was made from: the newest write that it reflects, and when the server had learned it. */
  readonly fact: FactId;
  readonly knownSince: Micros;
}

/**
 * What an application gets: the results of getaddrinfo (EAI_*), and of resolvers without it in the words of c-ares. `pending`
 * is what it has while the lookup goes on.
 */
export type LookupStatus =
  | "ok"
  | "pending"
  | "EAI_NONAME"
  | "EAI_NODATA"
  | "EAI_AGAIN"
  | "ENOTFOUND"
  | "ENODATA"
  | "ESERVFAIL"
  | "EREFUSED"
  | "ETIMEOUT"
  | "ECONNREFUSED";

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
  /** The deciding answer, with the TTLs that it was received with. Null or left out when there was none. */
  readonly answer?: Answer | null;
  /** It was served from a cache of the client, without a question. */
  readonly cached?: boolean;
  /** Because of what a question was last refused or lost; left out or NO_FACT when nothing explains it. */
  readonly failure?: FactId;
}

/** A lookup that is under way. It serves another one after its reply: whoever has it does not look at it then. */
export interface PendingLookup {
  /** What it has cost by now, for whoever waits no longer: a result with the status `pending`. */
  soFar(): Lookup;
}

/**
 * A client resolves a name; `reply(payload, lookup)` is called once, at the latest when the resolver gives up: within the
 * call, where the answer was there, or later.
 */
export type Resolve = <P>(name: string, reply: (payload: P, lookup: Lookup) => void, payload: P) => PendingLookup;

/** Of a lookup for which nothing has been asked. */
export const NOTHING_ASKED: Lookup = {
  status: "pending",
  addresses: [],
  questions: 0,
  failedQuestions: 0,
  timedOut: false,
  fact: NO_FACT,
  knownSince: Number.NaN,
  answeredAt: Number.NaN,
  answer: null,
};

/** A lookup that was answered within the call. */
export const ANSWERED_AT_ONCE: PendingLookup = { soFar: () => NOTHING_ASKED };

/** A resolver with the cache that a process, its runtime or its library keeps in front of it. */
export interface ClientResolver {
  readonly resolve: Resolve;
  /** A connection to an address of this name could not be made, or was lost: some clients look the name up again. */
  connectionFailed(name: string): void;
  /** What the cache keeps of addresses, for reports; null without a cache. */
  readonly kept: KeptAddresses | null;
}

/**
 * How a client's library orders the addresses of an answer: as they came, or longest common prefix with its own address
 * first (RFC 6724, rule 9).
 */
export type AddressOrder = "as-received" | "rule9";

/** What CoreDNS runs as when kubeadm has set the cluster up. */
export const COREDNS_WORKLOAD = {
  kind: "Deployment",
  namespace: "kube-system",
  name: "coredns",
} as const satisfies WorkloadReference;
