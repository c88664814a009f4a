/** The histories behind one traffic target: what was desired, ready, terminating, and how many pods existed. */
import type { ApiLog, RevisionOf } from "../apiserver/log.js";
import type { Observation, ObservedChange, ObservedEndpoint, ObservedState } from "../metrics/observed.js";
import { StepHistory } from "../metrics/step-history.js";
import { formatAddress } from "../model/address.js";
import { matchesLabels } from "../model/labels.js";
import { type EndpointSlice, entityOf, objectKey, type Service } from "../model/objects.js";
import type { Scenario } from "../model/scenario.js";
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
  private readonly replicas = new Map<string, number>();
  private readonly slices = new Map<string, EndpointSlice>();
  private readonly existing = new Set<string>();
  private readonly states: ObservedState[] = [];
  private readonly changes: ObservedChange[] = [];

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
    return { observer: "api", service: this.key, states: this.states, changes: this.changes };
  }

  private workloadChanged({ object, deleted, time }: RevisionOf<WorkloadName>, kind: AnyWorkloadKind): void {
    const { namespace } = object.metadata;
    if (this.service.spec.selector === null || namespace !== this.service.metadata.namespace) return;
    const labels = { ...kind.selector(object).matchLabels, ...kind.template(object).labels };
    if (!matchesLabels(this.service.spec.selector, labels)) return;
    this.replicas.set(entityOf(object), deleted ? 0 : kind.desired(object));
    let sum = 0;
    for (const count of this.replicas.values()) sum += count;
    this.desired.set(time, sum);
  }

  private podChanged({ object, key, deleted, time }: RevisionOf<"Pod">): void {
    if (!selects(this.service, object)) return;
    if (deleted) this.existing.delete(key);
    else this.existing.add(key);
    this.pods.set(time, this.existing.size);
  }

  private sliceChanged(revision: RevisionOf<"EndpointSlice">): void {
    const { object, key, deleted, time, fact } = revision;
    const { namespace, owner } = object.metadata;
    if (objectKey(namespace, owner?.name ?? "") !== this.key) return;
    if (deleted) this.slices.delete(key);
    else this.slices.set(key, object);
    const endpoints = [...this.slices.values()].flatMap(observedEndpoints);
    this.ready.set(time, endpoints.filter((endpoint) => endpoint.ready).length);
    this.terminating.set(time, endpoints.filter((endpoint) => endpoint.terminating).length);
    const usable = endpoints.filter((endpoint) => endpoint.ready).map((endpoint) => endpoint.pod);
    this.states.push({ at: time, endpoints, usable });
    this.changes.push({ committedAt: time, appliedAt: time, fact });
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

/** Endpoints of one slice as DNS and the API see them; the port is the first of the slice. */
export function observedEndpoints(slice: EndpointSlice): ObservedEndpoint[] {
  const port = slice.ports[0]?.port;
  return slice.endpoints.map(({ address, pod, ready, serving, terminating }) => ({
    text: port === undefined ? formatAddress(address) : `${formatAddress(address)}:${port}`,
    pod: objectKey(slice.metadata.namespace, pod),
    ready,
    serving,
    terminating,
  }));
}
