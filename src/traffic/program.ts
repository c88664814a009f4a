/**
 * The program in an application container, as the kubelet runs it: it starts to listen after a while, answers its readiness
 * probe a while later, and does one of three things at SIGTERM. It has a server half, which takes requests, and while it
 * sends any a client half; a proxy has both.
 */
import type { Variate } from "../engine/distribution.js";
import type { Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import type { Cause } from "../model/outcome.js";
import type { FaultableProcess, ProcessEnvironment } from "../model/process.js";
import type { SigtermBehaviour } from "../model/settings.js";
import { FactKind } from "../model/trace.js";
import type { HealthEndpoint } from "../model/verdict.js";
import type { ClientPod } from "./client-pod.js";
import { PENDING, type Server } from "./server.js";

/** Compiled workload settings of one image. */
export interface ProgramSettings {
  readonly listenAfter: Variate;
  readonly readyAfter: Variate;
  readonly serviceTime: Variate;
  readonly onSigterm: SigtermBehaviour;
}

/** A server as its program sees it. */
export interface ServerHalf extends Server {
  /** Set by its program. */
  health: HealthEndpoint | null;
  /** The sockets are closed: SYNs on their way are refused, open connections closed in order behind their answers. */
  stopAccepting(now: Micros, fact: FactId): void;
  /**
   * When the last answer to what it has accepted will have left; `now` when nothing is in flight. PENDING when nobody knows:
   * then it calls `drained` as soon as that is so, unless it has ended before.
   */
  drainedAt(now: Micros, drained: () => void): Micros;
  /** The process has ended: whatever has not been answered never will be, and its clients see that. */
  exit(cause: Cause, fact: FactId): void;
  /** The node lost its power: nothing is sent any more, not even a reset. */
  powerOff(now: Micros, fact: FactId): void;
}

/** Who wants to know about a program's life. */
export interface ProgramObserver<S extends ServerHalf = ServerHalf> {
  /** It runs, listens where it does, and can send requests. */
  started(program: Program<S>): void;
  /** It sends no new requests. */
  stoppedSending(program: Program<S>): void;
  /** It accepts no connections from now on. */
  stoppedAccepting(program: Program<S>, now: Micros, fact: FactId): void;
  /** It has ended: what it had sent gets no answer any more. */
  ended(program: Program<S>, fact: FactId): void;
}

export interface ProgramOptions<S extends ServerHalf> {
  readonly environment: ProcessEnvironment;
  readonly settings: Omit<ProgramSettings, "serviceTime">;
  readonly server: S;
  /** TCP ports on which it listens; a program without any is a client only. */
  readonly ports: readonly number[];
  readonly observer: ProgramObserver<S>;
}

export class Program<S extends ServerHalf = ServerHalf> implements FaultableProcess {
  readonly environment: ProcessEnvironment;
  readonly server: S;
  /** Null while it sends nothing. */
  client: ClientPod | null = null;
  private listenAt: Micros = Number.POSITIVE_INFINITY;
  private healthyAt: Micros = Number.POSITIVE_INFINITY;
  private listening = false;
  private terminating = false;
  private exited = false;
  private probeFails = false;

  constructor(private readonly options: ProgramOptions<S>) {
    this.environment = options.environment;
    this.server = options.server;
    this.server.health = this;
  }

  /** "namespace/name". */
  get pod(): string {
    return this.server.pod;
  }

  start(): void {
    const { settings, ports } = this.options;
    const { context, restart } = this.environment;
    const draw = (purpose: string, variate: Variate): Micros =>
      variate.quantile(uniform(context.key(purpose), restart));
    this.listenAt = context.now + (ports.length === 0 ? 0 : draw("listen after", settings.listenAfter));
    this.healthyAt = this.listenAt + draw("ready after", settings.readyAfter);
    context.at(this.listenAt, Phase.write, beginToListen, this);
  }

  /** @internal */
  beginToListen(): void {
    const { ports, observer } = this.options;
    const { context, host } = this.environment;
    for (const port of ports) host.listen(port, this.server);
    this.listening = true;
    if (ports.length > 0) context.record(FactKind.processListening, `Pod/${this.pod}`, ports.join(", "));
    observer.started(this);
  }

  probe(): boolean {
    return !this.probeFails && !this.exited && this.environment.context.now >= this.healthyAt && !this.closed();
  }

  nextProbeChange(): Micros {
    return this.environment.context.now < this.healthyAt ? this.healthyAt : Number.POSITIVE_INFINITY;
  }

  failProbe(failing: boolean): void {
    if (this.probeFails === failing) return;
    this.probeFails = failing;
    this.environment.supervisor.probeChanged();
    this.environment.host.healthChanged();
  }

  terminate(): void {
    const { observer, settings } = this.options;
    if (this.exited || this.terminating) return;
    this.terminating = true;
    observer.stoppedSending(this);
    if (settings.onSigterm === "ignore") return;
    const fact = this.stopAccepting();
    if (settings.onSigterm === "exit") this.exit(fact, "killed-in-flight");
    else this.exitWhenDrained();
  }

  kill(): void {
    if (this.exited) return;
    this.options.observer.stoppedSending(this);
    this.exit(this.stopAccepting(), this.terminating ? "grace-period-exceeded" : "process-exited");
  }

  /** The node lost its power. */
  powerOff(fact: FactId): void {
    if (this.exited) return;
    this.exited = true;
    const { observer } = this.options;
    const { now } = this.environment.context;
    if (this.listening) observer.stoppedAccepting(this, now, fact);
    this.server.powerOff(now, fact);
    observer.stoppedSending(this);
    observer.ended(this, fact);
  }

  private closed(): boolean {
    return this.terminating && this.options.settings.onSigterm !== "ignore";
  }

  /** Closes the listening sockets. */
  private stopAccepting(): FactId {
    const { ports, observer } = this.options;
    const { context, host } = this.environment;
    if (!this.listening || ports.length === 0) return context.simulation.cause;
    this.listening = false;
    const fact = context.record(FactKind.processStopsAccepting, `Pod/${this.pod}`);
    for (const port of ports) host.close(port, this.server, context.now, fact);
    observer.stoppedAccepting(this, context.now, fact);
    this.server.stopAccepting(context.now, fact);
    return fact;
  }

  private exitWhenDrained(): void {
    const { context } = this.environment;
    const drained = this.server.drainedAt(context.now, () => this.exitWhenIdle());
    if (drained === PENDING) return;
    if (drained > context.now) context.at(drained, Phase.write, drainedExit, this);
    else this.exitWhenIdle();
  }

  /** @internal A program that finishes its work also waits for the answers to its own requests. */
  exitWhenIdle(): void {
    const { client } = this;
    if (client !== null && client.outgoing > 0) client.whenIdle = () => this.exit(NO_FACT, "killed-in-flight");
    else this.exit(NO_FACT, "killed-in-flight");
  }

  private exit(fact: FactId, cause: Cause): void {
    if (this.exited) return;
    this.exited = true;
    this.server.exit(cause, fact);
    this.options.observer.ended(this, fact);
    this.environment.supervisor.exited();
  }
}

function beginToListen(program: Program): void {
  program.beginToListen();
}

function drainedExit(program: Program): void {
  program.exitWhenIdle();
}
