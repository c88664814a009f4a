/**
 * Who observes a target's endpoints: for a Service with a ClusterIP the kube-proxies of the nodes that host clients (or
 * of all nodes), for a headless Service the CoreDNS replicas.
 */
import type { EndpointObserver, Observation } from "../model/observation.js";
import type { SimulatedCluster } from "./cluster.js";
import type { TargetWatch } from "./target-watch.js";

/** Observations of a target by its observers, nodes in the order of their indices. Settles the readers that it asks. */
export function observationsOf(
  cluster: SimulatedCluster,
  watch: TargetWatch,
  observingNodes: readonly number[],
): Observation[] {
  const { now } = cluster.simulation;
  const observers: readonly EndpointObserver[] =
    watch.service.spec.clusterIP === "None"
      ? cluster.dns.observers
      : observingNodes.flatMap((index) => cluster.nodes[index]?.kubeProxy ?? []);
  return observers.flatMap((observer) => observer.observation(watch.key, now) ?? []);
}
