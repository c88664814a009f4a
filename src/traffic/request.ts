/**
 * What a client wants, from its arrival to its outcome: an address to go to, and as many attempts as it takes.
 * Records are pooled: the request path allocates nothing.
 */
import type { Micros } from "../engine/duration.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { Address } from "../model/address.js";
import type { Lookup, PendingLookup } from "../model/dns.js";
import type { Basis } from "../model/flow.js";
import type { Cause, Outcome } from "../model/outcome.js";
import type { FinishedRequest } from "../model/recording.js";
import type { HostView } from "../model/verdict.js";
import type { Attempts } from "./attempts.js";
import type { ClientPod } from "./client-pod.js";
import { Exchange } from "./exchange.js";
import type { WithDeadline } from "./lookups-under-way.js";

/** Whoever runs the requests of a traffic entry. */
export interface RequestOwner {
  /** Index of the traffic entry. */
  readonly index: number;
  /** The name was looked up, or could not be. */
  resolved(request: Request, lookup: Lookup): void;
}

export class Request extends Exchange<Request> implements FinishedRequest, WithDeadline<Request> {
  id = 0;
  client: ClientPod | null = null;
  arrivedAt: Micros = 0;
  /** When the address was known. */
  resolvedAt: Micros = 0;
  deadline: Micros = 0;
  finishedAt: Micros = 0;
  outcome: Outcome = "ok";
  cause: Cause | "" = "";
  causeFact: FactId = NO_FACT;
  dnsFact: FactId = NO_FACT;
  dnsAnsweredAt: Micros = Number.NaN;
  dnsQuestions = 0;
  dnsFailures = 0;
  lookup: Lookup | null = null;
  /** The resolver still owes an answer: the record cannot be used for another request. */
  lookingUp = false;
  /** The lookup that it waits for; null while it waits for none. */
  pending: PendingLookup | null = null;
  earlier: Request | null = null;
  later: Request | null = null;
  /** Place in the list of requests in flight. */
  slot = -1;

  constructor(
    readonly owner: RequestOwner,
    readonly maker: Attempts<Request>,
  ) {
    super();
  }

  get traffic(): number {
    return this.owner.index;
  }

  get addressFact(): FactId {
    return this.dnsFact;
  }

  get connectAt(): Micros {
    return this.last?.connectAt ?? this.resolvedAt;
  }

  get resolvedAddress(): Address {
    return this.last?.address ?? 0;
  }

  get endpoint(): Address {
    return this.last?.decisive.endpoint ?? 0;
  }

  get believedPod(): string {
    return this.last?.decisive.believedPod ?? "";
  }

  get host(): HostView | null {
    return this.last?.decisive.host ?? null;
  }

  get basis(): Basis | null {
    return this.last?.decisive.basis ?? null;
  }

  get oneWay(): Micros {
    return this.last?.oneWay ?? 0;
  }

  get serviceTime(): Micros {
    return this.last?.serviceTime ?? 0;
  }

  get attempts(): number {
    return this.last?.number ?? 0;
  }

  get reused(): boolean {
    return this.last?.reused ?? false;
  }

  /** Makes a pooled record a new request. */
  reset(id: number, client: ClientPod, now: Micros, timeout: Micros): void {
    this.id = id;
    this.client = client;
    this.arrivedAt = now;
    this.resolvedAt = now;
    this.deadline = now + timeout;
    this.dnsFact = NO_FACT;
    this.dnsAnsweredAt = Number.NaN;
    this.dnsQuestions = 0;
    this.dnsFailures = 0;
    this.lookup = null;
    this.renew();
  }

  /** Takes what the client has of its lookup at `resolvedAt`: the answer of the resolver, or less when it waits no longer. */
  learn(lookup: Lookup, resolvedAt: Micros): void {
    this.lookup = lookup;
    this.dnsQuestions += lookup.questions;
    this.dnsFailures += lookup.failedQuestions;
    this.dnsFact = lookup.fact;
    this.dnsAnsweredAt = lookup.answeredAt;
    this.resolvedAt = resolvedAt;
  }
}
