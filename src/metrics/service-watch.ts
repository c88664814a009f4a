/** The histories of one Service: what was desired, ready, terminating, and which pods existed. */
import type { FactId } from "../engine/facts.js";
import type { Commit, CommitFeed } from "../model/commit-feed.js";
import { matchesLabels } from "../model/labels.js";
import { entityOf, keyOf, type Pod, type Service } from "../model/objects.js";
import { API_OBSERVER, type Observation } from "../model/observation.js";
import { selectsPod } from "../model/service-selection.js";
import { SliceHistory } from "../model/slice-history.js";
import { serviceKeyOf } from "../model/slice-service.js";
import { type AnyWorkloadKind, NAMED_WORKLOADS, type WorkloadName } from "../model/workload.js";
import { SliceAddresses } from "./slice-addresses.js";
import { StepHistory } from "./step-history.js";

export class ServiceWatch {
  readonly desired = new StepHistory();
  readonly ready = new StepHistory();
  readonly terminating = new StepHistory();
  /** How many pods exist, terminating ones included. */
  readonly pods = new StepHistory();
  /** The pods that exist now, by "namespace/name". */
  readonly existing = new Map<string, Pod>();
  /** All pods that it has ever selected, by "namespace/name". */
  readonly known = new Set<string>();
  /** The facts of the writes of its slices: a slice belongs to the Service that it names, whatever its own name is. */
  readonly sliceWrites = new Set<FactId>();
  readonly addresses = new SliceAddresses();
  /** "namespace/name" of the Service. */
  readonly key: string;
  private readonly desiredOf = new KeyedSum();
  private readonly slices = new SliceHistory();
  /** By slice. */
  private readonly readyIn = new KeyedSum();
  private readonly terminatingIn = new KeyedSum();

  constructor(
    feed: CommitFeed,
    readonly service: Service,
  ) {
    this.key = keyOf(service);
    for (const kind of NAMED_WORKLOADS) feed.onCommit(kind.kind, (commit) => this.workloadChanged(commit, kind));
    feed.onCommit("EndpointSlice", (commit) => this.sliceChanged(commit));
    feed.onCommit("Pod", (commit) => this.podChanged(commit));
  }

  /** What the API itself said, in the form in which observers are compared with it. */
  observation(): Observation {
    return this.slices.observation(API_OBSERVER, this.key);
  }

  private workloadChanged({ object, deleted, time }: Commit<WorkloadName>, kind: AnyWorkloadKind): void {
    const { namespace } = object.metadata;
    if (this.service.spec.selector === null || namespace !== this.service.metadata.namespace) return;
    const labels = { ...kind.selector(object).matchLabels, ...kind.template(object).labels };
    if (!matchesLabels(this.service.spec.selector, labels)) return;
    this.desired.set(time, this.desiredOf.set(entityOf(object), deleted ? 0 : kind.desired(object)));
  }

  private podChanged({ object, key, deleted, time }: Commit<"Pod">): void {
    if (!selectsPod(this.service, object)) return;
    if (deleted) this.existing.delete(key);
    else this.existing.set(key, object);
    this.known.add(key);
    this.pods.set(time, this.existing.size);
  }

  private sliceChanged(commit: Commit<"EndpointSlice">): void {
    const { object, key, deleted, time } = commit;
    if (serviceKeyOf(object) !== this.key) return;
    const endpoints = deleted ? [] : object.endpoints;
    this.addresses.learn(object, time);
    this.ready.set(time, this.readyIn.set(key, endpoints.filter(({ ready }) => ready).length));
    this.terminating.set(time, this.terminatingIn.set(key, endpoints.filter(({ terminating }) => terminating).length));
    this.slices.add(commit, time);
    this.sliceWrites.add(commit.fact);
  }
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
