/** What is in the API when a cluster begins to converge: the scenario's objects, the nodes, the DNS add-on. */
import type { ApiLog } from "../apiserver/log.js";
import { DNS_NAMESPACE, dnsDeployment, dnsService, upstreamDnsService } from "../dns/addon/kube-dns.js";
import { NO_FACT } from "../engine/facts.js";
import type { AddressRange } from "../model/address.js";
import { type ApiObject, entityOf, KINDS, type Namespace, newMetadata, objectsOf } from "../model/objects.js";
import type { Scenario } from "../model/scenario.js";
import type { NodePool } from "../model/settings.js";
import type { NodeInfo } from "../model/topology.js";
import { clientPods } from "../traffic/default-clients.js";
import { nodeObject } from "./nodes.js";

/** Objects in the order in which they are created; kube-dns comes first, because its address is taken. */
export function initialObjects(
  scenario: Scenario,
  nodes: readonly NodeInfo[],
  podRangeOf: (node: NodeInfo) => AddressRange,
): ApiObject[] {
  const { cluster, objects } = scenario;
  const pools = new Map(cluster.nodePools.map((pool) => [pool.name, pool]));
  const namespaces = new Map<string, Namespace>();
  for (const name of ["default", DNS_NAMESPACE]) {
    namespaces.set(name, { kind: "Namespace", metadata: newMetadata("", name) });
  }
  for (const namespace of objectsOf(objects, "Namespace")) namespaces.set(namespace.metadata.name, namespace);
  const services = objectsOf(objects, "Service");
  const others = KINDS.filter((kind) => kind !== "Namespace" && kind !== "Service");
  return [
    ...namespaces.values(),
    ...nodes.map((node) => nodeObject(node, pools.get(node.pool) as NodePool, podRangeOf(node))),
    dnsService(cluster.serviceRange),
    // addresses that are asked for by name are taken before others are drawn
    ...services.filter((service) => service.spec.clusterIP !== null),
    ...services.filter((service) => service.spec.clusterIP === null),
    ...(cluster.nodeLocalDns === true ? [upstreamDnsService()] : []),
    dnsDeployment(cluster.coreDns.replicas, cluster.nodePools),
    ...others.flatMap((kind): ApiObject[] => objectsOf(objects, kind)),
    ...clientPods(scenario, nodes),
  ];
}

/** Commits them without facts; admission is asked as for anybody else. A refusal ends the run: the loader checks first. */
export function createInitialObjects(log: ApiLog, objects: readonly ApiObject[]): void {
  for (const object of objects) {
    const { now } = log.simulation;
    const admitted = log.admission({
      ...object,
      metadata: { ...object.metadata, creationTimestamp: now },
    } as ApiObject);
    if ("refused" in admitted) throw new RangeError(`${entityOf(object)}: ${admitted.refused}`);
    log.commit(admitted, false, NO_FACT);
  }
}
