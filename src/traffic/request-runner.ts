/**
 * The requests of one traffic entry, from arrival to outcome: to where each attempt goes, over which connection, what follows
 * from its end, and what the request makes of it.
 *
 * The end of an attempt is decided when the connection is made, at min(response, timeout), because the rules, the path and
 * the server's state are known then; what happens to the server in between revises it.
 */
import type { Context } from "../engine/context.js";
import { NO_TIMER, Phase } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { Address } from "../model/address.js";
import type { Lookup } from "../model/dns.js";
import type { Cause, Outcome } from "../model/outcome.js";
import type { PodTruth, RequestSink } from "../model/recording.js";
import type { TrafficEntry } from "../model/scenario.js";
import type { Network } from "../network/network.js";
import { Attempt } from "./attempt.js";
import { Caller } from "./caller.js";
import type { ClientPod } from "./client-pod.js";
import type { OpenConnection } from "./connection.js";
import { connectionPolicy } from "./connections/policies.js";
import type { Connections } from "./connections/policy.js";
import { InFlight } from "./in-flight.js";
import { failedLookup } from "./lookup-failure.js";
import { lostConnection, neverConnected, outcomeOf, succeeded } from "./outcome.js";
import { Request, type RequestOwner } from "./request.js";
import { NO_RETRIES, type RetryPolicy } from "./retry.js";
import type { Server } from "./server.js";

/** The draws of a request's later attempts lie this far from those of the one before. */
const ATTEMPTS_STEP = 4294967296;

/** What the client knows without asking: an address and whom it believes there; or null for "look it up". */
export interface KnownTarget {
  readonly address: Address;
  readonly port: number;
  readonly believedPod: string;
}

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
  /** Called whenever the last request in flight has its outcome. */
  readonly whenIdle: () => void;
}

export class RequestRunner implements RequestOwner {
  readonly index: number;
  readonly inFlight = new InFlight<Request>();
  private readonly context: Context;
  private readonly entry: TrafficEntry;
  private readonly sink: RequestSink;
  private readonly caller: Caller;
  private readonly connections: Connections;
  private readonly retries: RetryPolicy;
  private readonly pool: Request[] = [];

  constructor(private readonly options: RequestRunnerOptions) {
    const { context, entry, network, truth, retries = NO_RETRIES } = options;
    this.index = options.index;
    this.context = context;
    this.entry = entry;
    this.sink = options.sink;
    this.retries = retries;
    this.caller = new Caller({ context, network, truth, client: entry.client, knowledge: entry.to.kind });
    this.connections = connectionPolicy(entry.client.connection.reuse).create({
      context,
      settings: entry.client.connection,
      byName: entry.to.kind === "name",
      onLoss: (client) => this.connectionFailed(client),
    });
  }

  /** Runs a request of this client that arrives now. `id` counts the entry's requests. */
  run(id: number, client: ClientPod): void {
    const { now } = this.context;
    const request = this.pool.pop() ?? new Request(this, this.caller);
    request.reset(id, client, now, this.entry.client.requestTimeout);
    this.inFlight.add(request);
    client.outgoing++;
    this.sink.arrived(this.index, now);
    this.tryOnce(request, client);
  }

  /** The client sends nothing more, and closes what it holds. */
  clientStopped(client: ClientPod): void {
    this.connections.forget(client);
  }

  /** The client's process is gone: whatever it had sent fails with it. */
  clientGone(client: ClientPod, fact: FactId): void {
    for (const request of this.inFlight.snapshot()) {
      if (request.client !== client) continue;
      this.context.cancel(request.timer);
      request.last?.leave();
      this.finish(request, client, "reset", "client-crashed", fact);
    }
    this.connections.forget(client);
  }

  /** @internal The next attempt: over a connection that is open, to an address that is known, or to a name. */
  tryOnce(request: Request, client: ClientPod): void {
    const next = this.connections.next(client);
    if (next !== null) {
      this.go(request, client, next);
      return;
    }
    const known = this.options.known();
    if (known !== null) {
      this.begin(request, client).dial(known.address, known.port, known.believedPod);
      return;
    }
    const { to } = this.entry;
    const resolver = client.resolverFor(this.index);
    if (resolver !== null && to.kind === "name") {
      request.lookingUp = true;
      resolver.resolve(to.host, resolved, request);
    } else if (to.kind === "name") {
      // cluster DNS serves pods only
      this.finish(request, client, "dns-nxdomain", "unknown-to-node", NO_FACT);
    } else {
      // an address that was to be learned may not have existed
      this.finish(request, client, "unreachable", "stale-address", NO_FACT);
    }
  }

  resolved(request: Request, lookup: Lookup): void {
    request.lookingUp = false;
    const { client } = request;
    if (client === null) {
      // the request had ended with its client
      this.pool.push(request);
      return;
    }
    const { now } = this.context;
    request.learn(lookup, Math.min(now, request.deadline));
    const failure = failedLookup(lookup, now > request.deadline);
    if (failure === null) {
      this.go(request, client, this.connections.learned(client, lookup.addresses, lookup.answeredAt));
      return;
    }
    // an answer that came too late, or for another name of the search list, is not what went wrong
    const fact = failure.cause === "dns-unavailable" ? (lookup.failure ?? NO_FACT) : lookup.fact;
    this.finish(request, client, failure.outcome, failure.cause, fact);
  }

  private begin(request: Request, client: ClientPod): Attempt<Request> {
    const { id, deadline, dnsFact, last } = request;
    const attempt = last === null ? request.first : new Attempt(this.caller, this, request, last);
    request.last = attempt;
    const draws = last === null ? id : id + ATTEMPTS_STEP * last.number;
    return attempt.begin(draws, client, deadline, dnsFact);
  }

  private go(request: Request, client: ClientPod, next: OpenConnection | Address): void {
    const attempt = this.begin(request, client);
    if (typeof next === "number") attempt.dial(next, this.options.port, this.options.podAt(next));
    else attempt.send(next);
  }

  connected(attempt: Attempt<Request>, server: Server): OpenConnection | null {
    const { client } = attempt.parent;
    return client === null ? null : this.connections.opened(client, attempt, server);
  }

  ended(attempt: Attempt<Request>): void {
    const request = attempt.parent;
    const { client } = request;
    if (client === null) return;
    const failed = !succeeded(attempt);
    if (failed && neverConnected(attempt) && this.dialFurther(request, client, attempt)) return;
    this.connections.ended(client, attempt);
    if (failed) {
      if (lostConnection(attempt) && !attempt.reused) this.connectionFailed(client);
      if (this.tryAgain(request, attempt)) return;
    }
    this.finish(request, client, outcomeOf(attempt), attempt.cause, attempt.causeFact);
  }

  /** Goes on with another address that the last answer has given: for the client that is still the same attempt. */
  private dialFurther(request: Request, client: ClientPod, attempt: Attempt): boolean {
    const further = this.connections.further(client, attempt);
    if (further === null || this.context.now >= request.deadline) return false;
    this.connectionFailed(client);
    attempt.dial(further, this.options.port, this.options.podAt(further));
    return true;
  }

  private tryAgain(request: Request, attempt: Attempt): boolean {
    const wait = this.retries.after(attempt, attempt.number);
    if (wait === null || this.context.now + wait >= request.deadline) return false;
    request.timer = this.context.after(wait, Phase.traffic, tryOnce, request);
    return true;
  }

  /** The client's resolver may want to look the name up again. */
  private connectionFailed(client: ClientPod): void {
    if (this.entry.to.kind === "name") client.resolverFor(this.index)?.connectionFailed(this.entry.to.host);
  }

  /** The request has its outcome, now. */
  private finish(request: Request, client: ClientPod, outcome: Outcome, cause: Cause | "", fact: FactId): void {
    request.outcome = outcome;
    request.cause = cause;
    request.causeFact = fact;
    request.finishedAt = Math.min(this.context.now, request.deadline);
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

function tryOnce(request: Request): void {
  request.timer = NO_TIMER;
  if (request.client !== null) request.owner.tryOnce(request, request.client);
}
