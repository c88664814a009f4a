/** One run of a container, from its start to its end; the next start of the same container is another instance. */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { ApiSession } from "../model/api-session.js";
import type { Container, Pod } from "../model/objects.js";
import type { ContainerProcess, FaultableProcess, ProcessFactory, ProcessSupervisor } from "../model/process.js";
import { FactKind } from "../model/trace.js";
import type { ListeningHost } from "../model/verdict.js";
import type { TerminationTimes } from "./pod-termination.js";

export interface InstanceOwner {
  instanceEnded(instance: ContainerInstance): void;
  answerChanged(instance: ContainerInstance): void;
}

export interface InstanceOptions {
  /** The pod's context. */
  readonly context: Context;
  readonly entity: string;
  readonly pod: Pod;
  readonly container: Container;
  readonly host: ListeningHost;
  readonly restart: number;
  /** The node's. */
  readonly session: ApiSession;
  readonly owner: InstanceOwner;
}

export class ContainerInstance implements ProcessSupervisor {
  readonly context: Context;
  readonly process: ContainerProcess;
  readonly startedAt: Micros;
  readonly startFact: FactId;
  readonly restart: number;
  ended = false;
  /** It ended by SIGKILL or a crash. */
  killed = false;
  finishedAt: Micros = Number.NaN;
  exitFact: FactId = NO_FACT;
  private sigtermSent = false;
  private timer: Timer = NO_TIMER;
  /** When the timer fires: the end of preStop, later SIGKILL. */
  private timerAt: Micros = Number.NaN;
  /** From SIGTERM to SIGKILL. */
  private shutdown: Micros = 0;

  /** Starts the container, because of the current cause. */
  constructor(
    private readonly options: InstanceOptions,
    processFor: ProcessFactory,
  ) {
    const { context, entity, pod, container, host, restart, session } = options;
    this.context = context.child(`${entity}/${container.name}`);
    this.restart = restart;
    this.startedAt = context.now;
    this.startFact = context.record(FactKind.containerStarted, entity, container.name);
    context.because(this.startFact);
    this.process = processFor({
      context: this.context,
      pod,
      container,
      host,
      restart,
      session,
      supervisor: this,
    });
    this.process.start();
  }

  exited(): void {
    if (this.ended) return;
    const { context, entity, container, owner } = this.options;
    this.ended = true;
    this.finishedAt = context.now;
    if (this.exitFact === NO_FACT) {
      this.exitFact = context.record(FactKind.containerExited, entity, container.name);
    }
    context.cancel(this.timer);
    this.context.end();
    context.because(this.exitFact);
    owner.instanceEnded(this);
  }

  probeChanged(): void {
    if (!this.ended) this.options.owner.answerChanged(this);
  }

  /** preStop, SIGTERM and SIGKILL, at `times` from now, because of the current cause. */
  stop(times: TerminationTimes): void {
    this.shutdown = times.sigkill - times.sigterm;
    if (this.options.container.preStopSleepSeconds === null) this.sendSigterm();
    else this.plan(this.context.now + times.sigterm, endPreStop);
  }

  /** What is left of a termination under way takes no longer than `times`. */
  hasten(times: TerminationTimes): void {
    if (this.ended) return;
    const limit = this.context.now + (this.sigtermSent ? times.sigkill : times.sigterm);
    if (!this.sigtermSent) this.shutdown = Math.min(this.shutdown, times.sigkill - times.sigterm);
    if (limit < this.timerAt) this.plan(limit, this.sigtermSent ? sendSigkill : endPreStop);
  }

  /** The process is killed from outside, not by the kubelet. */
  crash(): void {
    const { context, entity, container } = this.options;
    this.killed = true;
    this.exitFact = context.record(FactKind.containerCrashed, entity, container.name);
    context.because(this.exitFact);
    this.process.kill();
  }

  failProbe(failing: boolean): void {
    const process = this.process as Partial<FaultableProcess>;
    if (typeof process.failProbe === "function") process.failProbe(failing);
  }

  /** @internal */
  endPreStop(): void {
    const { context, entity, container } = this.options;
    context.because(context.record(FactKind.preStopFinished, entity, container.name));
    this.sendSigterm();
  }

  /** @internal */
  sendSigkill(): void {
    const { context, entity, container } = this.options;
    this.killed = true;
    context.because(context.record(FactKind.sigkillSent, entity, container.name));
    this.process.kill();
  }

  private sendSigterm(): void {
    const { context, entity, container } = this.options;
    this.sigtermSent = true;
    context.because(context.record(FactKind.sigtermSent, entity, container.name));
    this.plan(context.now + this.shutdown, sendSigkill);
    this.process.terminate();
  }

  private plan(time: Micros, handler: (instance: ContainerInstance) => void): void {
    this.context.cancel(this.timer);
    this.timerAt = time;
    this.timer = this.context.at(time, Phase.write, handler, this as ContainerInstance);
  }
}

function endPreStop(instance: ContainerInstance): void {
  instance.endPreStop();
}

function sendSigkill(instance: ContainerInstance): void {
  instance.sendSigkill();
}
