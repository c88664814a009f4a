/**
 * A new connection of one request: the walk along the rules, and what follows from the verdict. SYNs that nobody answers
 * are sent again by the kernel's schedule, to the endpoint that DNAT had chosen.
 */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import { NO_TIMER, Phase } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { type Key, uniform } from "../engine/random.js";
import type { Flow } from "../model/flow.js";
import type { Cause, Outcome } from "../model/outcome.js";
import type { PodTruth } from "../model/recording.js";
import type { ClientSettings, TrafficTarget } from "../model/scenario.js";
import type { Verdict } from "../model/verdict.js";
import type { Network } from "../network/network.js";
import { type DialStep, nextDialStep } from "../network/tcp-dial.js";
import { isTranslated, newVerdict, pathOf } from "../network/verdict.js";
import { explainFailure } from "./causes.js";
import type { HeldConnection, HeldConnections } from "./held-connection.js";
import { OutsideServer } from "./outside-server.js";
import type { Request, RequestConnector } from "./request.js";
import { WebServer } from "./server.js";

export interface ConnectorOptions {
  readonly context: Context;
  readonly network: Network;
  readonly truth: PodTruth;
  readonly client: ClientSettings;
  /** How the client came by the addresses that are not a Service's. */
  readonly knowledge: TrafficTarget["kind"];
  /** Where connections are kept; null when each request has its own. */
  readonly held: HeldConnections | null;
}

export class Connector implements RequestConnector {
  private readonly flow: Flow;
  private readonly verdict: Verdict = newVerdict();
  private readonly step: DialStep = { outcome: "again", at: 0 };
  private readonly limits: { timeout: Micros; readonly synLinearTimeouts: number };
  private readonly choiceKey: Key;
  private readonly context: Context;
  private readonly network: Network;

  constructor(private readonly options: ConnectorOptions) {
    this.context = options.context;
    this.network = options.network;
    this.limits = { timeout: 0, synLinearTimeouts: options.client.synLinearTimeouts };
    this.choiceKey = options.context.key("endpoint");
    const source = options.network.topology.outside;
    this.flow = { source, sourceAddress: 0, destination: 0, port: 0, protocol: "TCP", choice: 0 };
  }

  /** Sends the first SYN of a request whose address is known. */
  connect(request: Request): void {
    const { flow, verdict } = this;
    this.address(flow, request);
    this.network.connect(flow, verdict, this.context.now);
    if (verdict.basis !== null) request.believedPod = verdict.believedPod;
    request.basis = verdict.basis;
    this.decide(request, verdict);
  }

  /** Sends a request over a connection that is open. */
  send(request: Request, connection: HeldConnection): void {
    const { now } = this.context;
    const { server, lostFact } = connection;
    request.connection = connection;
    request.resolvedAddress = connection.address;
    request.endpoint = connection.endpoint;
    request.endpointPort = connection.endpointPort;
    request.believedPod = connection.believedPod;
    request.host = connection.host;
    request.basis = connection.basis;
    request.oneWay = connection.oneWay;
    request.acceptAt = now;
    if (lostFact === null) this.serve(request, server, now);
    else this.end(request, "request-timeout", "node-down", lostFact, request.deadline);
  }

  /** @internal The SYN is sent again, to the same endpoint when DNAT had chosen one. */
  retransmit(request: Request): void {
    const { flow, verdict } = this;
    const { path } = request;
    this.address(flow, request);
    // a packet that nobody has translated leaves no conntrack entry: the next SYN is judged anew
    if (path !== null && this.network.follow(flow, path, verdict, this.context.now)) this.decide(request, verdict);
    else this.connect(request);
  }

  private address(flow: Flow, { client, resolvedAddress, port, id }: Request): void {
    flow.source = client?.place ?? this.network.topology.outside;
    flow.sourceAddress = client?.address ?? 0;
    flow.destination = resolvedAddress;
    flow.port = port;
    flow.choice = uniform(this.choiceKey, id);
    flow.packet = id;
  }

  private decide(request: Request, verdict: Verdict): void {
    const { now } = this.context;
    request.endpoint = verdict.endpoint;
    request.endpointPort = verdict.endpointPort;
    request.host = verdict.host;
    request.rule = verdict.rule;
    request.oneWay = verdict.oneWay;
    this.limits.timeout = Math.min(request.deadline - request.connectAt, this.options.client.connectTimeout);
    nextDialStep(verdict, now - request.connectAt, this.limits, this.step);
    const at = request.connectAt + this.step.at;
    switch (this.step.outcome) {
      case "connected":
        this.connected(request, verdict, at);
        return;
      case "again":
        request.path = isTranslated(verdict) ? pathOf(this.flow, verdict, now) : null;
        request.timer = this.context.at(at, Phase.traffic, retransmit, request);
        return;
      default:
        this.fail(request, this.step.outcome === "timed-out" ? "connect-timeout" : this.step.outcome, at);
    }
  }

  /** The client knows at `at` that its SYN was accepted. Something that is no server of requests has none for them. */
  private connected(request: Request, { listener }: Verdict, at: Micros): void {
    const { now } = this.context;
    if (listener instanceof WebServer) this.deliver(request, listener, now);
    else if (listener instanceof OutsideServer) this.deliverOutside(request, now);
    else this.fail(request, "refused", at);
  }

  private deliver(request: Request, server: WebServer, now: Micros): void {
    request.acceptAt = now + request.oneWay;
    if (request.client !== null) this.options.held?.open(request.client, request, server);
    // SYN and SYN-ACK come before the request
    this.serve(request, server, now + 2 * request.oneWay);
  }

  /** Nothing can happen to a host outside: the outcome is certain. */
  private deliverOutside(request: Request, now: Micros): void {
    request.acceptAt = now + request.oneWay;
    request.servedAt = now + 3 * request.oneWay;
    this.awaitResponse(request);
  }

  /** The request leaves at `sentAt`, over a connection that the server has accepted. */
  private serve(request: Request, server: WebServer, sentAt: Micros): void {
    request.server = server;
    server.accept(request);
    request.servedAt = sentAt + request.oneWay + request.serviceTime;
    const wrong = request.believedPod !== "" && request.believedPod !== server.pod;
    if (wrong) {
      request.outcome = "wrong-pod";
      request.cause = "ip-reused";
      request.causeFact = request.basis?.fact ?? request.dnsFact;
    }
    this.awaitResponse(request);
  }

  private awaitResponse(request: Request): void {
    const responseAt = request.servedAt + request.oneWay;
    if (responseAt > request.deadline) {
      request.outcome = "request-timeout";
      request.cause = "slow-server";
    }
    request.timer = this.context.at(Math.min(responseAt, request.deadline), Phase.traffic, complete, request);
  }

  /** The server closed its socket before the SYN arrived. */
  refusedOnArrival(request: Request): void {
    this.fail(request, "refused", request.acceptAt + request.oneWay);
  }

  /** The server's process ended in the middle of the request: the client sees the connection end. */
  cutOff(request: Request, cause: Cause, fact: FactId): void {
    this.end(request, "reset", cause, fact, this.context.now + request.oneWay);
  }

  /** The server's node lost its power: silence, unless the response had left already. */
  serverLost(request: Request, fact: FactId): void {
    const { now } = this.context;
    if (request.servedAt <= now) return;
    if (request.acceptAt > now) {
      const timeout = Math.min(request.deadline, request.connectAt + this.options.client.connectTimeout);
      this.end(request, "connect-timeout", "node-down", fact, timeout);
    } else {
      this.end(request, "request-timeout", "node-down", fact, request.deadline);
    }
  }

  /** Finds out why, and plans the outcome: nothing can change it any more. */
  private fail(request: Request, outcome: Outcome, at: Micros): void {
    const { host } = request;
    const { now } = this.context;
    const contradictedAt = this.options.truth.contradictedAt(request.believedPod || (host?.pod ?? ""), now);
    const explanation = explainFailure({
      rule: request.rule,
      ruleFact: this.verdict.ruleFact,
      believedPod: request.believedPod,
      holder: host?.pod ?? "",
      stopFact: host?.stopFact ?? NO_FACT,
      nodeDownFact: host?.place.downFact ?? null,
      contradicted: contradictedAt <= now,
      knowledge: request.basis !== null ? "rules" : this.options.knowledge === "name" ? "dns" : this.options.knowledge,
    });
    const fact = explanation.fact === NO_FACT ? (request.basis?.fact ?? request.dnsFact) : explanation.fact;
    this.end(request, outcome, explanation.cause, fact, at);
  }

  /** Plans the outcome; nothing can change it any more. */
  private end(request: Request, outcome: Outcome, cause: Cause, fact: FactId, at: Micros): void {
    this.release(request);
    request.outcome = outcome;
    request.cause = cause;
    request.causeFact = fact;
    const { now } = this.context;
    request.timer = this.context.at(Math.max(now, Math.min(at, request.deadline)), Phase.traffic, complete, request);
  }

  /** Takes the request off its server and disarms its timer. */
  release(request: Request): void {
    this.context.cancel(request.timer);
    request.timer = NO_TIMER;
    if (request.server === null) return;
    request.server.release(request);
    request.server = null;
  }
}

function complete(request: Request): void {
  request.timer = NO_TIMER;
  if (request.outcome !== "ok" && request.driver.connectNext(request)) return;
  request.driver.finish(request, request.outcome, request.cause, request.causeFact);
}

function retransmit(request: Request): void {
  request.timer = NO_TIMER;
  request.driver.connector.retransmit(request);
}
