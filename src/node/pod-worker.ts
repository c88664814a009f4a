/**
 * One pod on its node: does what `nextPodStep` says and reports what it sees. A sync is what the kubelet calls SyncPod: it
 * generates the status, probes by hand what is not ready, and takes the steps that are due. While a sync waits for sandbox
 * or image, relists are noticed at its end. When it may begin, `PodSyncs` says.
 */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import { entityOf, type Pod } from "../model/objects.js";
import { FactKind } from "../model/trace.js";
import { ContainerInstance, type InstanceOwner } from "./container-instance.js";
import type { KubeletServices } from "./kubelet-services.js";
import { PodContainer } from "./pod-container.js";
import { nextPodStep, type PodStep } from "./pod-lifecycle.js";
import { PodProbes } from "./pod-probes.js";
import { PodReport } from "./pod-report.js";
import { PodSandbox, type SandboxOwner } from "./pod-sandbox.js";
import type { ObservedPod } from "./pod-status.js";
import { PodSyncs, type SyncedPod } from "./pod-syncs.js";
import { ORPHAN_GRACE_SECONDS } from "./pod-termination.js";
import type { ProbedPod } from "./probe-worker.js";

export class PodWorker implements SyncedPod, ProbedPod, InstanceOwner, SandboxOwner {
  readonly containers: readonly PodContainer[];
  readonly report: PodReport;
  private readonly context: Context;
  private readonly entity: string;
  private readonly sandbox: PodSandbox;
  private readonly probes: PodProbes;
  private readonly syncs: PodSyncs;
  /** Grace period of the termination that was asked for, in seconds; Infinity while the pod is to run. */
  private graceSeconds = Number.POSITIVE_INFINITY;
  /** That termination has begun. */
  private stopping = false;
  /** The object is gone from the API. */
  vanished = false;
  private reason = "";
  /** The sync under way has started a container. */
  private started = false;
  /** Of the pod's specification, as far as the kubelet knows. */
  private generation: number;
  /** The newest step of the creation. */
  private progress: FactId;
  /** An image is being pulled. */
  private timer: Timer = NO_TIMER;

  /** The kubelet has just heard of the pod, which is the current cause. */
  constructor(
    private readonly services: KubeletServices,
    private readonly pod: Pod,
    private readonly ended: (worker: PodWorker) => void,
  ) {
    this.entity = entityOf(pod);
    this.context = services.context.child(this.entity);
    this.report = new PodReport(this.context, pod, services.statusWriter, services.relist, () => this.finish());
    this.progress = this.report.cause;
    this.generation = pod.metadata.generation;
    this.probes = new PodProbes(this.context, this.entity, services.behaviour, this);
    this.containers = pod.spec.containers.map((spec) => new PodContainer(spec, this.probes.workerOf(spec)));
    this.syncs = new PodSyncs(this.context, this.entity, services, this);
    this.sandbox = new PodSandbox(this.context, pod, services.sandboxes, this);
  }

  /** SyncPod; the first call starts the pod. */
  sync(): void {
    this.syncs.begin();
    this.tell(null);
    if (this.probes.byHand(this.containers)) this.syncs.request();
    this.advance();
  }

  syncAfterRelist(): void {
    this.observe();
    this.sync();
  }

  /** The pod was marked for deletion, which is the current cause. */
  deleted({ metadata }: Pod): void {
    this.generation = metadata.generation;
    this.terminate(metadata.deletionGracePeriodSeconds ?? 0);
  }

  /** A later call may only shorten what is left. */
  private terminate(gracePeriodSeconds: number): void {
    if (gracePeriodSeconds >= this.graceSeconds) return;
    const again = this.terminating;
    this.graceSeconds = gracePeriodSeconds;
    if (again && this.stopping) this.stopContainers(this.context.simulation.cause, true);
    if (again) return;
    this.context.cancel(this.timer);
    this.probes.deleted(this.containers);
    this.syncs.terminate();
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
    if (this.terminating || this.syncs.running) return;
    if (this.observe()) this.sync();
  }

  instanceEnded(instance: ContainerInstance): void {
    this.answerChanged(instance);
    if (this.stopping) {
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
    if (this.terminating) return;
    if (this.services.behaviour.reportsReadySandbox) {
      this.report.cause = this.progress;
      this.tell(null);
    }
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

  beginTermination(): void {
    const { context } = this;
    this.stopping = true;
    const fact = context.record(FactKind.terminationStarted, this.entity, "");
    this.tell(null);
    this.probes.byHand(this.containers);
    if (!this.containers.some((container) => container.running)) this.report.cause = fact;
    this.stopContainers(fact, false);
    context.because(fact);
    this.advance();
  }

  private stopContainers(fact: FactId, hasten: boolean): void {
    for (const container of this.containers) {
      if (!container.running) continue;
      this.context.because(fact);
      container.stop(this.graceSeconds, hasten);
    }
  }

  /** What a relist sees; true when it is news. */
  private observe(): boolean {
    const { context, report, containers } = this;
    let news = false;
    for (const container of containers) {
      const fact = container.observe();
      if (fact === null) continue;
      news = true;
      report.cause = Math.max(report.cause, fact);
    }
    context.because(report.cause);
    return news;
  }

  resyncAfter(time: Micros): Micros {
    return this.terminating ? Number.POSITIVE_INFINITY : this.syncs.resyncAfter(time);
  }

  /** A changed result is reported at once and followed by a sync. */
  probePublished(fact: FactId): void {
    this.report.cause = fact;
    this.tell(null);
    if (!this.terminating) this.syncs.request();
  }

  /** Reports the pod as it is seen. Its address is seen with its first container, by a relist after the sync. */
  private tell(end: ObservedPod["end"]): void {
    const seen = end !== null || this.containers.some((container) => container.seen);
    this.report.update({
      address: seen ? (this.sandbox.host?.address ?? null) : null,
      containers: this.containers.map((container) => container.status(end !== null)),
      end,
      reason: this.reason,
      sandboxReady: this.sandbox.state === "ready",
      generation: this.services.behaviour.reportsGeneration ? this.generation : 0,
    });
  }

  private advance(): void {
    for (;;) {
      const now = this.context.now;
      const containers = this.containers.map((container) =>
        container.view(this.stopping, this.services.images.has(container.spec.image, now)),
      );
      const view = { terminating: this.stopping, sandbox: this.sandbox.state, containers };
      if (!this.take(nextPodStep(view, now))) return;
    }
  }

  /** Takes a step; false when nothing follows now. */
  private take(step: PodStep): boolean {
    switch (step.kind) {
      case "create-sandbox":
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
        this.syncs.end(this.started, step.until);
        this.started = false;
        return false;
      default:
        return step satisfies never;
    }
  }

  /** Images that are needed before time zero are present. True when the image is there now. */
  private pullImage(container: PodContainer): boolean {
    const { context, services } = this;
    const { images, imagePull, nodeName } = services;
    const { image } = container.spec;
    if (context.now < 0) {
      images.add(image);
      return true;
    }
    const key = context.simulation.random.key(`Node/${nodeName}`, `pull ${image}`);
    const present = images.pull(image, context.now, imagePull.quantile(uniform(key, 0)));
    context.because(this.progress);
    this.timer = context.at(present, Phase.write, pulled, { worker: this, container });
    return false;
  }

  private startContainer(container: PodContainer): void {
    const { context, entity, pod, sandbox, services } = this;
    const { instance: former, spec } = container;
    const restart = former === null ? 0 : former.restart + 1;
    const { session, processFor } = services;
    context.because(former?.exitFact ?? this.progress);
    const options = { context, entity, pod, container: spec, host: sandbox.host!, restart, session, owner: this };
    container.started(new ContainerInstance(options, processFor));
    this.started = true;
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
