/** The histories behind one traffic target: what was desired, ready, terminating, and how many pods existed. */
import type { ApiLog, RevisionOf } from "../apiserver/log.js";
import { StepHistory } from "../metrics/step-history.js";
import { matchesLabels } from "../model/labels.js";
import { entityOf, objectKey, type Service } from "../model/objects.js";
import { API_OBSERVER, type Observation } from "../model/observation.js";
import type { Scenario } from "../model/scenario.js";
import { SliceHistory } from "../model/slice-history.js";
import { type AnyWorkloadKind, NAMED_WORKLOADS, type WorkloadName } from "../model/workload.js";
import { targetService } from "./target-service.js";
import { selects } from "./workloads.js";

export class TargetWatch {
  readonly desired = new StepHistory();
  readonly ready = new StepHistory();
  readonly terminating = new StepHistory();
  /** Pods that exist, terminating ones included. */
  readonly pods = new StepHistory();
  /** "namespace/name" of the Service. */
  readonly key: string;
  private readonly replicas = new KeyedSum();
  private readonly slices = new SliceHistory();
  /** By slice. */
  private readonly readyIn = new KeyedSum();
  private readonly terminatingIn = new KeyedSum();
  private readonly existing = new Set<string>();

  constructor(
    log: ApiLog,
    readonly service: Service,
  ) {
    this.key = objectKey(service.metadata.namespace, service.metadata.name);
    for (const kind of NAMED_WORKLOADS) {
      log.onCommit(kind.kind, (revision) => this.workloadChanged(revision as RevisionOf<WorkloadName>, kind));
    }
    log.onCommit("EndpointSlice", (revision) => this.sliceChanged(revision as RevisionOf<"EndpointSlice">));
    log.onCommit("Pod", (revision) => this.podChanged(revision as RevisionOf<"Pod">));
  }

  /** Keys of the target's pods that exist now. */
  get podKeys(): readonly string[] {
    return [...this.existing];
  }

  /** What the API itself said, in the form in which observers are compared with it. */
  observation(): Observation {
    return this.slices.observation(API_OBSERVER, this.key);
  }

  private workloadChanged({ object, deleted, time }: RevisionOf<WorkloadName>, kind: AnyWorkloadKind): void {
    const { namespace } = object.metadata;
    if (this.service.spec.selector === null || namespace !== this.service.metadata.namespace) return;
    const labels = { ...kind.selector(object).matchLabels, ...kind.template(object).labels };
    if (!matchesLabels(this.service.spec.selector, labels)) return;
    this.desired.set(time, this.replicas.set(entityOf(object), deleted ? 0 : kind.desired(object)));
  }

  private podChanged({ object, key, deleted, time }: RevisionOf<"Pod">): void {
    if (!selects(this.service, object)) return;
    if (deleted) this.existing.delete(key);
    else this.existing.add(key);
    this.pods.set(time, this.existing.size);
  }

  private sliceChanged(revision: RevisionOf<"EndpointSlice">): void {
    const { object, key, deleted, time } = revision;
    const { namespace, owner } = object.metadata;
    if (objectKey(namespace, owner?.name ?? "") !== this.key) return;
    const endpoints = deleted ? [] : object.endpoints;
    this.ready.set(time, this.readyIn.set(key, endpoints.filter(({ ready }) => ready).length));
    this.terminating.set(time, this.terminatingIn.set(key, endpoints.filter(({ terminating }) => terminating).length));
    this.slices.add(revision, time);
  }
}

/** The watch of each traffic entry's Service, shared by entries with the same one; null for targets without. */
export function watchTargets(scenario: Scenario, log: ApiLog): (TargetWatch | null)[] {
  const watches = new Map<string, TargetWatch>();
  return scenario.traffic.map((entry) => {
    const service = targetService(scenario, entry);
    if (service === null) return null;
    const key = objectKey(service.metadata.namespace, service.metadata.name);
    const watch = watches.get(key) ?? new TargetWatch(log, service);
    watches.set(key, watch);
    return watch;
  });
}

/** A sum of which each object has its part. */
class KeyedSum {
  private readonly parts = new Map<string, number>();
  private sum = 0;

  /** The object's part is another one now; gives the new sum. */
  set(key: string, part: number): number {
    this.sum += part - (this.parts.get(key) ?? 0);
    if (part === 0) this.parts.delete(key);
    else this.parts.set(key, part);
    return this.sum;
  }
}
