/** Questions that a DNS server sends to another one. */
import type { Address } from "../../model/address.js";
import type { Answer, Question } from "../../model/dns.js";

/** What became of one try. `timeout` comes when the caller's time is up; `refused` at once (nobody listens there). */
export type ExchangeResult = Answer | "refused" | "timeout";

export interface ExchangeOptions {
  readonly server: Address;
  readonly protocol: "UDP" | "TCP";
  /** Microseconds until the try counts as lost. */
  readonly timeout: number;
  /** Longest idle time after which a socket is used again. Default 10 s. */
  readonly expire?: number;
}

export interface UpstreamExchange {
  /** Sends a question; `done(payload, result)` is called exactly once, in an event of its own. */
  exchange<P>(
    question: Question,
    options: ExchangeOptions,
    done: (payload: P, result: ExchangeResult) => void,
    payload: P,
  ): void;
}

/** The servers outside the cluster: what they know, how long they take, and when they are down. */
export interface UpstreamZone {
  /** Addresses by name (lower case, without trailing dot). Every other name does not exist. */
  readonly records: ReadonlyMap<string, readonly Address[]>;
  /** Lower case name → target, without trailing dot. */
  readonly aliases: ReadonlyMap<string, string>;
}
