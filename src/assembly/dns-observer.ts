/** What each CoreDNS replica knew of the endpoints of Services, for reports. */
import type { RevisionOf } from "../apiserver/log.js";
import type { Micros } from "../engine/duration.js";
import type { EndpointObserver, Observation, Observer } from "../model/observation.js";
import type { ProcessEnvironment } from "../model/process.js";
import { SliceHistory } from "../model/slice-history.js";

/** One replica. */
class ObservedReplica implements EndpointObserver {
  readonly observer: Observer;
  private readonly services = new Map<string, SliceHistory>();

  constructor(name: string) {
    this.observer = { kind: "coredns", name };
  }

  /** The replica has taken a slice of this Service into its index. */
  know(service: string, revision: RevisionOf<"EndpointSlice">, now: Micros): void {
    const history = this.services.get(service) ?? new SliceHistory();
    this.services.set(service, history);
    history.add(revision, now);
  }

  observation(service: string): Observation | null {
    return this.services.get(service)?.observation(this.observer, service) ?? null;
  }
}

export class DnsObserver {
  /** By "namespace/name" of the pod. */
  private readonly replicas = new Map<string, ObservedReplica>();

  /** What a replica calls when the endpoints of a Service have changed in its index. */
  listenerFor({
    pod,
  }: ProcessEnvironment): (service: string, revision: RevisionOf<"EndpointSlice">, now: Micros) => void {
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const replica = new ObservedReplica(name);
    this.replicas.set(name, replica);
    return (service, revision, now) => replica.know(service, revision, now);
  }

  /** In the order in which the replicas came to be. */
  get observers(): readonly EndpointObserver[] {
    return [...this.replicas.values()];
  }
}
