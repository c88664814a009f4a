/** What the modes of kube-proxy differ in. A mode is a record of a file of its own; nobody asks for a mode's name. */
import type { Micros } from "../../../../engine/duration.js";
import type { HopAction } from "../../../../model/flow.js";
import type { VersionedBehaviour } from "../../../../model/kubernetes-version.js";
import type { EndpointChoice } from "../../endpoint-choice.js";
import type { ServiceState } from "../../proxied-service.js";

/** What one sync has to do. Mutable and reused. */
export interface SyncLoad {
  /** All rules are written, not only those of changed Services. */
  full: boolean;
  /** The rules in the kernel are listed first, to find stale ones. */
  saveDue: boolean;
  /** Service ports and endpoints in the cluster. */
  services: number;
  endpoints: number;
  /** Ports and endpoints of the Services that have changed since the last sync, each counted once. */
  changedServices: number;
  changedEndpoints: number;
}

export interface ProxyMode {
  /** As a KubeProxyConfiguration and a scenario write it. */
  readonly name: string;
  /** The part of a KubeProxyConfiguration that is its own: the key, and the name of its type. */
  readonly section: { readonly key: string; readonly type: string };
  /** How long a sync takes before its spread, in microseconds, not rounded. Pure. */
  cost(load: SyncLoad): number;
  /** No sync costs less, in any cluster. */
  readonly leastCost: number;
  /** Whether a partial sync lists the rules in the kernel first, with these endpoints and so long after the last time. */
  saveIsDue(endpoints: number, sinceLastSave: Micros, syncPeriod: Micros): boolean;
  /** So long after the last time all rules are written again without cause; Infinity when that does not happen. */
  fullSyncPeriod(behaviour: VersionedBehaviour): Micros;
  /** The least time between syncs that a given one means; zero is "not given". */
  minSyncPeriod(given: Micros): Micros;
  /** What becomes of a connection to an address or port without rules; `state` is the Service at the address, null for none. */
  unknown(state: ServiceState | null): HopAction;
  /** How the endpoints of one Service port are chosen on one node: called once for each of them. */
  choice(): EndpointChoice;
}
