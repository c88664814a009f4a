/**
 * Who observes a target's endpoints: for a Service with a ClusterIP the kube-proxies of the nodes that host clients (or
 * of all nodes), for a headless Service the CoreDNS replicas.
 */
import type { Micros } from "../engine/duration.js";
import type { Observation, ObservedChange } from "../metrics/observed.js";
import type { EndpointSnapshot } from "../node/service-proxy/endpoint-snapshot.js";
import type { KubeProxy } from "../node/service-proxy/kube-proxy/kube-proxy.js";
import type { SimulatedCluster } from "./cluster.js";
import type { TargetWatch } from "./target-watch.js";

/** Observations of a target by its observers, nodes in the order of their indices. Settles the readers that it asks. */
export function observationsOf(
  cluster: SimulatedCluster,
  watch: TargetWatch,
  observingNodes: readonly number[],
): Observation[] {
  if (watch.service.spec.clusterIP === "None") return cluster.dns.observationsOf(watch.key);
  const { now } = cluster.simulation;
  return observingNodes.flatMap((index) => {
    const node = cluster.nodes[index];
    if (node === undefined) return [];
    const crashedAt = cluster.crashes.crashedAt.get(index) ?? Number.POSITIVE_INFINITY;
    if (crashedAt === Number.POSITIVE_INFINITY) node.kubeProxy.reader.settle(now);
    return [nodeObservation(cluster, node.kubeProxy, watch, crashedAt)];
  });
}

function nodeObservation(
  cluster: SimulatedCluster,
  kubeProxy: KubeProxy,
  watch: TargetWatch,
  crashedAt: Micros,
): Observation {
  const applied = kubeProxy.appliedSnapshots(watch.key);
  const changes: ObservedChange[] = [];
  let next = 0;
  for (const { position, committedAt, write } of cluster.proxyLog.snapshots(watch.key)) {
    if (committedAt < 0 || committedAt >= crashedAt) continue;
    while (next < applied.length && (applied[next]?.snapshot.position ?? 0) < position) next++;
    const appliedAt = applied[next]?.at ?? Number.POSITIVE_INFINITY;
    // a dead node is not late: what it had not programmed at its end it never will
    if (appliedAt === Number.POSITIVE_INFINITY && crashedAt !== Number.POSITIVE_INFINITY) continue;
    changes.push({ committedAt, appliedAt, fact: write.fact });
  }
  return {
    observer: `node/${kubeProxy.nodeName}`,
    service: watch.key,
    states: applied.map(({ at, snapshot }) => ({ at, endpoints: snapshot.all(), usable: usablePods(watch, snapshot) })),
    changes,
  };
}

/** Pods that some port of the Service sends to. */
function usablePods(watch: TargetWatch, snapshot: EndpointSnapshot): readonly string[] {
  const pods = new Set<string>();
  for (const { name, protocol } of watch.service.spec.ports) {
    for (const endpoint of snapshot.usable(name, protocol)) pods.add(endpoint.pod);
  }
  return [...pods];
}
