/** What a pod worker keeps of one container over all its instances. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Container, ContainerStatus } from "../model/objects.js";
import type { ContainerInstance } from "./container-instance.js";
import type { ContainerView } from "./pod-lifecycle.js";
import { terminationTimes } from "./pod-termination.js";
import type { ProbeWorker } from "./probe-worker.js";
import { nextRestartBackoff, type RestartBackoff, restartDelay } from "./restart-backoff.js";

export class PodContainer {
  instance: ContainerInstance | null = null;
  /** What the last relist saw: an instance, and whether it had ended. */
  private observed: ContainerInstance | null = null;
  private observedEnded = false;
  /** The last relist saw an instance for the first time, and nothing has been made of it. */
  private news = false;
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

  /** A relist looks at the container; returns the fact of the newest change that it finds; null: nothing is new. */
  observe(): FactId | null {
    const { instance } = this;
    if (instance === null || (instance === this.observed && instance.ended === this.observedEnded)) return null;
    this.news = instance !== this.observed;
    this.observed = instance;
    this.observedEnded = instance.ended;
    this.probe?.observe(instance.ended ? null : instance);
    return instance.ended ? instance.exitFact : instance.startFact;
  }

  /** Whether the instance that was seen last is new to whoever asks. */
  takeNews(): boolean {
    const { news } = this;
    this.news = false;
    return news;
  }

  /** Takes over an instance that starts now. */
  started(instance: ContainerInstance): void {
    const former = this.instance;
    if (former !== null) this.backoff = nextRestartBackoff(this.backoff, former.finishedAt, instance.startedAt);
    this.instance = instance;
  }

  /** Stops what runs; `hasten`: what is left of that takes no longer than this. */
  stop(graceSeconds: number, hasten: boolean): void {
    const times = terminationTimes(graceSeconds, this.spec.preStopSleepSeconds);
    if (hasten) this.instance?.hasten(times);
    else this.instance?.stop(times);
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
