/** What traffic tells metrics: interfaces between siblings. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Address } from "./address.js";
import type { Lookup } from "./dns.js";
import type { Basis, Place } from "./flow.js";
import type { Cause, Outcome } from "./outcome.js";
import type { HostView } from "./verdict.js";

/** Who sent a request. */
export interface ClientView {
  /** "namespace/name"; "outside" for a client outside the cluster. */
  readonly pod: string;
  readonly place: Place;
  /** What its packets come from; 0 outside the cluster. */
  readonly address: Address;
}

/** A request that has its outcome. Read it at once: the record is reused. */
export interface FinishedRequest {
  readonly id: number;
  /** Index of the traffic entry in the scenario. */
  readonly traffic: number;
  readonly client: ClientView | null;
  readonly arrivedAt: Micros;
  /** When its address was known: arrivedAt when nothing had to be looked up. */
  readonly resolvedAt: Micros;
  readonly connectAt: Micros;
  readonly resolvedAddress: Address;
  readonly endpoint: Address;
  readonly believedPod: string;
  readonly host: HostView | null;
  readonly basis: Basis | null;
  readonly oneWay: Micros;
  readonly serviceTime: Micros;
  readonly finishedAt: Micros;
  readonly outcome: Outcome;
  readonly cause: Cause | "";
  readonly causeFact: FactId;
  readonly dnsFact: FactId;
  readonly dnsAnsweredAt: Micros;
  readonly dnsQuestions: number;
  readonly dnsFailures: number;
  /** Null when nothing was looked up for it. */
  readonly lookup: Lookup | null;
  /** Number of the last attempt, from 1; 0 when the request ended before the first one. */
  readonly attempts: number;
  /** It was sent over a connection that was open already. */
  readonly reused: boolean;
}

export interface RequestSink {
  /** A request of this traffic entry has arrived. */
  arrived(traffic: number, now: Micros): void;
  /** A request has its outcome; called exactly once for each that arrived. */
  finished(request: FinishedRequest, now: Micros): void;
}

/** What the log says about pods, as far as verdicts need it. */
export interface PodTruth {
  /**
   * Since when the log has contradicted that this pod is a usable endpoint: if it did so at `since`, the beginning of
   * that, else the first moment later; NaN when there is none. Rules may be contradicted before they are made: their
   * maker is late as well.
   */
  contradictedAt(pod: string, since: Micros): Micros;
}
