/**
 * The program in an application container: it starts to listen after a while, answers its readiness probe a while later,
 * serves requests, and does one of three things at SIGTERM. What it serves is decided when a request is accepted: the
 * response time is drawn then, and only a crash of either end revises it.
 */
import type { Variate } from "../engine/distribution.js";
import type { Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import type { Protocol } from "../model/objects.js";
import type { Cause } from "../model/outcome.js";
import type { FaultableProcess, ProcessEnvironment } from "../model/process.js";
import type { SigtermBehaviour } from "../model/settings.js";
import { FactKind } from "../model/trace.js";
import type { Listener } from "../model/verdict.js";
import type { Host } from "../network/host.js";
import type { Network } from "../network/network.js";
import type { ClientPod } from "./client-pod.js";
import type { Request, RequestServer } from "./request.js";

/** Compiled workload settings of one image. */
export interface ServerSettings {
  readonly listenAfter: Variate;
  readonly readyAfter: Variate;
  readonly serviceTime: Variate;
  readonly onSigterm: SigtermBehaviour;
}

/** A connection that stays open between requests, as its server sees it. */
export interface ServedConnection {
  /** The server closes it: it accepts no further request. */
  closed(): void;
  /** The server's node lost its power: nothing says so to the client. */
  lost(fact: FactId): void;
}

/** Who wants to know about a server's life. */
export interface ServerObserver {
  /** The program runs and can send requests. */
  clientStarted(server: WebServer): void;
  /** It sends no new requests. */
  clientStopped(server: WebServer): void;
  /** The program ended: what it had sent gets no answer any more. */
  clientGone(server: WebServer, fact: FactId): void;
  /** It accepts no connections from now on. */
  stoppedAccepting(server: WebServer, now: Micros, fact: FactId): void;
}

export class WebServer implements FaultableProcess, Listener, RequestServer {
  readonly protocol: Protocol = "TCP";
  readonly inFlight: Request[] = [];
  private readonly connections: ServedConnection[] = [];
  /** "namespace/name". */
  readonly pod: string;
  client: ClientPod | null = null;
  /** Requests accepted so far. */
  accepted = 0;
  /** Of these, requests over a connection that was open already. */
  reused = 0;
  private host: Host | null = null;
  private listenAt: Micros = Number.POSITIVE_INFINITY;
  private healthyAt: Micros = Number.POSITIVE_INFINITY;
  private listening = false;
  private terminating = false;
  private ended = false;
  private probeFails = false;

  constructor(
    readonly environment: ProcessEnvironment,
    private readonly settings: ServerSettings,
    private readonly ports: readonly number[],
    private readonly network: Network,
    private readonly observer: ServerObserver,
  ) {
    const { metadata } = environment.pod;
    this.pod = `${metadata.namespace}/${metadata.name}`;
  }

  start(): void {
    const { context, restart } = this.environment;
    const draw = (purpose: string, variate: Variate): Micros =>
      variate.quantile(uniform(context.key(purpose), restart));
    this.listenAt = context.now + (this.ports.length === 0 ? 0 : draw("listen after", this.settings.listenAfter));
    this.healthyAt = this.listenAt + draw("ready after", this.settings.readyAfter);
    context.at(this.listenAt, Phase.write, beginToListen, this);
  }

  /** @internal */
  beginToListen(): void {
    const { context, address } = this.environment;
    this.host = this.network.holder(address);
    for (const port of this.ports) this.host?.listen(port, this);
    this.listening = true;
    if (this.ports.length > 0) context.record(FactKind.processListening, `Pod/${this.pod}`, this.ports.join(", "));
    this.observer.clientStarted(this);
  }

  probe(): boolean {
    return !this.probeFails && !this.ended && this.environment.context.now >= this.healthyAt && !this.closed();
  }

  nextProbeChange(): Micros {
    return this.environment.context.now < this.healthyAt ? this.healthyAt : Number.POSITIVE_INFINITY;
  }

  failProbe(failing: boolean): void {
    if (this.probeFails === failing) return;
    this.probeFails = failing;
    this.environment.host.probeChanged();
  }

  terminate(): void {
    if (this.ended || this.terminating) return;
    this.terminating = true;
    this.observer.clientStopped(this);
    if (this.settings.onSigterm === "ignore") return;
    const fact = this.stopAccepting();
    if (this.settings.onSigterm === "exit") this.end(fact, "killed-in-flight");
    else this.exitWhenDrained();
  }

  kill(): void {
    if (this.ended) return;
    this.observer.clientStopped(this);
    this.end(this.stopAccepting(), this.terminating ? "grace-period-exceeded" : "process-exited");
  }

  /** The node lost its power: nothing is sent any more, not even a reset. */
  powerOff(fact: FactId): void {
    if (this.ended) return;
    this.ended = true;
    const { now } = this.environment.context;
    if (this.listening) this.observer.stoppedAccepting(this, now, fact);
    for (const request of [...this.inFlight]) request.driver.connector.serverLost(request, fact);
    for (const connection of this.connections) connection.lost(fact);
    this.observer.clientStopped(this);
    this.observer.clientGone(this, fact);
  }

  /** Takes a request whose SYN arrives at `request.acceptAt`; draws how long it is served. */
  accept(request: Request): void {
    this.accepted++;
    if (request.connection !== null) this.reused++;
    request.serviceTime = this.settings.serviceTime.quantile(uniform(request.driver.serviceKey, request.id));
    request.serverSlot = this.inFlight.length;
    this.inFlight.push(request);
  }

  /** The request has its outcome. */
  release(request: Request): void {
    const last = this.inFlight.pop();
    if (last === undefined || last === request) return;
    this.inFlight[request.serverSlot] = last;
    last.serverSlot = request.serverSlot;
  }

  /** A client keeps a connection to this server. */
  hold(connection: ServedConnection): void {
    this.connections.push(connection);
  }

  /** The client does not keep it any more. */
  letGo(connection: ServedConnection): void {
    const place = this.connections.indexOf(connection);
    if (place >= 0) this.connections.splice(place, 1);
  }

  private closed(): boolean {
    return this.terminating && this.settings.onSigterm !== "ignore";
  }

  /** Closes the listening sockets and held connections; connections whose SYN has not arrived yet are refused. */
  private stopAccepting(): FactId {
    const { context } = this.environment;
    if (!this.listening || this.ports.length === 0) return context.simulation.cause;
    this.listening = false;
    const fact = context.record(FactKind.processStopsAccepting, `Pod/${this.pod}`);
    for (const port of this.ports) this.host?.close(port, this, context.now, fact);
    this.observer.stoppedAccepting(this, context.now, fact);
    for (const request of [...this.inFlight]) {
      if (request.acceptAt > context.now) request.driver.connector.refusedOnArrival(request);
    }
    for (const connection of [...this.connections]) connection.closed();
    return fact;
  }

  private exitWhenDrained(): void {
    const { context } = this.environment;
    let drained = context.now;
    for (const request of this.inFlight) if (request.servedAt > drained) drained = request.servedAt;
    if (drained > context.now) context.at(drained, Phase.write, drainedExit, this);
    else this.exitWhenIdle();
  }

  /** @internal A program that finishes its work also waits for the answers to its own requests. */
  exitWhenIdle(): void {
    const { client } = this;
    if (client !== null && client.outgoing > 0) client.whenIdle = () => this.end(NO_FACT, "killed-in-flight");
    else this.end(NO_FACT, "killed-in-flight");
  }

  private end(fact: FactId, cause: Cause): void {
    if (this.ended) return;
    this.ended = true;
    const { now } = this.environment.context;
    for (const request of [...this.inFlight]) {
      if (request.servedAt > now) request.driver.connector.cutOff(request, cause, fact);
    }
    this.observer.clientGone(this, fact);
    this.environment.host.exited();
  }
}

function beginToListen(server: WebServer): void {
  server.beginToListen();
}

function drainedExit(server: WebServer): void {
  server.exitWhenIdle();
}
