/**
 * The readiness probe of one container (pkg/kubelet/prober/worker.go): a ticker that starts with the pod's first sync, and
 * extra probes when the kubelet syncs a pod that is not ready. It runs only the ticks that can change something; a probe
 * takes no time.
 */
import type { Context } from "../engine/context.js";
import { type Micros, SECOND } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import {
  type Health,
  type HealthCheck,
  isSettled,
  NEVER_CHECKED,
  nextChange,
  nextHealth,
} from "../model/health-check.js";
import type { Probe } from "../model/objects.js";
import type { ContainerProcess } from "../model/process.js";
import { FactKind } from "../model/trace.js";
import { healthCheckOf, healthOfNewContainer, initialDelayEnd } from "./readiness-probe.js";

/** A container as the worker sees it. */
export interface ProbedContainer {
  readonly startedAt: Micros;
  readonly startFact: FactId;
  /** Its end may not have been noticed by the kubelet yet: then probes are refused. */
  readonly ended: boolean;
  readonly process: ContainerProcess;
}

export interface ProbedPod {
  /** The first sync at or after a time, if nothing else leads to one before; Infinity when there will be none. */
  resyncAfter(time: Micros): Micros;
  /** A published result has changed, because of `fact`. */
  probePublished(fact: FactId): void;
}

export interface ProbeWorkerOptions {
  readonly context: Context;
  /** Subject of the facts: "Pod/namespace/name". */
  readonly entity: string;
  readonly container: string;
  readonly probe: Probe;
  /** Manual probes restart the period (1.32 and later). */
  readonly manualRestartsPeriod: boolean;
  readonly pod: ProbedPod;
}

export class ProbeWorker {
  /** What it has found so far, which outlives the container. */
  private health: Health = NEVER_CHECKED;
  private container: ProbedContainer | null = null;
  private check: HealthCheck;
  /** The check as it will be at the tick that is planned. */
  private planned: HealthCheck;
  private lastTick: Micros = Number.NEGATIVE_INFINITY;
  private lastResync: Micros = Number.NEGATIVE_INFINITY;
  private timer: Timer = NO_TIMER;
  private frozen = false;
  /** Why the answer is what it is. */
  private cause: FactId = NO_FACT;

  /** The worker starts now, with the pod's first sync: its first probe finds nothing to probe. */
  constructor(private readonly options: ProbeWorkerOptions) {
    this.check = healthCheckOf(options.probe, this.phaseAt(options.context.now));
    this.planned = this.check;
  }

  /** The published result for the container that runs now. */
  get ready(): boolean {
    return this.container !== null && this.health.healthy;
  }

  /** The reported status of the pod shows this container as running; null: none. */
  observe(container: ProbedContainer | null): void {
    if (container === this.container) return;
    this.container = container;
    this.health = healthOfNewContainer(this.health);
    this.cause = container?.startFact ?? NO_FACT;
    this.plan();
  }

  /** A manual probe: the pod was synced and is not ready. One that comes too early finds nothing to probe. */
  poke(tooEarly: boolean): void {
    const { context, manualRestartsPeriod } = this.options;
    if (this.frozen) return;
    if (manualRestartsPeriod) this.check = { ...this.check, phase: this.phaseAt(context.now) };
    // the restarted ticker does not tick at the moment of its restart
    if (manualRestartsPeriod) this.lastTick = context.now;
    if (!tooEarly) this.run();
    this.plan();
  }

  /** What the container answers has changed, because of the current cause. */
  answerChanged(): void {
    this.cause = this.options.context.simulation.cause;
    this.plan();
  }

  /** It probes no more, and its last result stands. */
  freeze(): void {
    this.options.context.cancel(this.timer);
    this.frozen = true;
  }

  stop(): void {
    this.options.context.cancel(this.timer);
    this.container = null;
  }

  /** @internal */
  tick(): void {
    this.timer = NO_TIMER;
    this.lastTick = this.options.context.now;
    this.check = this.planned;
    this.run();
    this.plan();
  }

  /** @internal The pod is synced although nothing has happened. */
  resync(): void {
    this.timer = NO_TIMER;
    this.lastResync = this.options.context.now;
    this.poke(false);
  }

  private run(): void {
    const { context, entity, container, probe } = this.options;
    const probed = this.container;
    if (probed === null || context.now < initialDelayEnd(probed.startedAt, probe.initialDelaySeconds)) return;
    const former = this.health.healthy;
    this.health = nextHealth(this.health, !probed.ended && probed.process.probe(), this.check);
    if (this.health.healthy === former) return;
    const kind = this.health.healthy ? FactKind.probeSucceeded : FactKind.probeFailed;
    const fact = context.record(kind, entity, `(container ${container})`, this.cause);
    this.options.pod.probePublished(fact);
  }

  /** Plans the next tick that can change something. */
  private plan(): void {
    const { context, probe } = this.options;
    context.cancel(this.timer);
    this.timer = NO_TIMER;
    const probed = this.container;
    if (probed === null || this.frozen) return;
    const earliest = Math.max(
      context.now,
      this.lastTick + 1,
      initialDelayEnd(probed.startedAt, probe.initialDelaySeconds),
    );
    const certainUntil = probed.ended ? Number.POSITIVE_INFINITY : probed.process.nextProbeChange();
    const answer = !probed.ended && probed.process.probe();
    const resync = this.foreseeResyncs(isSettled(this.health, answer) ? Math.max(earliest, certainUntil) : earliest);
    const next = nextChange(this.planned, this.health, earliest, answer, certainUntil);
    if (next === Number.POSITIVE_INFINITY) return;
    context.because(this.cause);
    if (resync < next) this.timer = context.at(resync, Phase.syncStart, resynced, this);
    else this.timer = context.at(next, Phase.syncStart, tick, this);
  }

  /**
   * The first periodic sync of the pod from `useful` on, the first time at which a probe can change something; those before
   * it only restart the period. Infinity for a container that is ready, which no sync probes.
   */
  private foreseeResyncs(useful: Micros): Micros {
    const { manualRestartsPeriod, pod } = this.options;
    this.planned = this.check;
    if (this.health.healthy || useful === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    let resync = pod.resyncAfter(Math.max(this.lastTick, this.lastResync) + 1);
    for (; resync < useful; resync = pod.resyncAfter(resync + 1)) {
      if (manualRestartsPeriod) this.planned = { ...this.check, phase: resync };
    }
    return resync;
  }

  /** Before time zero kubelets are long-running and their ticks lie anywhere in the period. */
  private phaseAt(now: Micros): Micros {
    if (now >= 0) return now;
    const { context, entity, container, probe } = this.options;
    const key = context.simulation.random.key(`${entity}/${container}`, "readiness probe phase");
    return Math.floor(uniform(key, 0) * probe.periodSeconds * SECOND);
  }
}

function tick(worker: ProbeWorker): void {
  worker.tick();
}

function resynced(worker: ProbeWorker): void {
  worker.resync();
}
