/** What each CoreDNS replica knew of the endpoints of Services, for reports. */
import type { RevisionOf } from "../apiserver/log.js";
import type { Micros } from "../engine/duration.js";
import type { Observation, ObservedChange, ObservedState } from "../metrics/observed.js";
import type { EndpointSlice } from "../model/objects.js";
import type { ProcessEnvironment } from "../model/process.js";
import { observedEndpoints } from "./target-watch.js";

interface Known {
  readonly slices: Map<string, EndpointSlice>;
  readonly states: ObservedState[];
  readonly changes: ObservedChange[];
}

export class DnsObserver {
  /** By replica ("namespace/name"), then by Service. */
  private readonly replicas = new Map<string, Map<string, Known>>();

  /** What a replica calls when the endpoints of a Service have changed in its index. */
  listenerFor({
    pod,
  }: ProcessEnvironment): (service: string, revision: RevisionOf<"EndpointSlice">, now: Micros) => void {
    const services = new Map<string, Known>();
    this.replicas.set(`${pod.metadata.namespace}/${pod.metadata.name}`, services);
    return (service, { key, object, deleted, time, fact }, now) => {
      const known: Known = services.get(service) ?? { slices: new Map(), states: [], changes: [] };
      services.set(service, known);
      if (deleted) known.slices.delete(key);
      else known.slices.set(key, object);
      const endpoints = [...known.slices.values()].flatMap(observedEndpoints);
      const usable = endpoints.filter((endpoint) => endpoint.ready).map((endpoint) => endpoint.pod);
      known.states.push({ at: now, endpoints, usable });
      known.changes.push({ committedAt: time, appliedAt: now, fact });
    };
  }

  observationsOf(service: string): Observation[] {
    const observations: Observation[] = [];
    for (const [replica, services] of this.replicas) {
      const known = services.get(service);
      if (known === undefined) continue;
      observations.push({ observer: `coredns/${replica}`, service, states: known.states, changes: known.changes });
    }
    return observations;
  }
}
