/**
 * One pod on its node: does what `nextPodStep` says and reports what it sees. A sync is what the kubelet calls SyncPod: it
 * generates the status, probes by hand what is not ready, and takes the steps that are due. While a sync waits for sandbox
 * or image, relists are noticed at its end.
 */
import type { Context } from "../engine/context.js";
import { SECOND } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import { type Container, entityOf, type Pod } from "../model/objects.js";
import { firstTick } from "../model/ticks.js";
import { FactKind } from "../model/trace.js";
import { ContainerInstance, type InstanceOwner } from "./container-instance.js";
import type { KubeletServices } from "./kubelet-services.js";
import { PodContainer } from "./pod-container.js";
import { nextPodStep, type PodStep } from "./pod-lifecycle.js";
import type { RelistedPod } from "./pod-relist.js";
import { PodReport } from "./pod-report.js";
import { PodSandbox, type SandboxOwner } from "./pod-sandbox.js";
import type { ObservedPod } from "./pod-status.js";
import { ORPHAN_GRACE_SECONDS, terminationTimes } from "./pod-termination.js";
import { ProbeWorker } from "./probe-worker.js";
import { requeueDelay } from "./restart-backoff.js";

export class PodWorker implements RelistedPod, InstanceOwner, SandboxOwner {
  readonly containers: readonly PodContainer[];
  readonly report: PodReport;
  private readonly context: Context;
  private readonly entity: string;
  private readonly sandbox: PodSandbox;
  /** Grace period of the termination under way, in seconds; Infinity while the pod is to run. */
  private graceSeconds = Number.POSITIVE_INFINITY;
  /** The object is gone from the API. */
  private vanished = false;
  /** A sync waits for sandbox or image. */
  private syncing = false;
  private reason = "";
  /** The newest step of the creation. */
  private progress: FactId;
  private timer: Timer = NO_TIMER;
  private requeues = 0;

  /** The kubelet has just heard of the pod, which is the current cause. */
  constructor(
    private readonly services: KubeletServices,
    private readonly pod: Pod,
    private readonly ended: (worker: PodWorker) => void,
  ) {
    this.entity = entityOf(pod);
    this.context = services.context.child(this.entity);
    this.report = new PodReport(this.context, pod, services.statusWriter, () => this.finish());
    this.progress = this.report.cause;
    this.containers = pod.spec.containers.map((spec) => new PodContainer(spec, this.probeWorker(spec)));
    this.sandbox = new PodSandbox(this.context, pod, services.sandboxes, this);
  }

  /** SyncPod; the first call starts the pod. */
  sync(): void {
    this.tell(null);
    this.probeByHand();
    if (!this.syncing && !this.terminating) this.advance();
  }

  /** The pod was marked for deletion, which is the current cause. A later call may only shorten what is left. */
  terminate(gracePeriodSeconds: number): void {
    if (gracePeriodSeconds >= this.graceSeconds) return;
    const again = this.terminating;
    this.graceSeconds = gracePeriodSeconds;
    if (again) this.stopContainers(this.context.simulation.cause, true);
    else this.beginTermination();
  }

  /** The object is gone from the API: whatever still runs is killed. */
  vanish(): void {
    if (this.vanished) return;
    this.vanished = true;
    this.report.stop();
    if (this.report.ended) this.finish();
    else this.terminate(ORPHAN_GRACE_SECONDS);
  }

  relisted(): void {
    if (this.terminating || this.syncing) return;
    for (const container of this.containers) {
      const fact = container.observe();
      if (fact > this.report.cause) this.report.cause = fact;
    }
    this.context.because(this.report.cause);
    this.sync();
  }

  instanceEnded(instance: ContainerInstance): void {
    this.answerChanged(instance);
    if (this.terminating) {
      this.report.cause = instance.exitFact;
      this.context.because(instance.exitFact);
      this.advance();
    } else {
      this.services.relist.markChanged(this);
    }
  }

  answerChanged(instance: ContainerInstance): void {
    for (const container of this.containers) if (container.instance === instance) container.probe?.answerChanged();
  }

  sandboxReady(): void {
    this.progress = this.context.simulation.cause;
    this.reason = "";
    this.advance();
  }

  sandboxFailed(error: string, fact: FactId): void {
    this.reason = error;
    this.report.cause = fact;
    this.tell(null);
  }

  sandboxRemoved(): void {
    for (const container of this.containers) container.probe?.stop();
    this.advance();
  }

  /** @internal */
  pulled(container: PodContainer): void {
    this.progress = this.context.record(FactKind.imagePulled, this.entity, container.spec.image, this.progress);
    this.advance();
  }

  private get terminating(): boolean {
    return this.graceSeconds !== Number.POSITIVE_INFINITY;
  }

  private beginTermination(): void {
    const { context } = this;
    this.syncing = false;
    context.cancel(this.timer);
    const fact = context.record(FactKind.terminationStarted, this.entity, "");
    this.tell(null);
    this.probeByHand();
    if (!this.containers.some((container) => container.instance !== null)) this.report.cause = fact;
    this.stopContainers(fact, false);
    context.because(fact);
    this.advance();
  }

  private stopContainers(fact: FactId, hasten: boolean): void {
    for (const { instance, spec } of this.containers) {
      if (instance === null || instance.ended) continue;
      this.context.because(fact);
      const times = terminationTimes(this.graceSeconds, spec.preStopSleepSeconds);
      if (hasten) instance.hasten(times);
      else instance.stop(times);
    }
  }

  private probeWorker(spec: Container): ProbeWorker | null {
    if (spec.readinessProbe === null) return null;
    return new ProbeWorker({
      context: this.context,
      entity: this.entity,
      container: spec.name,
      probe: spec.readinessProbe,
      manualRestartsPeriod: this.services.behaviour.manualProbeRestartsPeriod,
      publish: (fact) => this.probePublished(fact),
    });
  }

  /** A changed result is reported at once and followed by a sync, which a terminating or waiting worker cannot do. */
  private probePublished(fact: FactId): void {
    this.report.cause = fact;
    this.tell(null);
    if (!this.terminating && !this.syncing) this.sync();
  }

  private probeByHand(): void {
    for (const { probe, seenRunning } of this.containers) {
      if (probe !== null && seenRunning && !probe.ready) probe.poke();
    }
  }

  /** Reports the pod as it is seen. Its address is seen with its first container, by a relist after the sync. */
  private tell(end: ObservedPod["end"]): void {
    const seen = end !== null || this.containers.some((container) => container.seen);
    this.report.update({
      address: seen ? (this.sandbox.host?.address ?? null) : null,
      containers: this.containers.map((container) => container.status(end !== null)),
      end,
      reason: this.reason,
    });
  }

  private advance(): void {
    for (;;) {
      const now = this.context.now;
      const containers = this.containers.map((container) =>
        container.view(this.terminating, this.services.images.has(container.spec.image, now)),
      );
      const view = { terminating: this.terminating, sandbox: this.sandbox.state, containers };
      if (!this.take(nextPodStep(view, now))) return;
    }
  }

  /** Takes a step; false when nothing follows now. */
  private take(step: PodStep): boolean {
    switch (step.kind) {
      case "create-sandbox":
        this.syncing = true;
        this.sandbox.create();
        return false;
      case "pull-image":
        return this.pullImage(this.containers[step.container]!);
      case "start-container":
        this.startContainer(this.containers[step.container]!);
        return true;
      case "remove-sandbox":
        this.sandbox.remove();
        return false;
      case "report-end":
        this.reportEnd();
        return false;
      case "wait":
        return false;
      case "rest":
        this.rest(step.until);
        return false;
      default:
        return step satisfies never;
    }
  }

  /** Images that are needed before time zero are present. True when the image is there now. */
  private pullImage(container: PodContainer): boolean {
    const { images, imagePull, nodeName } = this.services;
    const { context } = this;
    const { image } = container.spec;
    if (context.now < 0) {
      images.add(image);
      return true;
    }
    this.syncing = true;
    const key = context.simulation.random.key(`Node/${nodeName}`, `pull ${image}`);
    const present = images.pull(image, context.now, imagePull.quantile(uniform(key, 0)));
    context.because(this.progress);
    this.timer = context.at(present, Phase.write, pulled, { worker: this, container });
    return false;
  }

  private startContainer(container: PodContainer): void {
    const { context, entity, pod, sandbox } = this;
    const { processFor, relist, session } = this.services;
    const former = container.instance;
    const restart = former === null ? 0 : former.restart + 1;
    const host = sandbox.host!;
    context.because(former?.exitFact ?? this.progress);
    container.started(
      new ContainerInstance(
        { context, entity, pod, container: container.spec, host, restart, session, owner: this },
        processFor,
      ),
    );
    relist.markChanged(this);
  }

  private rest(until: number): void {
    const { context, services } = this;
    if (this.syncing) services.relist.markChanged(this);
    this.syncing = false;
    context.cancel(this.timer);
    if (until === Number.POSITIVE_INFINITY) return;
    const draw = uniform(context.simulation.random.key(this.entity, "requeue"), this.requeues++);
    const delay = requeueDelay(until - context.now, services.behaviour.requeueAtBackoffExpiry, draw);
    const ticker = { phase: services.syncTickerPhase, interval: SECOND };
    this.timer = context.at(firstTick(ticker, context.now + delay), Phase.syncStart, syncAgain, this as PodWorker);
  }

  private reportEnd(): void {
    if (this.report.ended) return;
    if (this.vanished) this.finish();
    else
      this.tell(this.containers.some(({ instance }) => instance === null || instance.killed) ? "Failed" : "Succeeded");
  }

  private finish(): void {
    this.context.end();
    this.ended(this);
  }
}

function pulled(pull: { readonly worker: PodWorker; readonly container: PodContainer }): void {
  pull.worker.pulled(pull.container);
}

function syncAgain(worker: PodWorker): void {
  worker.sync();
}
