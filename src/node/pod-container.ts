/** What a pod worker keeps of one container over all its instances. */
import type { Micros } from "../engine/duration.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { Container, ContainerStatus } from "../model/objects.js";
import type { ContainerInstance } from "./container-instance.js";
import type { ContainerView } from "./pod-lifecycle.js";
import type { ProbeWorker } from "./probe-worker.js";
import { nextRestartBackoff, type RestartBackoff, restartDelay } from "./restart-backoff.js";

export class PodContainer {
  instance: ContainerInstance | null = null;
  /** What the last relist saw: an instance, and whether it had ended. */
  private observed: ContainerInstance | null = null;
  private observedEnded = false;
  private backoff: RestartBackoff | null = null;

  constructor(
    readonly spec: Container,
    readonly probe: ProbeWorker | null,
  ) {}

  /** True while a process runs, whether or not the kubelet has noticed. */
  get running(): boolean {
    return this.instance !== null && !this.instance.ended;
  }

  /** A relist has seen the container. */
  get seen(): boolean {
    return this.observed !== null;
  }

  get seenRunning(): boolean {
    return this.observed !== null && !this.observedEnded;
  }

  /** A relist looks at the container; returns the fact of the newest change that it finds, or NO_FACT. */
  observe(): FactId {
    const { instance } = this;
    if (instance === null || (instance === this.observed && instance.ended === this.observedEnded)) return NO_FACT;
    this.observed = instance;
    this.observedEnded = instance.ended;
    this.probe?.observe(instance.ended ? null : instance);
    return instance.ended ? instance.exitFact : instance.startFact;
  }

  /** Takes over an instance that starts now. */
  started(instance: ContainerInstance): void {
    const former = this.instance;
    if (former !== null) this.backoff = nextRestartBackoff(this.backoff, former.finishedAt, instance.startedAt);
    this.instance = instance;
  }

  view(terminating: boolean, imagePresent: boolean): ContainerView {
    const { instance } = this;
    if (instance === null) return { state: "waiting", imagePresent, startableAt: Number.NEGATIVE_INFINITY };
    const ended = instance.ended && (terminating || (instance === this.observed && this.observedEnded));
    if (!ended) return { state: "running", imagePresent, startableAt: Number.NEGATIVE_INFINITY };
    const startableAt: Micros = instance.finishedAt + restartDelay(this.backoff, instance.finishedAt);
    return { state: "exited", imagePresent, startableAt };
  }

  /** The status as the kubelet knows it; after the pod's end, that of a container that will not run again. */
  status(ended: boolean): ContainerStatus {
    const running = this.seenRunning && !ended;
    return {
      name: this.spec.name,
      ready: running && (this.probe === null || this.probe.ready),
      started: running,
      restartCount: this.observed?.restart ?? 0,
      state: running ? "running" : ended || this.seen ? "terminated" : "waiting",
    };
  }
}
