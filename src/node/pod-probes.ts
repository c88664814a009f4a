/** The readiness probes of a pod's containers, as far as the syncs of the pod and its deletion have to do with them. */
import type { Context } from "../engine/context.js";
import { uniform } from "../engine/random.js";
import type { VersionedBehaviour } from "../model/kubernetes-version.js";
import type { Container } from "../model/objects.js";
import type { ContainerInstance } from "./container-instance.js";
import type { PodContainer } from "./pod-container.js";
import { type ProbedPod, ProbeWorker } from "./probe-worker.js";

/**
 * Share of the starts whose first probe by hand comes to nothing: the trigger overtakes the status that it is about, and
 * the prober finds no container there. Recorded with 1.37: 5 of 136.
 */
const EARLY_TRIGGERS = 5 / 136;

export class PodProbes {
  /** `context` and `entity` ("Pod/namespace/name") are the pod's. */
  constructor(
    private readonly context: Context,
    private readonly entity: string,
    private readonly behaviour: VersionedBehaviour,
    private readonly pod: ProbedPod,
  ) {}

  /** Null for a container without readiness probe. */
  workerOf(spec: Container): ProbeWorker | null {
    if (spec.readinessProbe === null) return null;
    return new ProbeWorker({
      context: this.context,
      entity: this.entity,
      container: spec.name,
      probe: spec.readinessProbe,
      manualRestartsPeriod: this.behaviour.manualProbeRestartsPeriod,
      pod: this.pod,
    });
  }

  /**
   * Probes what runs and is not ready: the pod is being synced. True when a container was met for the first time: the
   * prober then sets its result to failed, and this news leads to a sync of its own.
   */
  byHand(containers: readonly PodContainer[]): boolean {
    let met = false;
    for (const container of containers) {
      const { probe, seenRunning } = container;
      if (probe === null || !seenRunning || probe.ready) continue;
      const isNew = container.takeNews();
      const tooEarly = isNew && this.isTooEarly(container);
      probe.poke(tooEarly);
      met ||= isNew && !tooEarly;
    }
    return met;
  }

  /** The pod is being deleted: some versions cancel what runs a command, and the last result stays. */
  deleted(containers: readonly PodContainer[]): void {
    if (!this.behaviour.deletionEndsExecProbes) return;
    for (const { probe, spec } of containers) if (spec.readinessProbe?.exec === true) probe?.freeze();
  }

  /** Before time zero nothing is drawn: what a run begins with has been running for long. */
  private isTooEarly({ spec, instance }: PodContainer): boolean {
    const { context, entity } = this;
    if (context.now < 0) return false;
    const key = context.simulation.random.key(`${entity}/${spec.name}`, "early trigger");
    return uniform(key, (instance as ContainerInstance).restart) < EARLY_TRIGGERS;
  }
}
