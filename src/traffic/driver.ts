/**
 * One traffic entry: open-loop arrivals, each of which a running client pod sends over a new connection.
 *
 * One event an arrival and one an outcome. The outcome is decided when the connection is made, at min(response,
 * timeout), because the rules, the path and the server's state are known then; what happens to the server in between
 * revises it through the server's list of requests in flight.
 */
import type { Context } from "../engine/context.js";
import { Phase } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { type Key, uniform } from "../engine/random.js";
import type { Address } from "../model/address.js";
import type { Lookup } from "../model/dns.js";
import type { Cause, Outcome } from "../model/outcome.js";
import type { PodTruth, RequestSink } from "../model/recording.js";
import type { TrafficEntry } from "../model/scenario.js";
import type { Network } from "../network/network.js";
import { nextArrival, toClock } from "./arrivals.js";
import type { ClientPod } from "./client-pod.js";
import { Connector } from "./connector.js";
import { HeldConnection, HeldConnections } from "./held-connection.js";
import { failedLookup } from "./lookup-failure.js";
import { Request, type RequestDriver } from "./request.js";

/** What the client knows without asking: an address and whom it believes there; or null for "look it up". */
export interface KnownTarget {
  readonly address: Address;
  readonly port: number;
  readonly believedPod: string;
}

export interface DriverOptions {
  readonly context: Context;
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
  /** Called after `stop` when no request is in flight any more. */
  readonly whenIdle: () => void;
}

/** Outcomes of a connection that could not be made, or was lost. */
const LOST_CONNECTION: ReadonlySet<Outcome> = new Set(["refused", "unreachable", "connect-timeout", "reset"]);

export class TrafficDriver implements RequestDriver {
  readonly index: number;
  readonly serviceKey: Key;
  /** Running clients in the order of their names: draws pick by position. */
  readonly clients: ClientPod[] = [];
  readonly inFlight: Request[] = [];
  readonly connector: Connector;
  private readonly held: HeldConnections | null;
  private readonly context: Context;
  private readonly pool: Request[] = [];
  private readonly arrivalKey: Key;
  private readonly clientKey: Key;
  private readonly entry: TrafficEntry;
  private readonly sink: RequestSink;
  private arrivals = 0;
  private lastArrival = 0;
  private stopped = false;

  constructor(private readonly options: DriverOptions) {
    const { context, entry } = options;
    this.index = options.index;
    this.context = context;
    this.entry = entry;
    this.sink = options.sink;
    const { reuse, balance, maxAge } = entry.client.connection;
    this.held =
      reuse === "none"
        ? null
        : new HeldConnections({
            context,
            balance: this.looksUpNames ? balance : "pick-first",
            maxAge,
            onFailure: (client) => this.connectionFailed(client),
          });
    this.connector = new Connector({
      context,
      network: options.network,
      truth: options.truth,
      client: entry.client,
      knowledge: entry.to.kind,
      held: this.held,
    });
    this.arrivalKey = context.key("arrival");
    this.clientKey = context.key("client");
    this.serviceKey = context.key("service time");
  }

  /** Its clients need a resolver. */
  get looksUpNames(): boolean {
    return this.entry.to.kind === "name";
  }

  /** Plans the first arrival, from now on. */
  start(): void {
    this.planArrival();
  }

  /** No more arrivals; requests in flight go on. */
  stop(): void {
    this.stopped = true;
  }

  clientStarted(client: ClientPod): void {
    let place = 0;
    while (place < this.clients.length && (this.clients[place] as ClientPod).pod < client.pod) place++;
    this.clients.splice(place, 0, client);
  }

  clientStopped(client: ClientPod): void {
    const place = this.clients.indexOf(client);
    if (place >= 0) this.clients.splice(place, 1);
    this.held?.end(client);
  }

  /** The client's process is gone: whatever it had sent fails with it. */
  clientGone(client: ClientPod, fact: FactId): void {
    for (const request of [...this.inFlight]) {
      if (request.client === client) this.finish(request, "reset", "client-crashed", fact);
    }
    this.held?.end(client);
  }

  private planArrival(): void {
    this.lastArrival = nextArrival(
      this.entry.arrival,
      this.entry.rate,
      this.lastArrival,
      this.arrivalKey,
      this.arrivals,
    );
    this.context.at(Math.max(this.context.now, toClock(this.lastArrival)), Phase.traffic, arrive, this);
  }

  /** @internal */
  arrive(): void {
    if (this.stopped) return;
    const id = this.arrivals++;
    this.planArrival();
    const { clients } = this;
    if (clients.length === 0) return;
    const client = clients[Math.floor(uniform(this.clientKey, id) * clients.length)] as ClientPod;
    const { now } = this.context;
    const request = this.pool.pop() ?? new Request(this);
    request.reset(id, client, now, this.entry.client.requestTimeout);
    request.driverSlot = this.inFlight.length;
    this.inFlight.push(request);
    client.outgoing++;
    this.sink.arrived(this.index, now);
    this.lookUp(request, client);
  }

  private lookUp(request: Request, client: ClientPod): void {
    const next = this.held?.next(client) ?? null;
    if (next instanceof HeldConnection) {
      this.connector.send(request, next);
      return;
    }
    if (next !== null) {
      this.connect(request, next);
      return;
    }
    const known = this.options.known();
    if (known !== null) {
      request.believedPod = known.believedPod;
      request.resolvedAddress = known.address;
      request.port = known.port;
      this.connector.connect(request);
      return;
    }
    const resolver = client.resolverFor(this.index);
    if (resolver !== null && this.entry.to.kind === "name") {
      request.lookingUp = true;
      resolver.resolve(this.entry.to.host, resolved, request);
    } else {
      this.cannotKnow(request);
    }
  }

  /** Connects to an address that DNS has given. */
  private connect(request: Request, address: Address): void {
    request.resolvedAddress = address;
    request.believedPod = this.options.podAt(address);
    request.port = this.options.port;
    this.connector.connect(request);
  }

  /** Cluster DNS serves pods only, and an address that was to be learned may not have existed. */
  private cannotKnow(request: Request): void {
    if (this.looksUpNames) this.finish(request, "dns-nxdomain", "unknown-to-node", NO_FACT);
    else this.finish(request, "unreachable", "stale-address", NO_FACT);
  }

  /** @internal */
  resolved(request: Request, lookup: Lookup): void {
    request.lookingUp = false;
    if (request.driverSlot < 0) {
      // the request had ended with its client
      this.pool.push(request);
      return;
    }
    const { now } = this.context;
    request.lookup = lookup;
    request.dnsQuestions = lookup.questions;
    request.dnsFailures = lookup.failedQuestions;
    request.dnsFact = lookup.fact;
    request.dnsAnsweredAt = lookup.answeredAt;
    request.resolvedAt = Math.min(now, request.deadline);
    request.connectAt = request.resolvedAt;
    const failure = failedLookup(lookup, now > request.deadline);
    if (failure !== null) {
      // an answer that came too late, or for another name of the search list, is not what went wrong
      const fact = failure.cause === "dns-unavailable" ? (lookup.failure ?? NO_FACT) : lookup.fact;
      this.finish(request, failure.outcome, failure.cause, fact);
      return;
    }
    const { client } = request;
    const next =
      this.held === null || client === null
        ? (lookup.addresses[0] as Address)
        : this.held.learn(client, lookup.addresses, lookup.answeredAt);
    if (next instanceof HeldConnection) this.connector.send(request, next);
    else this.connect(request, next);
  }

  /** With held connections: a further address that the last answer has given. */
  connectNext(request: Request): boolean {
    const { client, outcome } = request;
    const { now } = this.context;
    if (this.held === null || client === null || request.connection !== null) return false;
    if (outcome !== "refused" && outcome !== "unreachable" && outcome !== "connect-timeout") return false;
    const next = this.held.afterFailure(client, request.resolvedAddress, now);
    if (next === null || now >= request.deadline) return false;
    this.connectionFailed(client);
    request.connectAt = now;
    request.outcome = "ok";
    request.cause = "";
    request.causeFact = NO_FACT;
    this.connect(request, next);
    return true;
  }

  /** The client's resolver may want to look the name up again. */
  private connectionFailed(client: ClientPod): void {
    if (this.entry.to.kind === "name") client.resolverFor(this.index)?.connectionFailed(this.entry.to.host);
  }

  /** The request has its outcome, now. */
  finish(request: Request, outcome: Outcome, cause: Cause | "", fact: FactId): void {
    this.connector.release(request);
    request.outcome = outcome;
    request.cause = cause;
    request.causeFact = fact;
    request.finishedAt = Math.min(this.context.now, request.deadline);
    const last = this.inFlight.pop() as Request;
    if (last !== request) {
      this.inFlight[request.driverSlot] = last;
      last.driverSlot = request.driverSlot;
    }
    request.driverSlot = -1;
    this.afterOutcome(request, outcome, cause);
    this.sink.finished(request, this.context.now);
    request.client?.ended();
    request.client = null;
    if (!request.lookingUp) this.pool.push(request);
    if (this.stopped && this.inFlight.length === 0) this.options.whenIdle();
  }

  private afterOutcome({ client, connection }: Request, outcome: Outcome, cause: Cause | ""): void {
    if (outcome === "ok" || client === null || cause === "client-crashed") return;
    if (connection !== null) {
      if (outcome === "request-timeout") connection.closed();
    } else if (LOST_CONNECTION.has(outcome)) {
      this.connectionFailed(client);
    }
  }
}

function arrive(driver: TrafficDriver): void {
  driver.arrive();
}

function resolved(request: Request, lookup: Lookup): void {
  request.driver.resolved(request, lookup);
}
