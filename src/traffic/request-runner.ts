/**
 * The requests of one traffic entry, from arrival to outcome: how each comes by an address, and what it makes of its attempts
 * (attempts.ts).
 */
import type { Context } from "../engine/context.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { Address } from "../model/address.js";
import type { Lookup } from "../model/dns.js";
import type { Cause, Outcome } from "../model/outcome.js";
import type { PodTruth, RequestSink } from "../model/recording.js";
import type { TrafficEntry } from "../model/scenario.js";
import type { Network } from "../network/network.js";
import type { Attempt } from "./attempt.js";
import { Attempts, type ExchangeOwner, type KnownTarget } from "./attempts.js";
import { Caller } from "./caller.js";
import type { ClientPod } from "./client-pod.js";
import type { ConnectionPolicy, Connections } from "./connections/policy.js";
import { InFlight } from "./in-flight.js";
import { failedLookup, type LookupFailure, TOO_LATE } from "./lookup-failure.js";
import { LookupsUnderWay } from "./lookups-under-way.js";
import { outcomeOf } from "./outcome.js";
import { Request } from "./request.js";
import { NO_RETRIES, type RetryPolicy } from "./retry.js";
import type { AnswerReason } from "./server.js";

export interface RequestRunnerOptions {
  readonly context: Context;
  /** Index of the traffic entry. */
  readonly index: number;
  readonly entry: TrafficEntry;
  readonly network: Network;
  readonly sink: RequestSink;
  readonly truth: PodTruth;
  /** Port to connect to when the target is a name. */
  readonly port: number;
  /** Whom a DNS answer's address means, for headless Services; empty when unknown. */
  readonly podAt: (address: Address) => string;
  /** Set for targets that need no look-up. */
  readonly known: () => KnownTarget | null;
  /** Default: no client tries again. */
  readonly retries?: RetryPolicy;
  /** Default: the policy that the entry names. */
  readonly connectionPolicy?: ConnectionPolicy;
  /** Called whenever the last request in flight has its outcome. */
  readonly whenIdle: () => void;
}

export class RequestRunner implements ExchangeOwner<Request> {
  readonly index: number;
  readonly inFlight = new InFlight<Request>();
  private readonly context: Context;
  private readonly entry: TrafficEntry;
  private readonly sink: RequestSink;
  private readonly attempts: Attempts<Request>;
  private readonly lookups: LookupsUnderWay<Request>;
  private readonly pool: Request[] = [];

  constructor(private readonly options: RequestRunnerOptions) {
    const { context, entry, network, truth, retries = NO_RETRIES } = options;
    this.index = options.index;
    this.context = context;
    this.entry = entry;
    this.sink = options.sink;
    this.lookups = new LookupsUnderWay(context, (request) => this.lookupTooLate(request));
    this.attempts = new Attempts<Request>({
      ...options,
      caller: new Caller({ context, network, truth, client: entry.client, knowledge: entry.to.kind }),
      connection: entry.client.connection,
      byName: entry.to.kind === "name",
      retries,
      owner: this,
    });
  }

  /** Runs a request of this client that arrives now. `id` counts the entry's requests. */
  run(id: number, client: ClientPod): void {
    const { now } = this.context;
    const request = this.pool.pop() ?? new Request(this, this.attempts);
    request.reset(id, client, now, this.entry.client.requestTimeout);
    this.inFlight.add(request);
    client.outgoing++;
    this.sink.arrived(this.index, now);
    this.attempts.tryNow(request);
  }

  /** The client sends nothing more, and closes what it holds. */
  clientStopped(client: ClientPod): void {
    this.attempts.forget(client);
  }

  /** The client's process is gone: whatever it had sent fails with it. */
  clientGone(client: ClientPod, fact: FactId): void {
    const requests = this.inFlight.snapshot().filter((request) => request.client === client);
    this.attempts.abandonAll(client, requests);
    for (const request of requests) {
      if (request.pending !== null) this.lookups.remove(request);
      this.leaveLookup(request);
      this.finish(request, client, "reset", "client-crashed", fact);
    }
  }

  get kept(): Connections["kept"] {
    return this.attempts.kept;
  }

  addressUnknown(request: Request, client: ClientPod): void {
    const { to } = this.entry;
    const resolver = client.resolverFor(this.entry);
    if (resolver !== null && to.kind === "name") {
      request.lookingUp = true;
      const pending = resolver.resolve(to.host, resolved, request);
      if (!request.lookingUp) return;
      request.pending = pending;
      this.lookups.add(request);
    } else if (to.kind === "name") {
      // cluster DNS serves pods only
      this.attempts.unlearned(request, client);
      this.finish(request, client, "dns-nxdomain", "unknown-to-node", NO_FACT);
    } else {
      // an address that was to be learned may not have existed
      this.attempts.unlearned(request, client);
      this.finish(request, client, "unreachable", "nobody-there", NO_FACT);
    }
  }

  /** @internal The name was looked up, or could not be. */
  resolved(request: Request, lookup: Lookup): void {
    request.lookingUp = false;
    const { client } = request;
    if (client === null) {
      // the request had ended with its client, or at its deadline
      this.pool.push(request);
      return;
    }
    if (request.pending !== null) this.lookups.remove(request);
    request.pending = null;
    request.learn(lookup, this.context.now);
    const failure = failedLookup(lookup);
    if (failure === null) {
      this.attempts.learned(request, client, lookup.addresses, lookup.answeredAt);
      return;
    }
    this.attempts.unlearned(request, client);
    this.finishUnresolved(request, client, lookup, failure);
  }

  /** Its time is up while its name is looked up, which is out of its list. */
  private lookupTooLate(request: Request): void {
    const { client, delayedBy } = request;
    this.leaveLookup(request);
    const { lookup } = request;
    if (client === null || lookup === null) return;
    this.attempts.unlearned(request, client);
    const { failure = NO_FACT, failedQuestions } = lookup;
    if (delayedBy !== null && failure === NO_FACT && failedQuestions === 0) {
      // late for what had come before it
      this.finish(request, client, "request-timeout", delayedBy.cause, delayedBy.causeFact);
    } else {
      this.finishUnresolved(request, client, lookup, TOO_LATE);
    }
  }

  private finishUnresolved(request: Request, client: ClientPod, lookup: Lookup, failure: LookupFailure): void {
    // an answer for another name of the search list is not what went wrong
    const fact = failure.cause === "dns-unavailable" ? (lookup.failure ?? NO_FACT) : lookup.fact;
    this.finish(request, client, failure.outcome, failure.cause, fact);
  }

  /** The client waits for its lookup no longer: what it has cost by now is all that it has of it. */
  private leaveLookup(request: Request): void {
    const { pending } = request;
    if (pending !== null) request.learn(pending.soFar(), this.context.now);
    request.pending = null;
  }

  /** The client's resolver may want to look the name up again. */
  connectionFailed(client: ClientPod): void {
    if (this.entry.to.kind === "name") client.resolverFor(this.entry)?.connectionFailed(this.entry.to.host);
  }

  ended(request: Request, client: ClientPod, last: Attempt<Request>): void {
    this.finish(request, client, outcomeOf(last), last.cause, last.causeFact);
  }

  timeUp(request: Request, client: ClientPod, { cause, causeFact }: AnswerReason): void {
    this.finish(request, client, "request-timeout", cause, causeFact);
  }

  /** The request has its outcome, now. */
  private finish(request: Request, client: ClientPod, outcome: Outcome, cause: Cause | "", fact: FactId): void {
    request.outcome = outcome;
    request.cause = cause;
    request.causeFact = fact;
    request.finishedAt = this.context.now;
    this.inFlight.remove(request);
    this.sink.finished(request, this.context.now);
    client.ended();
    request.client = null;
    if (!request.lookingUp) this.pool.push(request);
    if (this.inFlight.length === 0) this.options.whenIdle();
  }
}

function resolved(request: Request, lookup: Lookup): void {
  request.owner.resolved(request, lookup);
}
